"""A double of a template's scope: parameters are given, and nothing else is known.

It imitates no deployment: what only Azure or the template answers is `UNKNOWN`, keys are secret.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hubwarden_policies.gates.arm.expressions import Call, Evaluator, ExpressionError
from hubwarden_policies.model import UNKNOWN, Secret

PLANTED = "planted-not-a-key"
PARAMETERS: dict[str, Any] = {
    "unknown": UNKNOWN,
    "secret": Secret(PLANTED),
    "password": Secret(UNKNOWN),
    "dogs": [
        {"name": "Evie", "age": 5},
        {"name": "Casper", "age": 3},
        {"name": "Indy", "age": 2},
        {"name": "Kira", "age": 8},
    ],
}


class PlainScope:
    def __init__(self, variables: Mapping[str, str] | None = None) -> None:
        self.variables = variables or {}
        self.evaluator = Evaluator(self)

    def parameter(self, name: str) -> Any:
        if name not in PARAMETERS:
            raise ExpressionError(f"There is no parameter {name}: declare it.")
        return PARAMETERS[name]

    def variable(self, name: str) -> Any:
        return self.evaluator.value(self.variables[name])

    def copy_index(self, loop: str | None, offset: int) -> Any:
        return [loop, offset]

    def user_function(self, namespace: str, name: str, arguments: tuple[Any, ...]) -> Any:
        return [namespace, name, *arguments]

    def call(self, name: str, arguments: tuple[Any, ...], node: Call) -> Any:  # noqa: ARG002
        return Secret(UNKNOWN) if name.startswith("list") else UNKNOWN


def evaluated(value: Any, variables: Mapping[str, str] | None = None) -> Any:
    return PlainScope(variables).evaluator.value(value)
