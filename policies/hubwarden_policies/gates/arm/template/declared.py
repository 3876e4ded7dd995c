"""What a template declares, before its bodies are evaluated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from hubwarden_policies.gates.arm.template.keys import Path
    from hubwarden_policies.gates.arm.template.scope import TemplateScope

Level = Literal["group", "subscription", "managementGroup", "tenant"]


@dataclass(frozen=True, slots=True, eq=False)
class Target:
    """Where a template deploys: at which level, and into which group of resources or of management.

    `name` is that group's (a text, or `Made`), `subscription` an id (None: the one at hand).
    """

    level: Level
    name: Any = None
    subscription: Any = None


@dataclass(slots=True, eq=False)
class Declared:
    """A resource of a template: `arm_type` in its canonical case, and the `names` of its id.

    `body` is what stands in the template at `path`. `parent` is the resource around it, `extends`
    the type and names of what it extends, where its own type says so. One that is `existing` is
    only read; `doubt` is what decides whether it is deployed, where nobody knows that. The names
    are not known before all resources are.
    """

    address: str
    arm_type: str
    body: Mapping[str, Any]
    path: Path
    scope: TemplateScope
    target: Target
    existing: bool = False
    doubt: str = ""
    parent: Declared | None = None
    names: tuple[Any, ...] = ()
    extends: tuple[str, tuple[Any, ...]] | None = None


@dataclass(slots=True, eq=False)
class Deployment:
    """A template that is deployed: the file's own, or one inside another.

    `prefix` is what the addresses of its resources begin with, `by` the resource that deploys it.
    """

    template: Mapping[str, Any]
    path: Path
    prefix: str
    scope: TemplateScope
    target: Target
    by: Declared | None = None
    depth: int = 0
    symbolic: bool = False
    resources: list[Declared] = field(default_factory=list)
    symbols: dict[str, list[Declared]] = field(default_factory=dict)
