"""From one expression to its value, as far as anybody knows it before the deployment."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from hubwarden_policies.gates.arm.expressions.access import item_of
from hubwarden_policies.gates.arm.expressions.budget import Budget
from hubwarden_policies.gates.arm.expressions.calls import counted, lifted, named, unknown_function
from hubwarden_policies.gates.arm.expressions.error import ExpressionError, NotKnown
from hubwarden_policies.gates.arm.expressions.functions import FUNCTIONS, TAKING_LAMBDAS
from hubwarden_policies.gates.arm.expressions.functions.function import Lambda
from hubwarden_policies.gates.arm.expressions.knowledge import bare, has_secret, is_unknown, opaque
from hubwarden_policies.gates.arm.expressions.lazy import LAZY
from hubwarden_policies.gates.arm.expressions.scope import DEPLOYMENT, Scope
from hubwarden_policies.gates.arm.expressions.syntax import Access, Call, Expression, Literal
from hubwarden_policies.model import UNKNOWN, Secret

Bound = Mapping[str, Any]
_NONE: Final[Bound] = {}
# How many arguments each of the functions takes that ask the scope for something by its name.
_ASKING: Final[dict[str, tuple[int, int | None]]] = {
    "copyindex": (0, 2),
    "lambdavariables": (1, 1),
    "parameters": (1, 1),
    "variables": (1, 1),
}


class Interpreter:
    """Evaluates the expressions of one template."""

    def __init__(self, scope: Scope, budget: Budget) -> None:
        self._scope = scope
        self._budget = budget

    def node(self, node: Expression, bound: Bound = _NONE) -> Any:
        """The value of a part of an expression; `bound` are the variables of its lambdas."""
        if isinstance(node, Literal):
            return node.value
        self._budget.spend()
        try:
            if isinstance(node, Access):
                target, key = self.node(node.target, bound), self.node(node.key, bound)
                held = bare(target)
                if isinstance(held, dict) and not (
                    isinstance(bare(key), str) and bare(key) in held
                ):
                    # It may be there in another case.
                    self._budget.look(held)
                if is_unknown(bare(key)):
                    self._budget.weigh(held)
                result = item_of(node, target, key)
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
            arguments = self._arguments(node, bound)
            pay = (
                self._budget.weigh
                if function.reads == "whole" or function.walks
                else self._budget.look
            )
            for argument in arguments:
                pay(argument)
            result = self._budget.weigh(lifted(function, node, arguments))
            if is_unknown(result) and function.reveals and any(map(self._hides, arguments)):
                return Secret(result)
            return result
        if name in DEPLOYMENT or name.startswith("list"):
            counted(node, *DEPLOYMENT.get(name, (1, 3)))
            return self._asked(self._scope.call, name, self._arguments(node, bound), node)
        raise unknown_function(node)

    def _hides(self, value: Any) -> bool:
        """Whether a secret is in it, or in what a lambda makes of whatever it is given."""
        if not isinstance(value, Lambda):
            return has_secret(self._budget.weigh(value))
        try:
            return self._hides(value(*[UNKNOWN] * len(value.names)))
        except (ExpressionError, NotKnown):
            return False

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
