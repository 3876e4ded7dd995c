"""Ranges of addresses. Source: "CIDR functions for ARM templates"."""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Any, Final

from hubwarden_policies.gates.arm.expressions.error import ExpressionError
from hubwarden_policies.gates.arm.expressions.functions.function import Function, expect


def _network(text: Any) -> IPv4Network | IPv6Network:
    try:
        return ip_network(expect(text, str), strict=False)
    except ValueError:
        raise ExpressionError("its text is no range of addresses, such as 10.0.0.0/16") from None


def _parse(text: Any) -> dict[str, Any]:
    network = _network(text)
    found: dict[str, Any] = {
        "network": str(network.network_address),
        "netmask": str(network.netmask),
    }
    # Of an IPv6 range every address is usable.
    reserved = int(isinstance(network, IPv4Network) and network.num_addresses > 2)
    if isinstance(network, IPv4Network):
        found["broadcast"] = str(network.broadcast_address)
    return found | {
        "firstUsable": str(network.network_address + reserved),
        "lastUsable": str(network.broadcast_address - reserved),
        "cidr": network.prefixlen,
    }


def _subnet(text: Any, prefix: Any, index: Any) -> str:
    network = _network(text)
    longest = network.max_prefixlen
    if not network.prefixlen <= expect(prefix, int) <= longest:
        raise ExpressionError(f"it cannot split the range into ranges of /{prefix}")
    if not 0 <= expect(index, int) < 1 << (prefix - network.prefixlen):
        raise ExpressionError(f"the range has no subnet number {index}, counted from 0")
    return f"{network.network_address + (index << (longest - prefix))}/{prefix}"


def _host(text: Any, index: Any) -> str:
    network = _network(text)
    reserved = isinstance(network, IPv4Network)
    if not 0 <= expect(index, int) < network.num_addresses - 1 - reserved:
        raise ExpressionError(f"the range has no host number {index}, counted from 0")
    return str(network.network_address + index + 1)


FUNCTIONS: Final = (
    Function("cidrHost", _host, 2, 2),
    Function("cidrSubnet", _subnet, 3, 3),
    Function("parseCidr", _parse, 1, 1),
)
