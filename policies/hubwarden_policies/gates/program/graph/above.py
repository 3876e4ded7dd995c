"""What a resource of the stack extends, is below and is in."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from hubwarden_policies.gates.program.graph.arm_body import url_of
from hubwarden_policies.gates.program.graph.sent import sent_path
from hubwarden_policies.gates.program.graph.targets import GROUP, Targets, names_in
from hubwarden_policies.model import UNKNOWN

if TYPE_CHECKING:
    from hubwarden_policies.gates.program.graph.arm_body import Body
    from hubwarden_policies.gates.program.graph.tokens import Kind
    from hubwarden_policies.gates.program.running.recording import Registration

_LOCKS: Final = "Microsoft.Authorization/locks"
_NOUN: Final = re.compile(r"(Resource)?(Id|Name|Uri)$")


def scope(targets: Targets, resource: Registration, kind: Kind, shown: Body) -> str | None:
    """The resource that this one extends (a lock, a role assignment, a diagnostic setting)."""
    arm_type, parameters = kind.arm_type or "", shown.parameters
    url = url_of(arm_type)
    if url.scope is None:
        return None
    if url.scope in parameters:
        spoken_of = targets.spoken_of(parameters[url.scope])
        found = [address for address in spoken_of if address != resource.urn]
        return found[0] if len(found) == 1 else depended_on(targets, resource, kind, "scope")
    if arm_type != _LOCKS or "resourceGroupName" not in parameters:
        return None
    if "resourceType" not in parameters:
        return targets.named(GROUP, (parameters["resourceGroupName"],))
    steps = [s for s in str(parameters.get("parentResourcePath") or "").split("/") if s]
    types = (parameters.get("resourceProviderNamespace"), *steps[::2], parameters["resourceType"])
    names = (*steps[1::2], parameters.get("resourceName"))
    return targets.named("/".join(map(str, types)), names)


def parent(targets: Targets, resource: Registration, kind: Kind, shown: Body) -> str | None:
    """The nearest resource above that is deployed here too."""
    arm_type = kind.arm_type or ""
    url = url_of(arm_type).names
    names = names_in(arm_type, {**shown.parameters, url[-1]: "any"})
    namespace, *types = arm_type.split("/")
    for count in range(len(types) - 1, 0, -1):
        above = "/".join((namespace, *types[:count]))
        named = targets.named(above, names[:count])
        if found := named or _behind(targets, resource, shown, url[count - 1], above):
            return found
    return None


def group(targets: Targets, resource: Registration, shown: Body) -> str | None:
    """The resource group that a resource is in, where it is one of the stack's."""
    found = targets.named(GROUP, (shown.parameters.get("resourceGroupName"),))
    found = found or _behind(targets, resource, shown, "resourceGroupName", GROUP)
    return None if found == resource.urn else found


def depended_on(targets: Targets, resource: Registration, kind: Kind, path: str) -> str | None:
    """The one resource that an input depends on, by its name the one of the fitting type."""
    for name, urns in resource.property_dependencies.items():
        placed = sent_path(kind, name)
        if path != placed and not path.startswith((f"{placed}.", f"{placed}[")):
            continue
        known = [target for urn in urns if (target := targets.get(urn))]
        noun = _NOUN.sub("", re.split(r"[.\[]", path)[-1]).lower()
        chosen = (
            [t for t in known if noun and t.last_type.startswith(noun)]
            or [t for t in known if t.arm_type != GROUP]
            or known
        )
        return chosen[0].address if len(chosen) == 1 else None
    return None


def _behind(
    targets: Targets, resource: Registration, shown: Body, name: str, arm_type: str
) -> str | None:
    """The one resource of a type that a name comes from which is not known yet."""
    name = shown.inputs_of.get(name, name)
    urns = resource.property_dependencies.get(name, ())
    return targets.only(arm_type, urns) if resource.inputs.get(name) is UNKNOWN else None
