"""The resources that a value can speak of, found by output, by id, by name and by host."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from hubwarden_policies.gates.program.graph.arm_body import url_of
from hubwarden_policies.gates.program.graph.tokens import canonical
from hubwarden_policies.model import Hole, Made, Secret
from hubwarden_policies.record import record

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

GROUP: Final = "Microsoft.Resources/resourceGroups"

# A hole in a text of which the rest is read: one character of those that nobody writes.
_FIRST_HOLE: Final = 0xE000
_HOLE: Final = "\ue000-\uf8ff"
_BLOBS: Final = "blob.core.windows.net"
_HOSTS: Final = {
    "azure-devices.net": ("Microsoft.Devices/IotHubs",),
    "azure-devices-provisioning.net": ("Microsoft.Devices/provisioningServices",),
    "vault.azure.net": ("Microsoft.KeyVault/vaults",),
    _BLOBS: ("Microsoft.Storage/storageAccounts",),
    "servicebus.windows.net": ("Microsoft.EventHub/namespaces", "Microsoft.ServiceBus/namespaces"),
}
# Where a word begins: else a text of one long word takes a day.
_HOST: Final = re.compile(
    rf"(?<![\w{_HOLE}-])([\w{_HOLE}-]+)\.((?i:{'|'.join(map(re.escape, _HOSTS))}))\b"
)
_ACCOUNT: Final = re.compile(r"\bAccountName=([^;]+)")
_ID: Final = re.compile(r"/providers/([^/]+)/(.+)$|/resourceGroups/([^/]+)$", re.IGNORECASE)
_SPEAKS: Final = re.compile(
    rf"^/|\.(?:{'|'.join(map(re.escape, _HOSTS))})\b|\bAccountName=", re.IGNORECASE
)


@record
class Target:
    """A resource by its address and by the values of the names in its id, outermost first."""

    address: str
    arm_type: str | None
    names: tuple[Any, ...] = ()

    @property
    def last_type(self) -> str:
        """The last word of its type, in lower case (`workspaces`)."""
        return (self.arm_type or "").rpartition("/")[2].lower()


class Targets:
    """What can be spoken of.

    `calls` are the addresses that the arguments of a called function name, by the source that
    made-up texts of its result have.
    """

    def __init__(self, targets: Iterable[Target]) -> None:
        self._by_address = {target.address: target for target in targets}
        self._by_names: dict[tuple[str, tuple[object, ...]], list[str]] = {}
        self.calls: dict[str, tuple[str, ...]] = {}
        for target in self._by_address.values():
            self._name(target)

    def add(self, target: Target) -> None:
        """Take in one more; one with the same address takes its place."""
        known = target.address in self._by_address
        self._by_address[target.address] = target
        if not known:
            self._name(target)

    def get(self, address: str) -> Target | None:
        """The target with this address."""
        return self._by_address.get(address)

    def named(self, arm_type: str, names: Sequence[Any]) -> str | None:
        """The address of the one resource with this type and these names."""
        found = self._by_names.get((arm_type.lower(), tuple(map(self._key, names))), ())
        return found[0] if len(found) == 1 else None

    def only(self, arm_type: str, addresses: Iterable[str]) -> str | None:
        """The one of these that has this type; None where none or several have."""
        targets = map(self._by_address.get, addresses)
        found = [target.address for target in targets if target and target.arm_type == arm_type]
        return found[0] if len(found) == 1 else None

    def spoken_of(self, value: Any) -> tuple[str, ...]:
        """The addresses of what a text names: by id the last resource in it that is a target."""
        while isinstance(value, Secret):
            value = value.value
        if isinstance(value, str):
            return self._read((value,)) if may_speak(value) and _SPEAKS.search(value) else ()
        return self._read(value.parts) if isinstance(value, Made) else ()

    def _read(self, parts: tuple[str | Hole, ...]) -> tuple[str, ...]:
        holes = [part for part in parts if isinstance(part, Hole)]
        count = iter(range(_FIRST_HOLE, _FIRST_HOLE + len(holes)))
        text = "".join(part if isinstance(part, str) else chr(next(count)) for part in parts)
        first = self._by_address.get(holes[0].source) if holes else None
        if first and text[0] == chr(_FIRST_HOLE) and text[1:2] in {"", "/"}:
            found = self._below(first, text[2:], holes)
            return (found,) if found else ()
        if text.startswith("/"):
            found = self._by_id(text, holes)
            return (found,) if found else ()
        hosts = [(match[1], match[2].lower()) for match in _HOST.finditer(text)]
        hosts += [(match[1], _BLOBS) for match in _ACCOUNT.finditer(text)]
        named = [
            found
            for name, host in hosts
            for arm_type in _HOSTS[host]
            if (found := self.named(arm_type, (_value(name, holes),)))
        ]
        sources = [address for hole in holes for address in self._from(hole.source)]
        return tuple(dict.fromkeys((*named, *sources)))

    def _from(self, source: str) -> tuple[str, ...]:
        return (source,) if source in self._by_address else self.calls.get(source, ())

    def _by_id(self, text: str, holes: Sequence[Hole]) -> str | None:
        outer, providers, tail = text.rpartition("/providers/")
        if providers:
            namespace, *steps = tail.strip("/").split("/")
            found = self._nearest(namespace, (), steps, holes)
            # What extends another resource (a lock, say) is at least about that one; a resource
            # that is not deployed here is not about its group.
            return found or (self._by_id(outer, holes) if "/providers/" in outer else None)
        match = re.search(r"/resourceGroups/([^/]+)", text, re.IGNORECASE)
        return self.named(GROUP, (_value(match[1], holes),)) if match else None

    def _below(self, base: Target, text: str, holes: Sequence[Hole]) -> str | None:
        """What an id names that begins with another resource's."""
        if "providers/" in text:
            found = self._by_id("/" + text, holes)
            # What lies in a group is not about the group; what extends a resource is about it.
            return found or (None if base.arm_type == GROUP else base.address)
        steps = text.strip("/").split("/")
        found = self._nearest(base.arm_type, base.names, steps, holes) if base.arm_type else None
        return found or base.address

    def _nearest(
        self, root: str, above: Sequence[Any], steps: Sequence[str], holes: Sequence[Hole]
    ) -> str | None:
        """The deepest target of `root/TYPE/NAME/…`, in which only what is deployed here counts."""
        types, names = steps[::2], [_value(name, holes) for name in steps[1::2]]
        for count in range(min(len(types), len(names)), 0, -1):
            found = self.named("/".join((root, *types[:count])), (*above, *names[:count]))
            if found:
                return found
        return None

    def _name(self, target: Target) -> None:
        # What extends another resource has a name that is its own only there.
        if target.arm_type and target.names and url_of(target.arm_type).scope is None:
            key = (target.arm_type.lower(), tuple(map(self._key, target.names)))
            self._by_names.setdefault(key, []).append(target.address)

    def _key(self, name: Any) -> object:
        """What makes two names equal: their text, or the output that both are."""
        seen: set[str] = set()
        while True:
            while isinstance(name, Secret):
                name = name.value
            if isinstance(name, str):
                return name.lower()
            if not isinstance(name, Made) or not name.parts:
                return object()
            only = name.parts[0] if len(name.parts) == 1 else None
            target = self._by_address.get(only.source) if isinstance(only, Hole) else None
            if target is None or not target.names or target.address in seen:
                return name.parts
            seen.add(target.address)
            name = target.names[-1]


