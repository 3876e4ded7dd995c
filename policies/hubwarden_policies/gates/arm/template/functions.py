"""The functions that ask about the deployment itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from hubwarden_policies.gates.arm.template.declared import Declared
from hubwarden_policies.gates.arm.template.ids import extension_id, named_by, resource_id
from hubwarden_policies.gates.arm.template.known import SUBSCRIPTION
from hubwarden_policies.gates.arm.template.names import joined, opened
from hubwarden_policies.gates.arm.template.outputs import outputs_of
from hubwarden_policies.gates.arm.template.symbols import of_name
from hubwarden_policies.model import DEPLOYMENT_TYPE, UNKNOWN, Call, Hole, Made, Secret

if TYPE_CHECKING:
    from hubwarden_policies.gates.arm import expressions
    from hubwarden_policies.gates.arm.template.scope import TemplateScope

_IDS: Final = frozenset(
    {
        "resourceid",
        "subscriptionresourceid",
        "tenantresourceid",
        "managementgroupresourceid",
    }
)
# The rules know these by the names that Pulumi has for the modules.
_MODULES: Final = {
    "microsoft.devices/iothubs": "azure-native:iothub",
    "microsoft.devices/provisioningservices": "azure-native:deviceprovisioningservices",
}


def deployed(
    scope: TemplateScope, name: str, arguments: tuple[Any, ...], node: expressions.Call
) -> Any:
    """The result of one of them by its name in lower case; `UNKNOWN` where Azure alone knows."""
    known = scope.world.known
    if name in _IDS:
        return resource_id(known, scope.target, node.name, arguments)
    if name == "extensionresourceid":
        return extension_id(arguments)
    if name == "reference":
        return _reference(scope, _named(scope, arguments[0]))
    if name == "references":
        found = of_name(scope, opened(arguments[0]))
        return [_reference(scope, one) for one in found] if found else UNKNOWN
    if name.startswith("list"):
        return _listed(scope, node.name, arguments)
    if name == "resourcegroup":
        return _group(scope)
    if name == "subscription":
        return {
            "id": joined(("/subscriptions/", SUBSCRIPTION)),
            "subscriptionId": Made((SUBSCRIPTION,)),
            **{
                name: Made((Hole("subscription()", name),))
                for name in (
                    "tenantId",
                    "displayName",
                    "tags",
                    "authorizationSource",
                    "managedByTenants",
                )
            },
        }
    return UNKNOWN


def _group(scope: TemplateScope) -> Any:
    target = scope.target
    if target.level != "group":
        return UNKNOWN
    unknown = {
        name: Made((Hole("resourceGroup()", name),))
        for name in ("location", "tags", "properties", "managedBy")
    }
    return {
        "id": joined(scope.world.known.outside(target)),
        "name": target.name,
        "type": "Microsoft.Resources/resourceGroups",
        **unknown,
    }


def _named(scope: TemplateScope, value: Any) -> Declared | None:
    """The resource that a reference names by its symbol, its name or its id."""
    value = opened(value)
    if isinstance(value, str) and "/" not in value:
        found = of_name(scope, value)
        return found[0] if found else None
    if not isinstance(value, str | Made):
        return None
    named = named_by(scope.world.known, value, scope.target)
    return None if named is None else named[1]


def _reference(scope: TemplateScope, one: Declared | None) -> Any:
    if one is None or one.existing:
        return UNKNOWN
    if one.arm_type == DEPLOYMENT_TYPE:
        outputs = outputs_of(scope.world, one.address)
        if outputs is None:
            return UNKNOWN
        body = {"outputs": outputs, "provisioningState": "Succeeded"}
        # The full form has the same one step deeper.
        return {**body, "properties": body}
    return Made((Hole(one.address, ""),))


def _listed(scope: TemplateScope, name: str, arguments: tuple[Any, ...]) -> Any:
    """What a `list…` function hands out: credentials, wherever they then go."""
    world = scope.world
    value = opened(arguments[0])
    named = named_by(world.known, value, scope.target) if isinstance(value, str | Made) else None
    arm_type, one = named or ("", None)
    if one is None and named is None:
        one = _named(scope, value)
        arm_type = one.arm_type if one else ""
    addresses = (one.address,) if one and not one.existing else world.known.spoken_of(value)
    kind = "/".join(arm_type.split("/")[:2])
    token = f"{_MODULES.get(kind.lower(), kind or 'Azure')}:{name}"
    source = f"call:{token}" + (f"@{addresses[0]}" if addresses else "")
    if source not in world.calls:
        place = world.problems.locate(world.here)
        world.calls[source] = Call(token, (place,) if place else ()), tuple(addresses)
    return Secret(Made((Hole(source, ""),)))
