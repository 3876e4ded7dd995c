"""What a resource of a template is to the rules."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final, Literal

from hubwarden_policies.data import load
from hubwarden_policies.gates.arm.template.keys import get
from hubwarden_policies.gates.program.graph.tokens import canonical

if TYPE_CHECKING:
    from hubwarden_policies.gates.arm.template.declared import Declared
    from hubwarden_policies.gates.arm.template.world import World

Standing = Literal["ours", "unmapped", "other", "foreign"]

_AZURE: Final = frozenset({"az", "azureresourcemanager"})
_SCRIPTS: Final = "microsoft.resources/deploymentscripts"
_STORED: Final = {
    "microsoft.resources/templatespecs/versions": "mainTemplate",
    "microsoft.resources/deploymentstacks": "template",
}


def standing(one: Declared) -> Standing:
    """Whether rules may read it, nobody here knows its type, or no rule is about it.

    `foreign` is no resource of Azure: that of an extension, or one that does not say its type.
    """
    if not one.arm_type or is_foreign(one):
        return "foreign"
    if canonical(one.arm_type):
        return "ours"
    return "unmapped" if is_unmapped(one.arm_type) else "other"


def is_foreign(one: Declared) -> bool:
    """Whether it belongs to an extension, and so has names of its own; Azure itself is one too."""
    aliases = {section: get(one.body, section[:-1]) for section in ("imports", "extensions")}
    if not any(aliases.values()) or canonical(one.arm_type) or is_unmapped(one.arm_type):
        return False
    deployment = one.scope.deployment
    template = deployment.template if deployment else one.scope.template
    for section, alias in aliases.items():
        said = get(get(template, section), alias) if isinstance(alias, str) else None
        provider = get(said, "provider") or get(said, "name")
        if isinstance(provider, str):
            return provider.lower() not in _AZURE
    return False


def is_unmapped(arm_type: str) -> bool:
    """Whether a type that is none of ours is in a namespace of ours, and nobody knows it there."""
    namespace, _, rest = arm_type.lower().partition("/")
    return namespace in _namespaces() and not _is_named(namespace, rest)


def unseen(one: Declared, world: World) -> str | None:
    """Why nobody looks into it; what stores a template is reported as what cannot be judged."""
    kind = one.arm_type.lower()
    if kind == _SCRIPTS:
        return "it runs a script when it is deployed"
    if kind in _STORED:
        world.problems.say(
            f"hubwarden does not look into the template that {one.address} keeps: check that "
            "template by itself.",
            one.path,
            "stored-template",
        )
    return None


@cache
def _namespaces() -> dict[str, frozenset[str]]:
    """The namespaces of ours in lower case, with what the SDK has resources for in each."""
    found: dict[str, set[str]] = {}
    modules = load("sdk-names.json")["modules"]
    for arm_type, known in load("arm-types.json")["types"].items():
        namespace = arm_type.partition("/")[0].lower()
        words = found.setdefault(namespace, set())
        token = known.get("pulumi", {})
        for one in (token.get("token"), *token.get("other_spellings", ())):
            if one:
                words.update(name.lower() for name in modules.get(one.split(":")[1], ()))
    return {namespace: frozenset(words) for namespace, words in found.items()}


@cache
def _is_named(namespace: str, rest: str) -> bool:
    """Whether the SDK has a resource of this name: `networkManagers` is its NetworkManager."""
    word = rest.rpartition("/")[2]
    forms = {word, word.removesuffix("s"), word.removesuffix("es"), f"{word.removesuffix('ies')}y"}
    names = _namespaces()[namespace]
    return any(name == form or name.endswith(form) for form in forms for name in names)
