"""How wide an address range is: one question of hub, DPS and vault."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, Final

from hubwarden_policies.record import record
from hubwarden_policies.rule import CRITICAL, Severity, Undecided

if TYPE_CHECKING:
    from hubwarden_policies.team import Limits

Range = ipaddress.IPv4Network | ipaddress.IPv6Network

# Addresses that no packet from the internet has: RFC 1918, 6598, 1122, 3927, 4193, 4291.
_PRIVATE: Final[tuple[Range, ...]] = tuple(
    ipaddress.ip_network(each)
    for each in (
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "fc00::/7",
        "fe80::/10",
        "::1/128",
    )
)
# Where IPv6 writes IPv4 addresses, and all that IANA has given out of IPv6.
_MAPPED: Final = ipaddress.IPv6Network("::ffff:0:0/96")
_GIVEN_OUT: Final = ipaddress.IPv6Network("2000::/3")


@record
class Wide:
    """A range that is too wide: in words, and how bad it is where the rule does not say."""

    message: str
    severity: Severity | None


def read_range(mask: str, path: str) -> Range:
    """The range in CIDR notation, or a single address; raises `Undecided` for anything else."""
    try:
        found = ipaddress.ip_network(mask.strip(), strict=False)
    except ValueError:
        raise Undecided(path, f"an address range at {path}") from None
    if isinstance(found, ipaddress.IPv6Network) and found.subnet_of(_MAPPED):
        low = int(found.network_address) - int(_MAPPED.network_address)
        return ipaddress.IPv4Network((low, found.prefixlen - _MAPPED.prefixlen))
    return found


def too_wide(mask: str, path: str, limits: Limits) -> Wide | None:
    """Whether a public range is wider than the team lets in; half the internet is critical."""
    found = read_range(mask, path)
    if _is_half(found):
        return Wide(f"{mask} is half of the internet or more", CRITICAL)
    narrowest = limits.widest_range if found.version == 4 else limits.widest_ipv6_range
    if found.prefixlen >= narrowest or any(_inside(found, private) for private in _PRIVATE):
        return None
    return Wide(f"{mask} is wider than /{narrowest}", None)


def _is_half(found: Range) -> bool:
    if isinstance(found, ipaddress.IPv6Network) and found.supernet_of(_MAPPED):
        return True
    if isinstance(found, ipaddress.IPv6Network) and found.overlaps(_GIVEN_OUT):
        return found.prefixlen <= _GIVEN_OUT.prefixlen + 1
    return found.prefixlen <= 1


def _inside(found: Range, other: Range) -> bool:
    if isinstance(found, ipaddress.IPv6Network):
        return isinstance(other, ipaddress.IPv6Network) and found.subnet_of(other)
    return isinstance(other, ipaddress.IPv4Network) and found.subnet_of(other)
