"""Which ARM type a resource's type token means, in every spelling that Pulumi has had for it.

    azure-native:iothub:IotHubResource                          version 3
    azure-native:devices:IotHubResource                         version 2
    azure-native:devices/v20221115preview:IotHubResource        version 2, a version of the API
    azure-native_iothub_v20230630:iothub:IotHubResource         a locally added package
    azure-nextgen:devices/latest:IotHubResource                 what azure-native once was

Tokens are data of the SDK (data/arm-types.json, data/sdk-names.json); equal types in other
packages are reviewed tables: of the bridged provider azurerm those that can be read
(data/pulumi-azure.json), of all packages those that cannot (data/other-packages.json).
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any, Final, Literal

from hubwarden_policies.data import load
from hubwarden_policies.model import DEPLOYMENT_TYPE
from hubwarden_policies.record import record

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Standing = Literal["ours", "part", "unmapped", "uncovered", "other"]

_AZURE_NATIVE: Final = re.compile(
    r"(?:@pulumi/)?azure-(?:native|nextgen)(?:[-_](?:v[123]|(?P<module>[a-z0-9]+)_v(?P<version>\w+)))?"
)
_VERSION: Final = re.compile(r"v?(\d{4})-?(\d\d)-?(\d\d)-?(\w*)")
_GENERIC: Final = "resources:Resource"
# What deploys a template. A dry run deploys nothing.
_TEMPLATES: Final = re.compile(r"resources:Deployment(?!StacksWhatIf)\w*")
_STACKS: Final = "Microsoft.Resources/deploymentStacks"

# One ARM type with a Pulumi type for each kind of scope.
_LOCKS: Final = tuple(
    f"authorization:ManagementLock{scope}"
    for scope in ("AtResourceGroupLevel", "AtResourceLevel", "AtSubscriptionLevel")
)


@record
class Kind:
    """What a token is to us.

    `ours`: `arm_type` is one that rules may read. `part`: a piece of a resource of `arm_type`, and
    to Azure no resource. `unmapped`: a namespace of ours, but a type
    that nobody here knows. `uncovered`: `arm_type` by another package, whose inputs are not
    ARM's. `other`: any other resource. `api_version` is what Azure will be asked for, where known,
    `azurerm` the type of that provider whose names the inputs have.
    """

    standing: Standing
    arm_type: str | None = None
    api_version: str | None = None
    azurerm: str | None = None


def identify(
    token: str,
    *,
    aliases: Iterable[str] = (),
    package: Mapping[str, Any] | None = None,
    inputs: Mapping[str, Any] | None = None,
) -> Kind:
    """The kind of a resource, from its token, its aliases' tokens, its package and its inputs."""
    inputs = inputs or {}
    parsed = _parse(token)
    if parsed is None:
        # Only programs have such tokens, and all other inputs start without the table.
        from hubwarden_policies.gates.terraform.bridged import azurerm_type

        bridged = next(filter(None, map(azurerm_type, (token, *aliases))), None)
        if bridged is not None:
            return _bridged(bridged)
        arm_type = _in_other_package(token, inputs)
        return Kind("uncovered", arm_type) if arm_type else Kind("other")
    module, name, version = parsed
    if _TEMPLATES.fullmatch(f"{module}:{name}"):
        return Kind("uncovered", DEPLOYMENT_TYPE)
    if f"{module}:{name}" == _GENERIC:
        arm_type = _generic_type(inputs)
        if arm_type is not None and deploys_templates(arm_type):
            return Kind("uncovered", arm_type)
        arm_type = arm_type and canonical(arm_type)
    else:
        names = [(module, name), *(a[:2] for alias in aliases if (a := _parse(alias)))]
        arm_type = next((found for m, n in names if (found := _ours(m, n))), None)
    if arm_type is None:
        unknown = module in _namespaces() and name not in _known(module)
        return Kind("unmapped" if unknown else "other")
    said = (inputs.get("azureApiVersion"), inputs.get("apiVersion"), version)
    asked = next((text for text in said if isinstance(text, str)), None)
    asked = asked or _dated((package or {}).get("name")) or _default_version(arm_type)
    return Kind("ours", arm_type, asked)


@cache
def _bridged(azurerm: str) -> Kind:
    from hubwarden_policies.gates.terraform.azurerm import entry_of

    entry = entry_of(azurerm)
    if "part_of" in entry:
        return Kind("part", entry_of(entry["part_of"])["arm"], None, azurerm)
    return Kind("ours", entry["arm"], None, azurerm)


