"""The instances of an input with the blocks that they are made of, and what they speak of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from hubwarden_policies.gates.terraform.azurerm import Steps
from hubwarden_policies.gates.terraform.choosing import (
    chosen,
    maybe_dynamic,
    never_chosen,
    said_otherwise,
)
from hubwarden_policies.gates.terraform.configuration import Configuration, Mention
from hubwarden_policies.gates.terraform.instances import Instance
from hubwarden_policies.gates.terraform.sources import Sources
from hubwarden_policies.model import UNKNOWN


class Blocks:
    """Finds the instances that the attributes of another instance are made of."""

    def __init__(self, document: Mapping[str, Any], instances: Iterable[Instance]) -> None:
        self.configuration = Configuration(document.get("configuration"))
        self.instances = tuple(instances)
        self._sources = Sources(document, self.configuration, self.instances)
        self._by_block: dict[tuple[object, ...], list[Instance]] = defaultdict(list)
        self._by_address = {one.address: one for one in self.instances}
        for one in self.instances:
            if one.fate not in ("deleted", "forgotten"):
                self._by_block[_key(one)].append(one)

    def set_by_somebody(self, one: Instance) -> dict[str, Any]:
        """The attributes without those that nobody sets, and that Azure or the provider chooses.

        They are unknown in a plan, and nothing of them is sent to Azure. So is a `dynamic` block
        over a list that is not known, of which the configuration in a plan has no word: it is told
        by that the provider does not choose such blocks, or that it has chosen before.
        """
        block = self.configuration.block(one)
        if block is None:
            return one.values
        said = _expressions(block)
        # What stands has a value for what nobody sets, and keeps it.
        kept = chosen(one.type) if one.stands else ()
        dynamic = never_chosen(one.type, said)
        other = said_otherwise(one.type, said)
        return {
            name: value
            for name, value in one.values.items()
            if name not in other
            and (value is not UNKNOWN or name in said or name in dynamic or name in kept)
        }

    def maybe_set(self, one: Instance) -> list[str]:
        """The ARM paths of which nobody can tell whether a dynamic block fills them."""
        block = self.configuration.block(one)
        said = {} if block is None else _expressions(block)
        unclear = [
            path
            for name, path in maybe_dynamic(one.type).items()
            if not one.stands and one.values.get(name) is UNKNOWN and name not in said
        ]
        return unclear if unclear and self._sources.may_reach(_key(one)) else []

    def configured(self, one: Instance, name: str) -> bool:
        """Whether the block sets this attribute; without a block, whether it has a value."""
        block = self.configuration.block(one)
        if block is None:
            return one.values.get(name) is not None
        return name in _expressions(block)

    def mentioned(self, one: Instance, steps: Steps) -> list[tuple[Mention, tuple[str, ...]]]:
        """What an attribute is made of, with the addresses of the instances that this can be."""
        expression = self._expression(one, steps)
        if expression is None or (isinstance(expression, dict) and "constant_value" in expression):
            return []
        block = self.configuration.block(one)
        return self.found(one, self.configuration.mentions(one.modules, expression, block))

    def attribute(self, one: Instance, steps: Steps) -> tuple[Mention, Instance] | None:
        """The one attribute of another instance that an attribute is, None where it may be more."""
        if not self.configuration.one_attribute(self._expression(one, steps)):
            return None
        found = self.mentioned(one, steps)
        if len(found) != 1 or len(found[0][1]) != 1:
            return None
        mention, (address,) = found[0]
        return mention, self._by_address[address]

    def _expression(self, one: Instance, steps: Steps) -> Any:
        block = self.configuration.block(one)
        return None if block is None else _at(_expressions(block), steps)

    def found(
        self, holder: Instance | None, mentions: Iterable[Mention]
    ) -> list[tuple[Mention, tuple[str, ...]]]:
        """The mentions with the addresses that each can mean: of several, that with our key."""
        return [
            (mention, tuple(each.address for each in self._narrowed(holder, mention)))
            for mention in mentions
        ]

    def _narrowed(self, holder: Instance | None, mention: Mention) -> list[Instance]:
        names = tuple(name for name, _ in mention.modules)
        found = [
            one
            for one in self._by_block.get((names, mention.data, mention.type, mention.name), ())
            if all(
                said is None or said == key
                for (_, said), (_, key) in zip(mention.modules, one.modules, strict=True)
            )
            and (mention.key is None or mention.key == one.key)
        ]
        if holder is not None and len(found) > 1:
            # `for_each` over another block's instances pairs those of one key.
            same = [one for one in found if one.key == holder.key and one.key is not None]
            return same if len(same) == 1 else found
        return found


def _key(one: Instance) -> tuple[object, ...]:
    return tuple(name for name, _ in one.modules), one.data, one.type, one.name


def _expressions(block: Mapping[str, Any]) -> Mapping[str, Any]:
    found = block.get("expressions")
    return found if isinstance(found, Mapping) else {}


def _at(expressions: Any, steps: Steps) -> Any:
    """The expression of an attribute; one that sets the whole around it is the expression too."""
    here = expressions
    for step in steps:
        if isinstance(here, Mapping) and {"references", "constant_value"} & here.keys():
            return here
        if isinstance(step, str):
            here = here.get(step) if isinstance(here, Mapping) else None
        elif isinstance(here, list):
            here = here[step] if step < len(here) else None
    return here
