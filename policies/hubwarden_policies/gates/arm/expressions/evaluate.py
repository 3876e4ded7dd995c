"""From an expression to its value, as far as anybody knows it before the deployment."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from hubwarden_policies.gates.arm.expressions.access import item_of
from hubwarden_policies.gates.arm.expressions.budget import Budget
from hubwarden_policies.gates.arm.expressions.calls import counted, lifted, named, unknown_function
from hubwarden_policies.gates.arm.expressions.error import ExpressionError, NotKnown
from hubwarden_policies.gates.arm.expressions.functions import FUNCTIONS, TAKING_LAMBDAS
from hubwarden_policies.gates.arm.expressions.functions.function import Lambda
from hubwarden_policies.gates.arm.expressions.keys import object_of
from hubwarden_policies.gates.arm.expressions.knowledge import bare, is_unknown, opaque
from hubwarden_policies.gates.arm.expressions.lazy import LAZY
from hubwarden_policies.gates.arm.expressions.parse import parse
from hubwarden_policies.gates.arm.expressions.scope import DEPLOYMENT, Scope
from hubwarden_policies.gates.arm.expressions.syntax import Access, Call, Expression, Literal
from hubwarden_policies.model import UNKNOWN

Bound = Mapping[str, Any]
Failed = Callable[[ExpressionError], None]
_NONE: Final[Bound] = {}
# How many arguments each of the functions takes that ask the scope for something by its name.
_ASKING: Final[dict[str, tuple[int, int | None]]] = {
    "copyindex": (0, 2),
    "lambdavariables": (1, 1),
    "parameters": (1, 1),
    "variables": (1, 1),
}


class Evaluator:
    """Evaluates what stands in one template; those of nested ones share its budget."""

    def __init__(self, scope: Scope, budget: Budget | None = None) -> None:
        self._scope = scope
        self._budget = Budget() if budget is None else budget

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

    def node(self, node: Expression, bound: Bound = _NONE) -> Any:
        """The value of a part of an expression; `bound` are the variables of its lambdas."""
        if isinstance(node, Literal):
            return node.value
        self._budget.spend()
        try:
            if isinstance(node, Access):
                target = self.node(node.target, bound)
                result = item_of(node, target, self.node(node.key, bound))
            else:
                result = self._call(node, bound)
        except NotKnown:
            return opaque(node)
        except ExpressionError as error:
            if error.column:
                raise
            raise error.at(node.column) from None
        return opaque(node) if result is UNKNOWN else result

    def _call(self, node: Call, bound: Bound) -> Any:
        name = node.name.lower()
        if node.namespace is not None:
            arguments = self._arguments(node, bound)
            return self._asked(self._scope.user_function, node.namespace, node.name, arguments)
        if name in LAZY:
            decide, at_least, at_most = LAZY[name]
            counted(node, at_least, at_most)
            try:
                return decide(node, lambda argument: self.node(argument, bound))
            except ExpressionError as error:
                raise named(error, node) from None
        if name in _ASKING:
            counted(node, *_ASKING[name])
            return self._asking(name, node, bound)
        if name in FUNCTIONS:
            function = FUNCTIONS[name]
            counted(node, function.at_least, function.at_most)
            return self._budget.weigh(lifted(function, node, self._arguments(node, bound)))
        if name in DEPLOYMENT or name.startswith("list"):
            counted(node, *DEPLOYMENT.get(name, (1, 3)))
            return self._asked(self._scope.call, name, self._arguments(node, bound), node)
        raise unknown_function(node)

    def _arguments(self, node: Call, bound: Bound) -> tuple[Any, ...]:
        takes_lambdas = node.namespace is None and node.name.lower() in TAKING_LAMBDAS
        return tuple(
            self._lambda(argument, bound)
            if takes_lambdas and isinstance(argument, Call) and argument.name.lower() == "lambda"
            else self.node(argument, bound)
            for argument in node.arguments
        )

    def _lambda(self, node: Call, bound: Bound) -> Lambda:
        counted(node, 1, None)
        *declared, body = node.arguments
        names = []
        for name in declared:
            if not isinstance(name, Literal) or not isinstance(name.value, str):
                raise ExpressionError("A variable of a lambda is a text: quote it.", name.column)
            names.append(name.value.lower())

        def call(*arguments: Any) -> Any:
            self._budget.spend()
            return self.node(body, {**bound, **dict(zip(names, arguments, strict=False))})

        return Lambda(tuple(names), call)

    def _asking(self, name: str, node: Call, bound: Bound) -> Any:
        arguments = [bare(value) for value in self._arguments(node, bound)]
        if any(map(is_unknown, arguments)):
            raise NotKnown
        if name == "copyindex":
            loop = arguments.pop(0) if arguments and isinstance(arguments[0], str) else None
            offset = arguments.pop(0) if arguments else 0
            if arguments or type(offset) is not int:
                raise ExpressionError(
                    "copyIndex() takes the name of a loop, an integer, or both in this order."
                )
            return self._asked(self._scope.copy_index, loop, offset)
        if not isinstance(arguments[0], str):
            raise ExpressionError(f"{node.name}() takes a name: quote it.")
        if name == "parameters":
            return self._asked(self._scope.parameter, arguments[0])
        if name == "variables":
            return self._asked(self._scope.variable, arguments[0])
        try:
            return bound[arguments[0].lower()]
        except KeyError:
            raise ExpressionError(
                "lambdaVariables() names a variable that no lambda around it has: "
                "take one of the names that lambda() begins with."
            ) from None

    def _asked(self, question: Callable[..., Any], *about: Any) -> Any:
        try:
            return question(*about)
        except ExpressionError as error:
            # Its column, if it has one, is in another expression than this.
            raise ExpressionError(error.message) from None

    def _deep(self, value: Any, failed: Failed | None) -> Any:
        if isinstance(value, str):
            return self._text(value, failed)
        if isinstance(value, list):
            return [self._inner(item, index, failed) for index, item in enumerate(value)]
        if isinstance(value, dict):
            return object_of(
                (self._text(key, failed), self._inner(item, key, failed))
                for key, item in value.items()
            )
        return value

    def _inner(self, value: Any, key: str | int, failed: Failed | None) -> Any:
        if not isinstance(value, str | list | dict):
            return value
        further = None if failed is None else lambda error: failed(error.under(key))
        try:
            return self._deep(value, further)
        except ExpressionError as error:
            raise error.under(key) from None

    def _text(self, text: str, failed: Failed | None) -> Any:
        if not text.startswith("["):
            return text
        try:
            return self.node(parse(text))
        except ExpressionError as error:
            if failed is None:
                raise
            failed(error)
            return UNKNOWN
