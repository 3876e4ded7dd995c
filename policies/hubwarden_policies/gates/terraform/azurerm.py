"""From a resource of the provider azurerm to ARM's body, by the table data/azurerm.json.

Nothing here knows where the attributes come from: a plan, a state, or Pulumi's bridge of the same
provider (its names in snake case).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final, Literal

from hubwarden_policies.data import load
from hubwarden_policies.gates.terraform.bodies import append, put, put_missing
from hubwarden_policies.gates.terraform.transforms import transformed
from hubwarden_policies.gates.terraform.values import revealed
from hubwarden_policies.model import INEXPRESSIBLE, UNKNOWN, Secret
from hubwarden_policies.record import record

Standing = Literal["whole", "part", "uncovered", "other"]
Steps = tuple[str | int, ...]

# What every resource of the provider has beside its own attributes.
_COMMON: Final = frozenset({"id", "timeouts"})


@record
class Mapped:
    """A resource in ARM's shape.

    `part` is the piece of another resource's list that it is, with `body` what goes to the other's
    body itself. `origins` are the attributes that ARM paths came from, those of a list's piece
    relative to it; `unmapped` the attributes that are set and that the table does not have.
    """

    body: dict[str, Any]
    part: dict[str, Any]
    origins: Mapping[str, Steps]
    unmapped: tuple[str, ...]


@dataclass(slots=True)
class _Made:
    """What is made of a resource so far; `ignored` are the attributes left out on purpose."""

    ignored: frozenset[str]
    body: dict[str, Any] = field(default_factory=dict)
    part: dict[str, Any] = field(default_factory=dict)
    origins: dict[str, Steps] = field(default_factory=dict)
    unmapped: list[str] = field(default_factory=list)
    switches: dict[str, bool] = field(default_factory=dict)


@record
class _Place:
    """Where an object goes: into `holder`, which is at `arm` (with a dot behind it)."""

    holder: dict[str, Any]
    arm: str = ""
    steps: Steps = ()

    def at(self, name: str | int) -> Steps:
        return (*self.steps, name)


def standing(type_: str) -> Standing:
    """What a type of the provider is to us."""
    entry = entry_of(type_)
    if entry is not None:
        return "part" if "part_of" in entry else "whole"
    return "uncovered" if equivalent(type_) else "other"


def entry_of(type_: str) -> Any:
    """The table's entry of a type, None for a type that it does not have."""
    return load("azurerm.json")["types"].get(type_)


def equivalent(type_: str) -> str | None:
    """The ARM type that a type outside of the table deploys, where rules judge that one."""
    table = load("azurerm.json")["uncovered"]
    fitting = [prefix for prefix in table if type_.startswith(prefix)]
    return table[max(fitting, key=len)] if fitting else None


def azurerm_to_arm(type_: str, attributes: Mapping[str, Any]) -> Mapped:
    """The ARM body of a resource of a type that the table has.

    Blocks are lists of objects, or where only one may stand, also the object. An attribute that is
    null or absent is not sent to Azure; leave out those that nobody set and the provider computes.
    """
    entry = entry_of(type_)
    made = _Made(left_out(type_))
    holder = made.part if "into" in entry else made.body
    _object(made, _Place(holder), entry["attributes"], attributes)
    if "arm" in entry:
        for path in entry.get("inexpressible", ()):
            put(made.body, path, INEXPRESSIBLE)
    for path, value in entry.get("defaults", {}).items():
        put_missing(made.body, path, value)
    return Mapped(made.body, made.part, made.origins, tuple(made.unmapped))


@cache
def left_out(type_: str) -> frozenset[str]:
    """The attributes of a type that are left out on purpose, or say only what it belongs to."""
    entry = entry_of(type_)
    naming = (entry.get("by"), *entry.get("parent", ())[1:])
    reasons = entry.get("ignored", {}).values()
    return frozenset((*(name for name in naming if name), *(n for names in reasons for n in names)))


def _object(made: _Made, place: _Place, table: Mapping[str, Any], value: Mapping[str, Any]) -> None:
    """Place the attributes of one object."""
    for name, item in value.items():
        if item is None:
            continue
        here = place.at(name)
        how = table.get(name)
        if how is None:
            made.unmapped += _unmapped(made, here, item)
        elif isinstance(how, str):
            _scalar(made, place, how, item, here)
        elif item is UNKNOWN:
            for path in _ends(how):
                put(place.holder, path, UNKNOWN)
                made.origins[place.arm + path] = here
        else:
            _block(made, _Place(place.holder, place.arm, here), how, item)