def is_azure_native(token: str) -> bool:
    """Whether a token is of azure-native, in whatever spelling."""
    return _parse(token) is not None


def namespace_of(token: str) -> str | None:
    """The ARM namespace of ours that a token of azure-native, also a function's, belongs to."""
    parsed = _parse(token)
    return _namespaces().get(parsed[0]) if parsed else None


@cache
def _parse(token: str) -> tuple[str, str, str | None] | None:
    """(module, name, API version) of a token of azure-native; None for any other."""
    package, _, rest = token.partition(":")
    matched = _AZURE_NATIVE.fullmatch(package)
    module, colon, name = rest.rpartition(":")
    if matched is None or not colon:
        return None
    module, _, version = module.partition("/")
    # `azure-native:iothub/iotHubResource:IotHubResource` would be the form of bridged packages.
    dated = _dated(version) or _dated(matched["version"])
    return module or matched["module"] or "", name, dated


def _dated(text: object) -> str | None:
    """`2023-06-30-preview` from `v20230630preview` or a name that ends in it."""
    matched = _VERSION.search(text) if isinstance(text, str) else None
    if matched is None:
        return None
    year, month, day, rest = matched.groups()
    return f"{year}-{month}-{day}" + (f"-{rest}" if rest else "")


def _ours(module: str, name: str) -> str | None:
    return _types().get((_namespaces().get(module, ""), name.lower()))


@cache
def _types() -> dict[tuple[str, str], str]:
    """ARM types by namespace and by the name, in lower case, that Pulumi has for them.

    The namespace and not the module is the key: version 3 moved types from one module to another
    and kept their names.
    """
    found = {}
    for arm_type, token in _tokens():
        found[arm_type.partition("/")[0], token.rpartition(":")[2].lower()] = arm_type
    locks = "Microsoft.Authorization"
    found.update({(locks, lock.partition(":")[2].lower()): f"{locks}/locks" for lock in _LOCKS})
    return found


@cache
def _namespaces() -> dict[str, str]:
    """The ARM namespace of ours that a module holds types of."""
    return {token.split(":")[1]: arm_type.partition("/")[0] for arm_type, token in _tokens()}


@cache
def _tokens() -> tuple[tuple[str, str], ...]:
    return tuple(
        (arm_type, token)
        for arm_type, entry in load("arm-types.json")["types"].items()
        if (pulumi := entry.get("pulumi"))
        for token in (pulumi["token"], *pulumi["other_spellings"])
    )


@cache
def _known(module: str) -> frozenset[str]:
    """The resource names of the SDK in a module of ours."""
    return frozenset(load("sdk-names.json")["modules"].get(module, ()))


def _default_version(arm_type: str) -> str | None:
    entry: dict[str, Any] = load("arm-types.json")["types"].get(arm_type, {})
    version: str | None = entry.get("pulumi", {}).get("default_version") or entry.get("version")
    return version


def _generic_type(inputs: Mapping[str, Any]) -> str | None:
    """The type of a `resources:Resource`, which deploys any ARM type, where it is known."""
    namespace, kind = inputs.get("resourceProviderNamespace"), inputs.get("resourceType")
    parents = inputs.get("parentResourcePath") or ""
    if not all(isinstance(part, str) for part in (namespace, kind, parents)):
        return None
    between = [part for part in str(parents).strip("/").split("/")[::2] if part]
    return "/".join([str(namespace), *between, str(kind)])


def deploys_templates(arm_type: str) -> bool:
    """Whether anything may be in what this ARM type deploys."""
    return arm_type.lower() in (DEPLOYMENT_TYPE.lower(), _STACKS.lower())


def canonical(arm_type: str) -> str | None:
    """The canonical case of an ARM type of ours; None for any other type."""
    return _canonical().get(arm_type.lower())


@cache
def _canonical() -> dict[str, str]:
    return {name.lower(): name for name in load("arm-types.json")["types"]}


def _in_other_package(token: str, inputs: Mapping[str, Any]) -> str | None:
    table = load("other-packages.json")
    if any(token.startswith(prefix) for prefix in table["any_type"]):
        named = inputs.get("type")
        arm_type = named.partition("@")[0] if isinstance(named, str) else ""
        return arm_type if deploys_templates(arm_type) else canonical(arm_type)
    prefixes = table["prefixes"]
    longest = max(
        (prefix for prefix in prefixes if token.startswith(prefix)), key=len, default=None
    )
    return None if longest is None else prefixes[longest]


def arm_types_by_token() -> dict[str, str]:
    """The ARM types of ours by the tokens that have no version of the API in them."""
    return {token: arm_type for arm_type, token in _tokens()}
