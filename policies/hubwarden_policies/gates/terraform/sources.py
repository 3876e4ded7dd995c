"""What a list that is not known yet can be made of, by what Terraform says it has looked at.

`relevant_attributes` (Terraform 1.2) has every attribute of a resource or data source that went
into a change, those in `dynamic` blocks too, followed through locals, variables and outputs
(Terraform, `relevantResourceAttrsForPlan`). It does not say which change.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, Final

from hubwarden_policies.gates.terraform.configuration import Configuration
from hubwarden_policies.gates.terraform.instances import Instance, modules_of
from hubwarden_policies.model import UNKNOWN, walk

_SINCE: Final = (1, 2)
_VERSION: Final = re.compile(r"(\d{1,6})\.(\d{1,6})\.")
_ADDRESS: Final = re.compile(
    r"(?P<modules>(?:module\.[\w-]+(?:\[(?:\d+|\"(?:[^\"\\]|\\.)*\")\])?\.)*)"
    r"(?P<data>data\.)?(?P<type>[\w-]+)\.(?P<name>[\w-]+)"
)
Block = tuple[object, ...]


class Sources:
    """The blocks with attributes that are not known and that something was made of."""

    def __init__(
        self,
        document: Mapping[str, Any],
        configuration: Configuration,
        instances: Sequence[Instance],
    ) -> None:
        self._document = document
        self._configuration = configuration
        self._instances = instances

    def may_reach(self, block: Block) -> bool:
        """Whether an unknown value may go into this block from elsewhere.

        Terraform has no circles, so what is made of a block does not go into it.
        """
        if not self._tells:
            return True
        made_of_it = {block}
        waiting = [block]
        while waiting:
            new = self._uses[waiting.pop()] - made_of_it
            made_of_it |= new
            waiting += new
        return not self._unknown <= made_of_it

    @cached_property
    def _tells(self) -> bool:
        said = _VERSION.match(str(self._document.get("terraform_version")))
        relevant = self._document.get("relevant_attributes")
        return isinstance(relevant, list) or (
            # Terraform leaves out an empty list.
            relevant is None and said is not None and (int(said[1]), int(said[2])) >= _SINCE
        )

    @cached_property
    def _unknown(self) -> set[Block]:
        held: dict[Block, list[Instance]] = defaultdict(list)
        for one in self._instances:
            names = tuple(name for name, _ in one.modules)
            held[names, one.data, one.type, one.name].append(one)
        return {
            block
            for block, attribute in self._relevant()
            # Data sources that were read are in no change; anything else that is not is unclear.
            if any(_is_unknown(one, attribute) for one in held[block])
            or (not held[block] and not block[1])
        }

    def _relevant(self) -> Iterator[tuple[Block, Any]]:
        for one in self._document.get("relevant_attributes") or ():
            said = one if isinstance(one, Mapping) else {}
            found = _ADDRESS.match(str(said.get("resource")))
            if found is None:
                yield ("",) * 4, None
                continue
            path = said.get("attribute")
            names = tuple(name for name, _ in modules_of(found["modules"]))
            block = names, bool(found["data"]), found["type"], found["name"]
            yield block, path[0] if isinstance(path, list) and path else None

    @cached_property
    def _uses(self) -> dict[Block, set[Block]]:
        """By a block, those that are made of it as far as the configuration shows."""
        found: dict[Block, set[Block]] = defaultdict(set)
        for modules, block in self._configuration.blocks():
            names = tuple(name for name, _ in modules)
            own = names, block.get("mode") == "data", block.get("type"), block.get("name")
            for said in self._configuration.mentions(modules, block.get("expressions"), block):
                above = tuple(name for name, _ in said.modules)
                found[above, said.data, said.type, said.name].add(own)
        return found


def _is_unknown(one: Instance, attribute: Any) -> bool:
    if one.fate in ("deleted", "forgotten"):
        return False
    value = one.values if attribute is None else one.values.get(str(attribute), UNKNOWN)
    return any(leaf is UNKNOWN for _, leaf, _ in walk(value))
