"""Names and ids that azure-native and Azure give to resources.

Sources: azure-native's automatic names (its own docs, "Resource naming"), the form of a resource
id in Azure's REST reference.
"""

from __future__ import annotations

import hashlib
import re
import uuid
from typing import Any

_GROUP = "resourceGroupName"
GROUP_TYPE = "Microsoft.Resources/resourceGroups"
_SCOPES = ("resourceUri", "scope", "resourceId", "scopeId")
_NAMESPACES = {
    "app": "Microsoft.App",
    "applicationinsights": "Microsoft.Insights",
    "authorization": "Microsoft.Authorization",
    "cosmosdb": "Microsoft.DocumentDB",
    "deviceprovisioningservices": "Microsoft.Devices",
    "iothub": "Microsoft.Devices",
    "keyvault": "Microsoft.KeyVault",
    "monitor": "Microsoft.Insights",
    "privatedns": "Microsoft.Network",
    "redis": "Microsoft.Cache",
}


def own_name(inputs: dict[str, bool], outputs: Any) -> str | None:
    """The input that is the resource's own name in Azure and may be left out.

    `inputs` says of each whether it is required. It is not an output, because Azure answers with
    `name`; where the API calls it just `name` it is both.
    """
    left = [name for name, required in inputs.items() if not required and name not in outputs]
    named = [name for name in left if name.endswith("Name") and name != _GROUP]
    if named:
        return named[0]
    if inputs.get("name") is False:
        return "name"
    return _GROUP if _GROUP in left else next((n for n in left if n.endswith("Id")), None)


def automatic_name(urn: str, logical_name: str, key: str, *, child: bool) -> str:
    """The name that azure-native gives: random for what stands alone, else the logical one."""
    if key == "roleAssignmentName":
        return str(uuid.uuid5(uuid.NAMESPACE_URL, urn))
    if child:
        return logical_name
    return logical_name + _suffix(urn)


def is_random(urn: str, logical_name: str, name: str) -> bool:
    """Whether a name is an automatic one that no other resource has."""
    return name == logical_name + _suffix(urn)


def parents(inputs: dict[str, bool], outputs: Any, own: str | None) -> list[str]:
    """The inputs that name what the resource lies in, but for the resource group.

    Azure repeats them seldom: those that are outputs too come last.
    """
    names = [
        name
        for name, required in inputs.items()
        if required and name.endswith("Name") and name not in (_GROUP, own)
    ]
    return sorted(names, key=lambda name: name in outputs)


def guessed_type(token: str, above: list[str]) -> str:
    """A plausible ARM type for a token of azure-native that nobody has told the type of."""
    module, _, name = token.partition(":")[2].rpartition(":")
    module = module.partition("/")[0]
    namespace = _NAMESPACES.get(module) or "Microsoft." + module[:1].upper() + module[1:]
    segments = [_plural(parent[: -len("Name")]) for parent in above]
    return "/".join([namespace, *segments, _plural(name[:1].lower() + name[1:])])


def resource_id(
    arm_type: str, names: list[str], *, subscription: str, group: str | None, scope: str | None
) -> str:
    """The id of a resource: `names` has one for each segment of the type."""
    namespace, *segments = arm_type.split("/")
    pairs = "".join(f"/{kind}/{name}" for kind, name in zip(segments, names))
    if scope is not None:
        return f"{scope.rstrip('/')}/providers/{namespace}{pairs}"
    if arm_type == GROUP_TYPE:
        return f"/subscriptions/{subscription}/resourceGroups/{names[-1]}"
    inside = f"/resourceGroups/{group}" if group is not None else ""
    return f"/subscriptions/{subscription}{inside}/providers/{namespace}{pairs}"


def in_order(above: list[str], segments: list[str]) -> list[str | None]:
    """The naming input for each segment of the type above the last; None where there is none."""
    left = list(above)
    chosen: list[str | None] = []
    for segment in segments:
        fits = [name for name in left if _stem(name) in segment.lower()]
        chosen.append(max(fits, key=len) if fits else None)
        if fits:
            left.remove(chosen[-1])  # type: ignore[arg-type]
    if len(left) >= chosen.count(None):
        chosen = [name if name is not None else left.pop(0) for name in chosen]
    return chosen


def scope_of(inputs: dict[str, Any]) -> str | None:
    """The id that this resource extends, where an input has one."""
    return next((inputs[key] for key in _SCOPES if isinstance(inputs.get(key), str)), None)


def _suffix(urn: str) -> str:
    return hashlib.sha256(urn.encode()).hexdigest()[:8]


def _stem(name: str) -> str:
    return re.sub(r"(?:Resource)?Name$", "", name).lower()


def _plural(word: str) -> str:
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return word[:-1] + "ies"
    return word + ("es" if word.endswith("s") else "s")
