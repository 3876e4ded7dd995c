"""Writes the blocks that `planned` plans as Terraform's own language.

A double of an author: what is secret or not known is a variable that somebody has to give.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from tests.policies.checkov_pack.planned import Attribute, Terraform, Written, in_azurerm

from hubwarden_policies.model import UNKNOWN, Hole, Made, Secret, Stack


def configuration(stack: Stack) -> str | None:
    """The text of `main.tf`; None where azurerm has no words for any of the resources."""
    found = in_azurerm(stack)
    return None if found is None else _Text(found).text()


class _Text:
    """One file; `variables` counts those that it needs."""

    def __init__(self, found: Terraform) -> None:
        self._found = found
        self._variables = 0

    def text(self) -> str:
        """All blocks, and the variables behind them."""
        blocks = [line for one in self._found.blocks() for line in self._resource(one)]
        variables = [f'variable "v{number}" {{}}' for number in range(self._variables)]
        return "\n".join((*blocks, *variables, ""))

    def _resource(self, one: Written) -> Iterator[str]:
        type_, name = one.address.split(".")
        yield f'resource "{type_}" "{name}" {{'
        yield from self._lines(one.attributes, "  ")
        yield "}"

    def _lines(self, attributes: Mapping[str, Any], indent: str) -> Iterator[str]:
        for name, value in attributes.items():
            if isinstance(value, list) and value and all(isinstance(v, Mapping) for v in value):
                for block in value:
                    yield f"{indent}{name} {{"
                    yield from self._lines(block, f"{indent}  ")
                    yield f"{indent}}}"
            elif value is not None and value != []:
                yield f"{indent}{name} = {self._expression(value)}"

    def _expression(self, value: Any) -> str:
        match value:
            case Attribute():
                return value.name
            case Mapping():
                items = (f"{json.dumps(k)} = {self._expression(v)}" for k, v in value.items())
                return f"{{ {', '.join(items)} }}"
            case list() | tuple():
                return f"[{', '.join(map(self._expression, value))}]"
            case Made() if value.sources:
                return f'"{"".join(map(self._part, value.parts))}"'
            case Secret(Made()):
                return self._expression(value.value)
            case Secret() | Made():
                return self._variable()
        return self._variable() if value is UNKNOWN else _literal(value)

    def _part(self, part: str | Hole) -> str:
        if isinstance(part, str):
            return _literal(part)[1:-1]
        named = self._found.attribute(part)
        return f"${{{named or self._variable()}}}"

    def _variable(self) -> str:
        self._variables += 1
        return f"var.v{self._variables - 1}"


def _literal(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False).replace("${", "$${").replace("%{", "%%{")
