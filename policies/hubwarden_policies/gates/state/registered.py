"""A resource of a state in the words of a recording."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any, Final

from hubwarden_policies.gates.program.running.recording import Frame, Registration
from hubwarden_policies.gates.state.values import read_value

# Where the project is supposed to lie: what counts is what comes after it.
FOLDER: Final = Path("/project")
_PROJECT: Final = "project:///"


_KINDS: Final[Mapping[str, tuple[type, str]]] = {
    **dict.fromkeys(
        ("custom", "external", "delete", "protect", "retainOnDelete"), (bool, "switch")
    ),
    **dict.fromkeys(("parent", "provider", "id"), (str, "text")),
    **dict.fromkeys(
        ("aliases", "ignoreChanges", "additionalSecretOutputs", "stackTrace"), (list, "list")
    ),
    "propertyDependencies": (dict, "object"),
}


class NotAResource(Exception):
    """An entry of a state that is no resource; the text says which and why, without values."""


def registered(entry: Mapping[str, Any]) -> Registration:
    """The resource of this entry; raises `NotAResource`."""
    urn, type_ = entry.get("urn"), entry.get("type")
    if not isinstance(urn, str) or not isinstance(type_, str) or urn.count("::") < 3:
        raise NotAResource("It has a resource without `urn` or `type`")
    if "custom" not in entry:
        raise NotAResource(f"It has a resource that does not say whether it is custom, {urn}")
    for name, (kind, word) in _KINDS.items():
        if not isinstance(entry.get(name), kind | None):
            raise NotAResource(f"It has a resource whose `{name}` is no {word}, {urn}")
    for name in ("aliases", "ignoreChanges", "additionalSecretOutputs"):
        if not all(isinstance(item, str) for item in entry.get(name) or ()):
            raise NotAResource(f"It has a resource whose `{name}` are no texts, {urn}")
    try:
        inputs, outputs = _values(entry, "inputs"), _values(entry, "outputs")
    except (TypeError, ValueError) as error:
        raise NotAResource(f"It has a resource that cannot be read, {urn}: {error}") from None
    dependencies = entry.get("propertyDependencies") or {}
    provider = str(entry["provider"]).rpartition("::")[0] if entry.get("provider") else None
    return Registration(
        urn=urn,
        type=type_,
        name=urn.split("::", 3)[3],
        custom=bool(entry.get("custom")),
        remote=False,
        read=bool(entry.get("external")),
        parent=entry.get("parent") or None,
        provider=provider,
        id=entry.get("id"),
        inputs=inputs,
        outputs=outputs,
        property_dependencies={
            str(name): tuple(map(str, urns if isinstance(urns, list) else ()))
            for name, urns in dependencies.items()
        },
        options={
            "protect": bool(entry.get("protect")),
            "retainOnDelete": bool(entry.get("retainOnDelete")),
            "ignoreChanges": list(entry.get("ignoreChanges") or ()),
            "additionalSecretOutputs": list(entry.get("additionalSecretOutputs") or ()),
        },
        aliases=tuple(sorted(_types(entry.get("aliases") or ()))),
        package=None,
        frames=tuple(_frames(entry)),
    )


def _values(entry: Mapping[str, Any], name: str) -> dict[str, Any]:
    values = read_value(entry.get(name) or {})
    if not isinstance(values, dict):
        raise TypeError(f"its {name} are no object")
    return values


def _types(urns: Any) -> Iterator[str]:
    for urn in urns:
        parts = str(urn).split("::")
        if len(parts) > 3:
            yield parts[2].rpartition("$")[2]


def _frames(entry: Mapping[str, Any]) -> Iterator[Frame]:
    """The lines of the project's own code, outermost first, where the engine kept them."""
    for frame in reversed(entry.get("stackTrace") or ()):
        said = str(frame.get("sourcePosition", "")) if isinstance(frame, dict) else ""
        file, _, line = said.removeprefix(_PROJECT).rpartition("#")
        parts = PurePosixPath(file).parts
        installed = any(p.startswith(".") or p == "site-packages" for p in parts)
        line = line.partition(",")[0]
        if said.startswith(_PROJECT) and parts and not installed and line.isdigit():
            yield Frame(str(FOLDER / file), int(line), "")
