"""What an expression asks of the template that it stands in."""

from __future__ import annotations

from typing import Any, Protocol

from hubwarden_policies.gates.arm.expressions.syntax import Call


class Scope(Protocol):
    """One template's view: its parameters, variables, functions and where it is deployed.

    Every answer is a value: JSON's, `UNKNOWN` for what nobody knows offline (the evaluator makes
    of it a hole that shows the expression), a `Made` that says more, or a `Secret` around any of
    them. What does not exist raises `ExpressionError` without a column; the evaluator adds it.
    A scope remembers what it evaluated: the evaluator asks again each time.
    """

    def parameter(self, name: str) -> Any:
        """The value of a parameter; its name's case does not matter."""

    def variable(self, name: str) -> Any:
        """The value of a variable, evaluated; a cycle raises `ExpressionError`."""

    def copy_index(self, loop: str | None, offset: int) -> Any:
        """The index in this loop (None: in the innermost) plus the offset."""

    def user_function(self, namespace: str, name: str, arguments: tuple[Any, ...]) -> Any:
        """The result of a function that the template declares."""

    def call(self, name: str, arguments: tuple[Any, ...], node: Call) -> Any:
        """The result of one of `DEPLOYMENT`, or of a `list…` function, by its name in lower case.

        Arguments are evaluated (a `Made` for what is unknown). A `Made` of a single `Hole` is an
        unknown object: `.a.b` after it becomes the `path` of its hole, here `a.b`.
        """


# What only the template or Azure can answer, and how many arguments it takes.
DEPLOYMENT: dict[str, tuple[int, int | None]] = {
    "deployer": (0, 0),
    "deployment": (0, 0),
    "environment": (0, 0),
    "extensionresourceid": (3, None),
    "externalinput": (1, 2),
    "managementgroup": (0, 0),
    "managementgroupresourceid": (2, None),
    "pickzones": (3, 5),
    "providers": (1, 2),
    "reference": (1, 3),
    "references": (1, 2),
    "resourcegroup": (0, 0),
    "resourceid": (2, None),
    "subscription": (0, 0),
    "subscriptionresourceid": (2, None),
    "tenant": (0, 0),
    "tenantresourceid": (2, None),
    "tologicalzone": (3, 3),
    "tologicalzones": (3, 3),
    "tophysicalzone": (3, 3),
    "tophysicalzones": (3, 3),
}
