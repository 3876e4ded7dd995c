"""Parameters and outputs as a template declares them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from hubwarden_policies.gates.bicep.refused import Refused
from hubwarden_policies.gates.bicep.syntax.tree import Array, Declaration, Literal, Loop, Node, Text
from hubwarden_policies.gates.bicep.template import types, values
from hubwarden_policies.gates.bicep.template.scope import escaped

if TYPE_CHECKING:
    from hubwarden_policies.gates.bicep.syntax.tree import Output, Parameter, Type
    from hubwarden_policies.gates.bicep.template.places import Place
    from hubwarden_policies.gates.bicep.template.scope import Scope

_SECURE: Final = {"string": "secureString", "object": "secureObject", "array": "secureObject"}
# A type that nobody here knows, as a template can say it.
ANY: Final[dict[str, Any]] = {"$ref": "#/definitions/any"}
_DECORATORS: Final = frozenset(
    (
        *(
            "allowed",
            "batchSize",
            "description",
            "discriminator",
            "export",
            "maxLength",
            "maxValue",
            "metadata",
        ),
        *("minLength", "minValue", "onlyIfNotExists", "retryOn", "sealed", "secure", "waitUntil"),
    )
)


def parameters(scope: Scope, place: Place) -> dict[str, Any]:
    """The parameters of a file; what is refused of them is reported."""
    found: dict[str, Any] = {}
    for name, said in scope.symbols.parameters.items():
        try:
            found[name] = _parameter(scope, said, place.child(name, said.at))
        except Refused as refused:
            scope.refuse(refused)
            found[name] = dict(ANY)
    return found


def outputs(scope: Scope, place: Place) -> dict[str, Any]:
    """The outputs of a file; what is refused of them is reported."""
    found: dict[str, Any] = {}
    for name, said in scope.symbols.outputs.items():
        try:
            found[name] = _output(scope, said, place.child(name, said.at))
        except Refused as refused:
            scope.refuse(refused)
    return found


def check_decorators(said: Declaration) -> None:
    """Refuse a decorator that nobody here knows: it might change what is deployed."""
    for each in said.decorators:
        name = types.decorator_name(each)
        if name not in _DECORATORS:
            raise Refused(
                f"hubwarden does not know the decorator @{name}(): build the file with "
                "`bicep build` and check the template.",
                each.at,
            )


def _type(scope: Scope, said: Type, declared: Declaration) -> dict[str, Any]:
    check_decorators(declared)
    found = types.resolved(scope, said)
    secure = found.secure or types.is_secure(declared.decorators)
    base = _SECURE.get(found.base or "object", found.base) if secure else found.base
    written = dict(ANY) if base is None else {"type": base}
    return written | ({"nullable": True} if found.nullable else {}) | _allowed(found, declared)


def _allowed(found: Type, declared: Declaration) -> dict[str, Any]:
    listed: list[Any] = list(found.allowed)
    for each in declared.decorators:
        if types.decorator_name(each) == "allowed" and each.arguments:
            said = each.arguments[0]
            items = said.items if isinstance(said, Array) else ()
            listed = [_literal(item) for item in items]
    return {"allowedValues": listed} if listed else {}


def _literal(said: Node) -> Any:
    if isinstance(said, Literal):
        return said.value
    if isinstance(said, Text) and said.plain is not None:
        return escaped(said.plain)
    raise Refused("What is allowed is written out: write plain values here.", said.at)


def _parameter(scope: Scope, said: Parameter, place: Place) -> dict[str, Any]:
    found = _type(scope, said.type, said)
    if said.default is not None:
        below = place.child("defaultValue", said.default.at)
        found["defaultValue"] = values.value(scope, said.default, below)
    return found


def _output(scope: Scope, said: Output, place: Place) -> dict[str, Any]:
    found = _type(scope, said.type, said)
    found.pop("allowedValues", None)
    if isinstance(said.value, Loop):
        below = place.child("copy", said.value.at)
        return found | {"copy": values.copied(scope, said.value, None, below)}
    return found | {"value": values.value(scope, said.value, place.child("value", said.value.at))}
