"""From what a template declares to the resources that are judged."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from hubwarden_policies.gates.arm.template.body import cased
from hubwarden_policies.gates.arm.template.declared import Declared
from hubwarden_policies.gates.arm.template.ids import absolute, settled
from hubwarden_policies.gates.arm.template.keys import entry, get, kind_of
from hubwarden_policies.gates.arm.template.names import joined, opened, parts_of, shown
from hubwarden_policies.gates.program.graph.arm_body import url_of
from hubwarden_policies.gates.program.graph.arm_tree import tree
from hubwarden_policies.gates.program.graph.targets import GROUP, may_speak
from hubwarden_policies.gates.program.graph.tokens import canonical
from hubwarden_policies.model import DEPLOYMENT_TYPE, UNKNOWN, Hole, Made, Options, Resource, Secret

if TYPE_CHECKING:
    from hubwarden_policies.gates.arm.template.world import World

# What says how to deploy a resource and is no part of it.
_ABOUT: Final = frozenset(
    {
        "apiversion", "comments", "condition", "copy", "dependson", "existing", "extension",
        "import", "metadata", "name", "resourcegroup", "resources", "scope", "subscriptionid",
        "type",
    }
)  # fmt: skip
# A deployment of a template keeps no state in which what Azure answers would stand.
_OPTIONS: Final = Options(additional_secret_outputs=("properties",))
_LAST: Final = re.compile(r"\{([^{}]+)\.name\}$")
_LOCKS: Final = "Microsoft.Authorization/locks"
_TEMPLATE: Final = frozenset({"template", "parameters", "templatelink"})


def build(one: Declared, world: World) -> Resource:
    """The resource as the rules read it."""
    body = cased(tree(one.arm_type), _body(one, world))
    references = dict(_spoken_of(one, body, world))
    name = joined(_slashed(one.names))
    placed: dict[str, Any] = {"name": name}
    scope = _scope(one, world, references)
    if scope is not None:
        placed["scope"] = scope
    placed.update(body)
    if parent := _parent(one, world):
        references["parent"] = (parent,)
    if one.arm_type != GROUP and (group := world.known.group(one.target)):
        references["group"] = (group,)
    place = world.problems.locate(one.path)
    said = entry(one.body, "apiVersion")
    version = said and opened(one.scope.value(said[1], (*one.path, said[0])))
    return Resource(
        type=one.arm_type,
        name=shown(name),
        address=one.address,
        properties=placed,
        api_version=version if isinstance(version, str) else None,
        options=_OPTIONS,
        references=references,
        locations=(place,) if place else (),
    )


def _body(one: Declared, world: World) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, raw in one.body.items():
        lower, path = key.lower(), (*one.path, key)
        if lower in _ABOUT:
            continue
        told = lower == "properties" and one.arm_type == DEPLOYMENT_TYPE
        value = one.scope.value(_without_template(raw) if told else raw, path)
        if lower == "properties" and not _is_object(value):
            if value is not None:
                world.problems.say(
                    f"The properties of {one.arm_type} {shown(joined(_slashed(one.names)))} are "
                    f"{kind_of(opened(value))}: write them out as an object.",
                    path,
                )
            continue
        if value is not None:
            # What has no expression in it names no resource in a way that is to be settled.
            found[key] = value if value is raw else settled(world.known, value, one.target)
    return found


def _is_object(value: Any) -> bool:
    value = opened(value)
    return isinstance(value, dict | Made) or value is UNKNOWN


def _without_template(raw: Any) -> Any:
    if not isinstance(raw, dict):
        return raw
    return {key: value for key, value in raw.items() if key.lower() not in _TEMPLATE}


def _slashed(names: tuple[Any, ...]) -> tuple[str | Hole, ...]:
    found: list[str | Hole] = []
    for index, name in enumerate(names):
        if index:
            found.append("/")
        secret = isinstance(name, Secret)
        found.extend(("(secret)",) if secret else parts_of(name, "name"))
    return tuple(found)


def _scope(one: Declared, world: World, references: dict[str, tuple[str, ...]]) -> Any:
    """The id of what a resource extends; None for one that extends nothing."""
    known = world.known
    said = entry(one.body, "scope")
    extension = canonical(one.arm_type) is not None and url_of(one.arm_type).scope is not None
    if said is not None and said[1] is not None:
        value = one.scope.value(said[1], (*one.path, said[0]))
        scope = settled(known, absolute(known, value, one.target), one.target)
    elif one.extends is not None:
        scope = known.identity(*one.extends, one.target)
    elif extension and one.parent is not None:
        scope = known.identity(one.parent.arm_type, one.parent.names, one.target)
    elif extension:
        scope = joined(known.outside(one.target))
    else:
        return None
    found = tuple(address for address in known.spoken_of(scope) if address != one.address)
    doubtful = Made((Hole(one.doubt, ""),)) if one.doubt else None
    owners = [owner for address in found if (owner := known.at(address))]
    if extension and doubtful and any(owner.doubt != one.doubt for owner in owners):
        # Nobody can say that what it extends has it.
        return doubtful
    group = known.group(one.target) if one.arm_type == _LOCKS else None
    if group and opened(scope) == joined(known.outside(one.target)):
        if doubtful:
            return doubtful
        # The rules know a lock on its own group by the reference alone.
        references["scope"] = (group,)
        return None
    if found:
        references["scope"] = found
    return scope


def _parent(one: Declared, world: World) -> str | None:
    """The nearest resource above that is deployed here too."""
    namespace, *types = one.arm_type.split("/")
    for count in range(len(types) - 1, 0, -1):
        above = world.known.find(
            "/".join((namespace, *types[:count])), one.names[:count], one.target
        )
        if above is not None and not above.existing:
            return above.address
    return None


def _speaking(body: Mapping[str, Any]) -> Iterator[tuple[str, str | Made]]:
    """The texts of a body that may speak of a resource, with their paths."""
    left: list[tuple[str, Any]] = list(body.items())
    while left:
        path, value = left.pop()
        value = opened(value)
        if isinstance(value, Made) or (isinstance(value, str) and may_speak(value)):
            yield path, value
        elif isinstance(value, dict):
            left += [(f"{path}.{key}", item) for key, item in value.items()]
        elif isinstance(value, list):
            left += [(f"{path}[{index}]", item) for index, item in enumerate(value)]


def _spoken_of(
    one: Declared, body: Mapping[str, Any], world: World
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """What each value of a body speaks of."""
    for path, value in _speaking(body):
        found = [a for a in world.known.spoken_of(value) if a != one.address]
        if isinstance(value, Made):
            called = (world.calls.get(source) for source in value.sources)
            found += [a for call in called if call for a in call[1]]
        if found:
            yield path, tuple(dict.fromkeys(found))
    identities = opened(get(opened(get(body, "identity")), "userAssignedIdentities"))
    if isinstance(identities, dict):
        named = [address for key in identities for address in world.known.spoken_of(key)]
        # A key of which a name is not known has it in braces, with what it comes from.
        made = (last[1] for key in identities if (last := _LAST.search(key)))
        named += [address for address in made if world.known.at(address)]
        if named:
            yield "identity.userAssignedIdentities", tuple(dict.fromkeys(named))
