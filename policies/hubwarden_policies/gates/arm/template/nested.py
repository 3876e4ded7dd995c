"""Templates that a template deploys."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from hubwarden_policies.gates.arm.template.declared import Deployment, Target
from hubwarden_policies.gates.arm.template.given import given_inside
from hubwarden_policies.gates.arm.template.keys import Path, entry, get, kind_of, where
from hubwarden_policies.gates.arm.template.levels import level_of
from hubwarden_policies.gates.arm.template.names import opened
from hubwarden_policies.gates.arm.template.scope import TemplateScope

if TYPE_CHECKING:
    from hubwarden_policies.gates.arm.template.declared import Declared
    from hubwarden_policies.gates.arm.template.world import World


def inner(one: Declared, around: Deployment, world: World) -> Deployment | None:
    """The template that a deployment resource deploys; None where nobody can see it."""
    properties = entry(one.body, "properties")
    body = properties[1] if properties and isinstance(properties[1], dict) else {}
    path = (*one.path, properties[0]) if properties else one.path
    template = entry(body, "template")
    if template is None or template[1] is None:
        _unseen(body, path, world)
        return None
    below = (*path, template[0])
    if not isinstance(template[1], dict):
        world.problems.say(
            f"The template of a deployment is {kind_of(template[1])}, so what it deploys is not "
            "known: write the template out.",
            below,
        )
        return None
    found = Deployment(
        template[1], below, f"{one.address}.", one.scope, _target(one, around, template[1]), one
    )
    found.depth = around.depth + 1
    mode = _mode(one, body, path)
    if mode == "inner":
        given = given_inside(one, template[1], body, path)
        found.scope = TemplateScope(template[1], below, given, world, found.target, complete=True)
        found.scope.deployment = found
        world.scopes.append(found.scope)
    else:
        found.scope = one.scope.within(found)
    return found


def _mode(one: Declared, body: Mapping[str, Any], path: Path) -> str:
    """Whose names the expressions in it are, `inner` or `outer`, in lower case."""
    options = entry(body, "expressionEvaluationOptions")
    said = entry(options[1], "scope") if options else None
    if options is None or said is None:
        return "outer"
    below = (*path, options[0], said[0])
    mode = opened(one.scope.value(said[1], below))
    if not isinstance(mode, str) or mode.lower() not in ("inner", "outer", "notspecified"):
        one.scope.world.problems.say(
            'The `scope` of expressions in a deployment is neither "inner" nor "outer": write one '
            "of them out.",
            below,
        )
    return str(mode).lower()


def _target(one: Declared, around: Deployment, template: Mapping[str, Any]) -> Target:
    """Where it deploys to: what the resource says, else where it stands itself."""
    own = around.target
    level = level_of(template, own.level)

    def said(name: str) -> Any:
        found = entry(one.body, name)
        return None if found is None else one.scope.value(found[1], (*one.path, found[0]))

    group, subscription = said("resourceGroup"), said("subscriptionId")
    if opened(group) not in (None, ""):
        return Target("group", group, subscription or own.subscription)
    if opened(subscription) not in (None, ""):
        return Target("subscription", None, subscription)
    if level == own.level:
        return own
    return Target(level, None, own.subscription)


def _unseen(body: Mapping[str, Any], path: tuple[str | int, ...], world: World) -> None:
    link = get(body, "templateLink")
    if link is None:
        world.problems.say(
            "A deployment has no template: write it out under `properties.template`.", path
        )
        return
    named = next(
        (said for key in ("relativePath", "id", "uri") if isinstance(said := get(link, key), str)),
        "",
    )
    # The query of an address may be a signature.
    name = f" {named.partition('?')[0]}" if named and not named.startswith("[") else ""
    world.problems.say(
        f"hubwarden cannot see the linked template{name}: write it out under "
        "`properties.template`, or check it by itself.",
        where(body, path, "templateLink"),
        "linked-template",
    )
