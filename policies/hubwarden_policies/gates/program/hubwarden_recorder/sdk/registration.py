"""A resource that the program registered or read, and how the engine names it and its parents."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..values import to_json

if TYPE_CHECKING:
    from ..frames import Frames

STACK = "pulumi:pulumi:Stack"


@dataclass
class Registration:
    """What one registration says.

    `cls` is the Python class of the resource where it is known; `version` is its SDK's, `package`
    a locally added (parameterized) one.
    """

    urn: str
    type: str
    name: str
    custom: bool
    remote: bool = False
    read: bool = False
    parent: str = ""
    provider: str = ""
    cls: Any = None
    id: Any = None
    inputs: dict[str, Any] = field(default_factory=dict)
    outputs: dict[str, Any] = field(default_factory=dict)
    property_dependencies: dict[str, list[str]] = field(default_factory=dict)
    options: dict[str, Any] = field(default_factory=dict)
    aliases: list[str] = field(default_factory=list)
    version: str = ""
    package: dict[str, str] | None = None
    frames: Frames = field(default_factory=list)
    providers: dict[str, str] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """RESOURCE in `recording.py`."""
        return {
            "urn": self.urn,
            "type": self.type,
            "name": self.name,
            "custom": self.custom,
            "remote": self.remote,
            "read": self.read,
            "parent": self.parent,
            "provider": self.provider,
            "id": {"$hw": "unknown"} if self.custom and not self.id else to_json(self.id),
            "inputs": to_json(self.inputs),
            "outputs": to_json(self.outputs),
            "propertyDependencies": self.property_dependencies,
            "options": self.options,
            "aliases": self.aliases,
            "package": self.package,
            "frames": self.frames,
        }


def urn_of(project: str, stack: str, parent: str, type_: str, name: str) -> str:
    """The URN as the engine makes it: the types of all parents but the stack, then the own."""
    if parent:
        above = parent.split("::")[2]
        if above != STACK:
            type_ = f"{above}${type_}"
    return f"urn:pulumi:{stack}::{project}::{type_}::{name}"
