"""What the expressions of one template see."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from hubwarden_policies.gates.arm.expressions import Evaluator, ExpressionError
from hubwarden_policies.gates.arm.template.declaration import Declaration, declaration
from hubwarden_policies.gates.arm.template.expand import expand, turns
from hubwarden_policies.gates.arm.template.functions import deployed
from hubwarden_policies.gates.arm.template.keys import Path, entry, get, kind_of
from hubwarden_policies.gates.arm.template.names import spoken
from hubwarden_policies.gates.arm.template.own_functions import declared_function
from hubwarden_policies.model import UNKNOWN, Hole, Made, Secret

if TYPE_CHECKING:
    from hubwarden_policies.gates.arm.expressions import Call
    from hubwarden_policies.gates.arm.template.declared import Deployment, Target
    from hubwarden_policies.gates.arm.template.world import World

# A chain of variables this long is none that anybody wrote.
_DEEPEST: Final = 40
# What a call of a template's own function costs beside what is in it, in steps.
_CALL: Final = 200
_RUNNING: Final = object()

Given = Callable[[], Any]


class Loop(NamedTuple):
    """A loop around an expression, and which turn of it this is."""

    name: str
    index: Any
    of_property: bool


class TemplateScope:
    """One template's parameters, variables and functions, with the loops around an expression.

    `given` makes the values of parameters by their names in lower case; `complete` says that no
    others can be added when it is deployed. The values are kept, for all loops alike; `named` has
    those of whole expressions that do no more than name one.
    """

    def __init__(
        self,
        template: Mapping[str, Any],
        path: Path,
        given: Mapping[str, Given],
        world: World,
        target: Target,
        *,
        complete: bool,
    ) -> None:
        self.template, self.path, self.world, self.target = template, path, world, target
        self.loops: tuple[Loop, ...] = ()
        self.deployment: Deployment | None = None
        self._given, self._complete = given, complete
        self._kept: dict[tuple[str, str], Any] = {}
        self.named: dict[str, Any] = {}
        self.depth = 0
        self.evaluator = Evaluator(self, world.budget)

    def inside(self, loop: str, index: Any, *, of_property: bool = False) -> TemplateScope:
        """The same scope within one turn of a loop."""
        return self._with_loops((*self.loops, Loop(loop, index, of_property)))

    def within(self, deployment: Deployment) -> TemplateScope:
        """The same scope for a template inside, whose own parameters nobody sees."""
        found = object.__new__(TemplateScope)
        found.__dict__.update(self.__dict__)
        found.deployment = deployment
        found.evaluator = Evaluator(found, self.world.budget)
        return found

    def is_around(self) -> bool:
        """Whether the template that is evaluated stands within the one that the scope is of."""
        return self.deployment is not None and self.deployment.template is not self.template

    def _with_loops(self, loops: tuple[Loop, ...]) -> TemplateScope:
        found = object.__new__(TemplateScope)
        found.__dict__.update(self.__dict__)
        found.loops = loops
        found.evaluator = Evaluator(found, self.world.budget)
        return found

    def forget(self) -> None:
        """Evaluate everything anew."""
        self._kept.clear()
        self.named.clear()

    def value(self, raw: Any, path: Path) -> Any:
        """A value of the template with its expressions evaluated; what is wrong is reported."""
        return expand(raw, path, self)

    def parameter(self, name: str) -> Any:
        """The value of a parameter."""
        return self._keep("parameters", name, TemplateScope._parameter)

    def variable(self, name: str) -> Any:
        """The value of a variable, its loops done."""
        return self._keep("variables", name, TemplateScope._variable)

    def copy_index(self, loop: str | None, offset: int) -> Any:
        """The index in a loop around the expression."""
        if loop is None:
            # Without a name it is the loop of the resource, however many of properties are within.
            found = [one for one in self.loops if not one.of_property] or self.loops
        else:
            found = [one for one in self.loops if one.name.lower() == loop.lower()]
        if not found:
            raise ExpressionError(
                "copyIndex() stands outside of a loop: use it in what has a `copy`."
                if loop is None
                else f"copyIndex('{spoken(loop)}') names a loop that is not around it: mend it."
            )
        index = found[-1].index
        return index + offset if isinstance(index, int) else UNKNOWN

    def user_function(self, namespace: str, name: str, arguments: tuple[Any, ...]) -> Any:
        """The result of a function of the template's own; it sees its parameters only."""
        self.world.budget.spend(_CALL)
        if self.depth > _DEEPEST:
            raise ExpressionError("Functions of the template call each other endlessly: end it.")
        found = declared_function(self.template, namespace, name, len(arguments))
        given = {
            key: (lambda value=value: value)
            for key, value in zip(found.parameters, arguments, strict=True)
        }
        inner: dict[str, Any] = {
            "functions": get(self.template, "functions"),
            "parameters": {key: {} for key in found.parameters},
        }
        path = (*self.path, *found.path)
        scope = TemplateScope(inner, path, given, self.world, self.target, complete=True)
        scope.deployment, scope.depth = self.deployment, self.depth + 1
        return scope.value(found.body, path)

    def call(self, name: str, arguments: tuple[Any, ...], node: Call) -> Any:
        """What only the template or Azure can answer."""
        return deployed(self, name, arguments, node)

    def _keep(self, kind: str, name: str, make: Callable[[TemplateScope, str], Any]) -> Any:
        key = kind, name.lower()
        if key not in self._kept:
            if self.world.chain >= _DEEPEST:
                raise ExpressionError(
                    f"More than {_DEEPEST} {kind} lead from one to the next: shorten the chain."
                )
            self._kept[key] = _RUNNING
            self.world.chain += 1
            try:
                # What is kept is the same in every turn, so it may not ask for one.
                self._kept[key] = make(self._with_loops(()) if self.loops else self, name)
            except BaseException:
                del self._kept[key]
                raise
            finally:
                self.world.chain -= 1
        elif self._kept[key] is _RUNNING:
            raise ExpressionError(
                f"{kind}('{spoken(name)}') leads back to itself: break the cycle."
            )
        return self._kept[key]

    def _parameter(self, name: str) -> Any:
        declared = self.declaration(name)
        if declared is None:
            raise ExpressionError(
                f"The template has no parameter {spoken(name)}: declare it, or mend the name."
            )
        if name.lower() in self._given:
            value = self._given[name.lower()]()
        elif declared.default is not None:
            value = self.value(declared.default[1], (*declared.path, declared.default[0]))
        elif declared.nullable:
            value = None
        elif self._complete:
            raise ExpressionError(f"The parameter {name} has no value here: give it one.")
        else:
            # By its declared name: however it is spelled, it is the same value.
            hole = Made((Hole(f"parameters('{declared.name}')", ""),))
            value = UNKNOWN if declared.secure else hole
        secure = declared.secure and not isinstance(value, Secret)
        return Secret(value) if secure else value

    def declaration(self, name: str) -> Declaration | None:
        """What the template says of a parameter; None where it has none of this name."""
        return declaration(self.template, self.path, "parameters", name)

    def _variable(self, name: str) -> Any:
        listed = entry(self.template, "variables")
        if listed is not None:
            path = (*self.path, listed[0])
            if not isinstance(listed[1], dict):
                raise ExpressionError(
                    f"`variables` is {kind_of(listed[1])}: make it an object of names and values."
                )
            found = entry(listed[1], name)
            if found is not None and found[0].lower() != "copy":
                return self.value(found[1], (*path, found[0]))
            loops = entry(listed[1], "copy")
            for index, loop in enumerate(loops[1] if loops and isinstance(loops[1], list) else ()):
                if loops and str(get(loop, "name")).lower() == name.lower():
                    return turns(loop, (*path, loops[0], index), self)
        raise ExpressionError(
            f"The template has no variable {spoken(name)}: declare it, or mend the name."
        )
