"""Which of hubwarden's resources Checkov asks about, under Checkov's name for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hubwarden_policies.model import Resource, Stack


@dataclass(frozen=True, slots=True)
class Asked:
    """A resource as Checkov sees it. `lines` are the first and last that it stands on.

    `parent` is the type of what it is nested in, "" where it stands by itself; `absent` says that
    it may rightly be no resource of a deployment (it has a condition, or exists already).
    """

    file: str
    type: str
    name: str
    lines: tuple[int, int]
    parent: str = ""
    absent: bool = False

    def is_of(self, arm_type: str) -> bool:
        """Whether this can be of the ARM type: Checkov knows a nested one by its last part."""
        asked, ours, parent = self.type.lower(), arm_type.lower(), self.parent.lower()
        if "providers/" in asked:
            return asked.rpartition("/")[2] == ours.rpartition("/")[2]
        if "." in asked.partition("/")[0]:
            return asked == ours
        return ours.endswith(f"/{asked}") and ours.startswith(parent)


def asked_of_template(file: str, type_: str, name: str, conf: Mapping[str, Any]) -> Asked:
    """A resource of a template or of a Bicep file, by what Checkov holds of it."""
    first = conf.get("__startline__", conf.get("__start_line__"))
    last = conf.get("__endline__", conf.get("__end_line__"))
    lines = (first, last) if isinstance(first, int) and isinstance(last, int) else (0, 0)
    body = conf.get("config") if "existing" in conf else conf
    absent = conf.get("existing") is True or (isinstance(body, Mapping) and "condition" in body)
    parent = conf.get("parent_type")
    return Asked(file, type_, name, lines, parent if isinstance(parent, str) else "", absent)


def within(stack: Stack, asked: Asked) -> Sequence[Resource]:
    """The resources on its lines: several where it is one of a loop, or shares them with others."""
    first, last = asked.lines
    found = [
        one
        for one in stack.resources
        if asked.is_of(one.type) and any(first <= place.line <= last for place in one.locations[:1])
    ]
    named = [one for one in found if _last(one.name) == _last(asked.name)]
    return named if named and len(named) < len(found) else found


def below(stack: Stack, address: str) -> Sequence[Resource]:
    """The resource with this address of Terraform's, and those that are blocks of it."""
    return [
        one
        for one in stack.resources
        if one.address == address or one.address.startswith(f"{address}.")
    ]


def _last(name: str) -> str:
    return name.rpartition("/")[2].lower()
