"""What a request says, of whatever version the SDK that sent it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlparse

from ..frames import user_file

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..frames import Frames


def said(message: Any, field: str) -> Any:
    """The value of a flag, None where nobody said one; in old protocols False is unsaid."""
    try:
        return getattr(message, field) if message.HasField(field) else None
    except ValueError:
        return getattr(message, field) or None


def options(request: Any) -> dict[str, Any]:
    """The options of a registration, by their names in `recording.py`, and what is inherited."""
    return {
        "protect": said(request, "protect"),
        "retainOnDelete": said(request, "retainOnDelete"),
        "deletedWith": request.deletedWith or None,
        "ignoreChanges": list(request.ignoreChanges),
        "additionalSecretOutputs": list(request.additionalSecretOutputs),
    }


def alias_types(request: Any) -> list[str]:
    """The types that the aliases of a resource name; one by URN has it in the third part."""
    found = {alias.spec.type for alias in request.aliases}
    parts = [alias.urn.split("::") for alias in request.aliases]
    found.update(each[2].rpartition("$")[2] for each in parts if len(each) > 3)
    return sorted(found - {""})


def property_dependencies(request: Any) -> dict[str, list[str]]:
    """The URNs that each input came from."""
    found = request.propertyDependencies.items()
    return {key: sorted(value.urns) for key, value in found if value.urns}


def awaited(request: Any) -> Iterable[str]:
    """The URNs that a call waits for."""
    waits: Iterable[str] = getattr(request, "dependsOn", ())
    return waits


def position(request: Any) -> Frames:
    """The line that the SDK itself gives, for when its constructors could not be watched."""
    where = getattr(request, "sourcePosition", None)
    if where is None or not where.uri:
        return []
    path = user_file(unquote(urlparse(where.uri).path))
    return [] if path is None else [[path, where.line, ""]]
