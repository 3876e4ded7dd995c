"""The shared access policies of a hub or DPS, and the keys that its gateways accept by them."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from hubwarden_cli.azure.identifiable import identifiable_key

from .behaviour import Behaviour
from .message import Json, Problem, iot_error

Kind = Literal["hub", "dps"]
Make = Callable[[], str]

# What a new hub or DPS comes with.
DEFAULTS: Final[dict[Kind, Mapping[str, str]]] = {
    "hub": {
        "iothubowner": "RegistryWrite, ServiceConnect, DeviceConnect",
        "service": "ServiceConnect",
        "device": "DeviceConnect",
        "registryRead": "RegistryRead",
        "registryReadWrite": "RegistryWrite",
    },
    "dps": {
        "provisioningserviceowner": "ServiceConfig, DeviceConnect, EnrollmentWrite",
    },
}
# A right to write brings the right to read.
_IMPLIED: Final = {
    "RegistryWrite": "RegistryRead",
    "EnrollmentWrite": "EnrollmentRead",
    "RegistrationStatusWrite": "RegistrationStatusRead",
}
_INCOMPLETE: Final = "An authorization policy needs keyName and rights."
_NO_KEY: Final = "The key of an authorization policy must be base64 of 16 to 64 bytes."


@dataclass(frozen=True)
class Policy:
    """`rights` as Azure writes them: names, separated by commas."""

    name: str
    primary: str = field(repr=False)
    secondary: str = field(repr=False)
    rights: str

    def listed(self) -> Json:
        """As `listkeys` shows it."""
        return {
            "keyName": self.name,
            "primaryKey": self.primary,
            "secondaryKey": self.secondary,
            "rights": self.rights,
        }

    @property
    def granted(self) -> frozenset[str]:
        named = {right.strip() for right in self.rights.split(",")}
        return frozenset(named | {_IMPLIED[right] for right in named if right in _IMPLIED})


def key_maker(kind: Kind | Literal["device"], randbytes: Callable[[int], bytes]) -> Make:
    """Makes keys as the service does, from the double's own seed."""
    return lambda: identifiable_key(kind, randbytes).reveal()


def with_keys(rights: Mapping[str, str], make: Make) -> tuple[Policy, ...]:
    """Policies by name and rights, with new keys."""
    return tuple(Policy(name, make(), make(), text) for name, text in rights.items())


def policies_of_put(
    body: Json, kind: Kind, before: tuple[Policy, ...] | None, behaviour: Behaviour, make: Make
) -> tuple[Policy, ...]:
    """The policies after a PUT; those that its list leaves out are gone."""
    listed = body.get("properties", {}).get("authorizationPolicies")
    if listed is None:
        if before is not None and behaviour.absent_policies == "kept":
            return before
        return with_keys(DEFAULTS[kind], make)
    known = {policy.name: policy for policy in before or ()}
    return tuple(_policy(entry, known, behaviour, make) for entry in listed)


def _policy(entry: Json, known: Mapping[str, Policy], behaviour: Behaviour, make: Make) -> Policy:
    if not {"keyName", "rights"} <= entry.keys():
        raise Problem(iot_error(400, 400003, "BadRequest", _INCOMPLETE))
    name, rights = str(entry["keyName"]), str(entry["rights"])
    before = known.get(name) if behaviour.keyless_policies == "kept" else None

    def key(slot: str, kept: str | None) -> str:
        given = entry.get(slot)
        if given:
            return _checked(given)
        return kept if kept is not None and slot not in entry else make()

    return Policy(
        name,
        key("primaryKey", before.primary if before else None),
        key("secondaryKey", before.secondary if before else None),
        rights,
    )


def _checked(key: str) -> str:
    try:
        size = len(base64.b64decode(key, validate=True))
    except (binascii.Error, ValueError):
        size = 0
    if not 16 <= size <= 64:
        raise Problem(iot_error(400, 400003, "BadRequest", _NO_KEY))
    return key


@dataclass(frozen=True)
class Held:
    """A key that gateways know; `until` is when it was replaced, None while it stands."""

    policy: str
    rights: frozenset[str]
    key: str = field(repr=False)
    since: float
    until: float | None = None


class Gateways:
    """They learn a new key and forget an old one each in its own time."""

    def __init__(self, behaviour: Behaviour) -> None:
        self._behaviour = behaviour
        self._held: tuple[Held, ...] = ()

    def told(self, policies: Iterable[Policy], now: float, *, at_once: bool = False) -> None:
        """These policies hold from now on; `at_once`: they always did."""
        new = {
            (policy.name, policy.granted, key)
            for policy in policies
            for key in (policy.primary, policy.secondary)
        }
        standing = {(held.policy, held.rights, held.key) for held in self._standing()}
        since = float("-inf") if at_once else now
        self._held = (
            *(
                replace(held, until=now)
                if held.until is None and (held.policy, held.rights, held.key) not in new
                else held
                for held in self._held
            ),
            *(Held(name, rights, key, since) for name, rights, key in new - standing),
        )

    def _standing(self) -> Iterator[Held]:
        return (held for held in self._held if held.until is None)

    @property
    def held(self) -> tuple[Held, ...]:
        """Every key that was ever held, for those who judge a run."""
        return self._held

    def keys(self, policy: str, gateway: int, now: float) -> list[Held]:
        """What one gateway accepts for a policy."""
        behind = gateway / max(1, self._behaviour.gateways - 1)
        learnt, forgotten = self._behaviour.new_key_lag, self._behaviour.old_key_lag
        return [
            held
            for held in self._held
            if held.policy == policy
            and held.since + behind * learnt <= now
            and (held.until is None or now < held.until + behind * forgotten)
        ]