def may_speak(text: str) -> bool:
    """Whether a text has what every id, host or account has: most are a word, and have not."""
    return text[:1] == "/" or "." in text or "=" in text


def names_in(arm_type: str, parameters: Mapping[str, Any]) -> tuple[Any, ...]:
    """The names in the id of a resource with these URL parameters; () where one is missing."""
    names = [
        name[1:] if name.startswith("=") else parameters.get(name)
        for name in url_of(arm_type).names
    ]
    return () if None in names else tuple(names)


def names_of_id(arm_type: str, text: str) -> tuple[str, ...]:
    """The names in a literal id of this type; () where it is of another."""
    match = _ID.search(text)
    if match is None:
        return ()
    if match[3]:
        return (match[3],) if arm_type == GROUP else ()
    types, names = match[2].split("/")[::2], match[2].split("/")[1::2]
    return tuple(names) if canonical("/".join((match[1], *types))) == arm_type else ()


def _value(text: str, holes: Sequence[Hole]) -> Any:
    """A piece of a text as a value again."""
    parts: list[str | Hole] = []
    for piece in re.split(f"([{_HOLE}])", text):
        if len(piece) == 1 and piece >= chr(_FIRST_HOLE) and ord(piece) - _FIRST_HOLE < len(holes):
            parts.append(holes[ord(piece) - _FIRST_HOLE])
        elif piece:
            parts.append(piece)
    return text if all(isinstance(part, str) for part in parts) else Made(tuple(parts))