def _unmapped(made: _Made, here: Steps, item: Any) -> tuple[str, ...]:
    """The attribute, where it says something and the table does not have it."""
    dotted = ".".join(step for step in here if isinstance(step, str))
    common = len(here) == 1 and dotted in _COMMON
    empty = item in ([], {}, "")  # what a block that is not there is in a plan
    return () if common or empty or not made.ignored.isdisjoint((dotted, "*")) else (dotted,)


def _scalar(made: _Made, place: _Place, how: str, item: Any, here: Steps) -> None:
    path, _, transform = how.partition(" | ")
    path, _, word = path.partition(" + ")
    holder, arm = place.holder, place.arm
    if path.startswith("/"):
        holder, arm, path = made.body, "", path[1:]
    if word:
        _add_word(holder, path, word, revealed(item)[0])
    else:
        put(holder, path, _agreed(made, arm + path, transformed(transform, item)))
    made.origins[arm + path] = here


def _agreed(made: _Made, path: str, value: Any) -> Any:
    """The value; unknown where another spelling of the attribute said the contrary."""
    before = made.switches.setdefault(path, value) if isinstance(value, bool) else value
    return value if before is value else UNKNOWN


def _add_word(holder: dict[str, Any], path: str, word: str, said: Any) -> None:
    before = holder.setdefault(path, "")
    if before is UNKNOWN or not isinstance(said, bool):
        holder[path] = UNKNOWN
    elif said:
        holder[path] = f"{before}, {word}" if before else word


def _ends(how: Mapping[str, Any]) -> Iterator[str]:
    """The ARM paths that a block may fill."""
    yield from (how["to"],) if isinstance(how["to"], str) else how["to"].values()


def _block(made: _Made, place: _Place, how: Mapping[str, Any], item: Any) -> None:
    """Place a block; the steps of `place` are its own."""
    found, secret = revealed(item)
    entries = [found] if isinstance(found, dict) else found
    if not isinstance(entries, list):
        for end in _ends(how):
            put(place.holder, end, item)
        return
    if "each" in how and any(_stands_for_any(entry) for entry in entries):
        for end in _ends(how):
            put(place.holder, end, UNKNOWN)
        return
    if not entries and "each" in how and isinstance(how["to"], str):
        append(place.holder, how["to"])
    for index, entry in enumerate(entries[:1] if "one" in how else entries):
        inner, marked = revealed(entry)
        path = _end_of(how, inner)
        if not isinstance(inner, dict) or path is None:
            for end in _ends(how):
                put(place.holder, end, UNKNOWN)
            continue
        piece: dict[str, Any] = dict(how.get("with", {}))
        if "each" in how:
            path = append(place.holder, path, piece)
        else:
            put(place.holder, path, piece)
        steps = place.steps if found is inner else place.at(index)
        shown = _all_secret(inner) if secret or marked else inner
        below = _Place(piece, f"{place.arm}{path}.", steps)
        _object(made, below, how.get("one") or how["each"], shown)


def _stands_for_any(entry: Any) -> bool:
    """Whether this is what Terraform writes for a dynamic block over a list that is not known.

    Where a block is an attribute too (SchemaConfigModeAttr), that is one object with nothing in it
    known, however many there will be; elsewhere the list as a whole is unknown.
    """
    inner = revealed(entry)[0]
    if not isinstance(inner, dict):
        return inner is UNKNOWN
    return bool(inner) and all(revealed(item)[0] is UNKNOWN for item in inner.values())


def _end_of(how: Mapping[str, Any], entry: Any) -> str | None:
    if isinstance(how["to"], str):
        return how["to"]
    kind = revealed(entry.get(how["by"]))[0] if isinstance(entry, dict) else None
    word = str(kind).lower() if isinstance(kind, bool) else kind
    found: str | None = how["to"].get(word) if isinstance(word, str) else None
    return found


def _all_secret(value: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: item if isinstance(item, dict | list) or item is None else Secret(item)
        for name, item in value.items()
    }
