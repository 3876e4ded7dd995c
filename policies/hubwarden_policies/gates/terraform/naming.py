"""The resources of an input by their names, and what a text names of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final

from hubwarden_policies.gates.program.graph.tokens import canonical
from hubwarden_policies.gates.terraform.instances import Instance
from hubwarden_policies.gates.terraform.sorting import Whole
from hubwarden_policies.gates.terraform.values import revealed

# The attributes that name the resource which another one is about.
_ABOUT: Final = frozenset(
    {
        *("iothub_name", "iothub_id", "iothub_dps_name", "iot_dps_name", "key_vault_id"),
        *("storage_account_id", "storage_account_name", "target_resource_id", "scope"),
        *("parent_id", "resource_id"),
    }
)


class Names:
    """Finds resources by what they are called."""

    def __init__(self, wholes: Iterable[Whole]) -> None:
        self._by_name: dict[tuple[str, str], list[Whole]] = defaultdict(list)
        for whole in wholes:
            name = revealed(whole.body.get("name"))[0]
            if isinstance(name, str):
                self._by_name[whole.arm_type, name.lower()].append(whole)

    def only(self, arm_type: str, names: Iterable[str]) -> Whole | None:
        """The one resource of this type with one of these names; None for none or several."""
        lower = dict.fromkeys(name.lower() for name in names)
        found = [whole for name in lower for whole in self._by_name.get((arm_type, name), ())]
        return found[0] if len(found) == 1 else None

    def meant(self, said: str) -> Iterator[Whole]:
        """Every resource that an id leads through, or that has this name."""
        _, found, rest = said.rpartition("/providers/")
        namespace, *pairs = rest.strip("/").split("/")
        if not found:
            for (_, name), wholes in self._by_name.items():
                yield from wholes if name == said.lower() else ()
            return
        for depth in range(2, len(pairs) + 1, 2):
            arm_type = canonical("/".join((namespace, *pairs[:depth:2]))) or ""
            yield from self._by_name.get((arm_type, pairs[depth - 1].lower()), ())

    def miss(self, deleted: Iterable[Instance]) -> None:
        """What loses its logs, its lock or a piece of itself is changed, though it stays."""
        for one in deleted:
            for attribute, value in one.values.items():
                said = revealed(value)[0]
                if attribute in _ABOUT and isinstance(said, str):
                    for whole in self.meant(said):
                        whole.changed = True
