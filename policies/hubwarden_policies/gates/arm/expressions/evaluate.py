"""From a value of a template to what is deployed, as far as anybody knows it before."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hubwarden_policies.gates.arm.expressions.budget import Budget
from hubwarden_policies.gates.arm.expressions.error import ExpressionError
from hubwarden_policies.gates.arm.expressions.interpret import Interpreter
from hubwarden_policies.gates.arm.expressions.keys import object_of
from hubwarden_policies.gates.arm.expressions.parse import parse
from hubwarden_policies.gates.arm.expressions.scope import Scope
from hubwarden_policies.model import UNKNOWN

Failed = Callable[[ExpressionError], None]


class Evaluator:
    """Evaluates what stands in one template; those of nested ones share its budget."""

    def __init__(self, scope: Scope, budget: Budget | None = None) -> None:
        self._budget = Budget() if budget is None else budget
        self._interpreter = Interpreter(scope, self._budget)

    def value(self, value: Any, failed: Failed | None = None) -> Any:
        """A value of a template with every expression in it evaluated, keys included.

        Raises `ExpressionError`; with `failed` an expression that is wrong is told to it instead
        and is `UNKNOWN` in the result, so that the rest is there.
        """
        try:
            return self._budget.weigh(self._deep(value, failed))
        except RecursionError:
            raise ExpressionError(
                "The template's variables or functions lead to each other too many times: "
                "write out what they lead to."
            ) from None

    def _deep(self, value: Any, failed: Failed | None) -> Any:
        if isinstance(value, str):
            return self._text(value, failed)
        if isinstance(value, list):
            return [
                self._inner(item, index, failed) if _moves(item) else item
                for index, item in enumerate(value)
            ]
        if isinstance(value, dict):
            if any(map(_moves, value)):
                return object_of(
                    (self._text(key, failed), self._inner(item, key, failed))
                    for key, item in value.items()
                )
            return {
                key: self._inner(item, key, failed) if _moves(item) else item
                for key, item in value.items()
            }
        return value

    def _inner(self, value: Any, key: str | int, failed: Failed | None) -> Any:
        further = None if failed is None else lambda error: failed(error.under(key))
        try:
            return self._deep(value, further)
        except ExpressionError as error:
            raise error.under(key) from None

    def _text(self, text: str, failed: Failed | None) -> Any:
        if not text.startswith("["):
            return text
        try:
            return self._interpreter.node(parse(text))
        except ExpressionError as error:
            if failed is None:
                raise
            failed(error)
            return UNKNOWN


def _moves(value: Any) -> bool:
    """Whether evaluation may change a value."""
    return value[:1] == "[" if isinstance(value, str) else isinstance(value, list | dict)
