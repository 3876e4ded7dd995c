"""Credentials in resources, where Azure shows them to whoever may read the resource.

Tags and names show everywhere. A template that is evaluated by the one around it is kept with the
values that this has put into it. Source: "Use inner scope for nested deployment secure
parameters" in Azure's "Test cases for ARM templates".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from hubwarden_policies.gates.arm.template.keys import entry
from hubwarden_policies.gates.arm.template.leaks import flow, leaves, steps
from hubwarden_policies.gates.arm.template.names import opened
from hubwarden_policies.model import Hole, Made, walk

if TYPE_CHECKING:
    from hubwarden_policies.gates.arm.template.declared import Declared
    from hubwarden_policies.model import Flow, Resource

# Properties beside which there are others for what is secret.
_PLAIN: Final = {
    "microsoft.app/containerapps": r"\.env\[\d+\]\.value",
    "microsoft.app/jobs": r"\.env\[\d+\]\.value",
    "microsoft.compute/virtualmachines/extensions": r"properties\.settings\b",
    "microsoft.containerinstance/containergroups": r"\.environmentVariables\[\d+\]\.value",
    "microsoft.resources/deploymentscripts": (
        r"\.environmentVariables\[\d+\]\.value|properties\.(?:arguments|scriptContent)$"
    ),
}
# Settings of apps, in which a secret of the team's own is at home and a key is not.
_SETTINGS: Final = frozenset(
    {
        "microsoft.web/sites/config",
        # Rules would read it as an app, but nobody knows the tree of its body.
        "microsoft.web/sites/slots",
        "microsoft.web/sites/slots/config",
        "microsoft.web/staticsites/config",
    }
)


def shown_by(resource: Resource, one: Declared) -> Iterator[Flow]:
    """What leaves by a resource."""
    scope, world = one.scope, one.scope.world
    by = scope.deployment.by if scope.deployment and scope.is_around() else None
    for key in one.body if by else ("tags", "name", "properties"):
        raw = entry(one.body, key)
        if raw is None or key.lower() == "resources":
            continue
        value = resource.properties.get(key)
        if key.lower() == "name":
            value = scope.value(raw[1], (*one.path, raw[0]))
        for path, leaf, secret in walk(value, key):
            if not leaves(leaf, secret) or not (by or _is_shown(one, path, leaf)):
                continue
            place = world.problems.locate((*one.path, raw[0], *steps(path)[1:]))
            sink = "name" if key.lower() == "name" else "input"
            address, where = (by.address, "properties.template") if by else (one.address, path)
            yield flow(world, leaf, raw[1], scope, sink, address, where, place)


def _is_shown(one: Declared, path: str, leaf: Any) -> bool:
    if not path.startswith("properties"):
        return True
    kind = one.arm_type.lower()
    if kind in _SETTINGS:
        value = opened(leaf)
        holes = value.parts if isinstance(value, Made) else ()
        return any(isinstance(h, Hole) and h.source in one.scope.world.calls for h in holes)
    return kind in _PLAIN and re.search(_PLAIN[kind], path, re.IGNORECASE) is not None
