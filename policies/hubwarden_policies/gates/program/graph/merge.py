"""Two runs of one stack, as the one graph that is judged.

Only what this stack deploys is one of its resources: components are how a program is written,
and what it reads (`.get()`, stack references) another deployment answers for; both can still be
what a reference leads to.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from hubwarden_policies.gates.program.graph.arm_body import arm_path, body
from hubwarden_policies.gates.program.graph.blend import blend_all
from hubwarden_policies.gates.program.graph.places import places
from hubwarden_policies.gates.program.graph.references import References
from hubwarden_policies.gates.program.graph.tokens import identify
from hubwarden_policies.gates.program.graph.unseen import why_unseen
from hubwarden_policies.gates.program.leaks.made import Cutter
from hubwarden_policies.model import Call, Hole, Options, Resource, Stack, Unseen

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from hubwarden_policies.gates.program.graph.tokens import Kind
    from hubwarden_policies.gates.program.pulumi_project.project import Project, StackConfig
    from hubwarden_policies.gates.program.running.recording import Recording, Registration
    from hubwarden_policies.model import Flow

# Pulumi writes a property path as `a.b` or as `a["b"]`.
_QUOTED: Final = re.compile(r'\["([^"]*)"\]')


def merge(
    preview: Recording | None,
    canary: Recording | None,
    *,
    project: Project,
    config: StackConfig,
    sources: Mapping[str, str] | None = None,
    flows: tuple[Flow, ...] | None = None,
) -> Stack:
    """The judged stack of a preview and a canary run; either may be missing, not both.

    `sources` are the texts of the user's files, `flows` what the canary run proved (None where
    none ran).
    """
    runs = [run for run in (canary, preview) if run is not None]
    entries = [entry for run in runs for entry in _entries(run)]
    cutter = Cutter(entries)
    pairs = _pairs(preview, canary)
    calls = runs[0].calls
    graph = Graph(
        cutter, References((pair.shown for pair in pairs), entries, calls), project.folder
    )
    parents = {pair.one.parent for pair in pairs if pair.one.parent}
    for pair in pairs:
        graph.add(pair, why_unseen(pair.one, parents))
    frames = {name: run.export_frames[name] for run in runs for name in run.export_frames}
    return Stack(
        project=project.name,
        name=config.name,
        resources=tuple(graph.resources),
        exports=_values(
            cutter, preview.exports if preview else None, canary.exports if canary else None
        ),
        export_locations={name: places(found, project.folder) for name, found in frames.items()},
        config=config.judged,
        sources=sources or {},
        calls=tuple(
            Call(call.token, places(call.frames, project.folder))
            for call in calls
            if call.credentials
        ),
        flows=flows,
        unseen=(*graph.unseen, *_outside(runs, config)),
        unmapped=tuple(graph.unmapped),
        uncovered=tuple(graph.uncovered),
        other=dict(graph.other),
    )


def _entries(run: Recording) -> Iterator[tuple[str, Hole]]:
    for made in run.made:
        yield made.text, Hole(made.source, made.path)
    for mark in run.marks:
        yield mark.text, Hole(mark.source, mark.path)


@dataclass(frozen=True, slots=True)
class Pair:
    """A resource as the runs registered it, at least one of them."""

    preview: Registration | None
    canary: Registration | None

    @property
    def one(self) -> Registration:
        """The registration that says what the program asked for."""
        return self.preview or self.shown

    @property
    def shown(self) -> Registration:
        """The registration in which every value is a text."""
        found = self.canary or self.preview
        assert found is not None  # noqa: S101 (what the type cannot say)
        return found


def _pairs(preview: Recording | None, canary: Recording | None) -> list[Pair]:
    """The resources in the order of the preview, then those that only the canary run made."""
    first = {resource.urn: resource for resource in preview.resources} if preview else {}
    second = {resource.urn: resource for resource in canary.resources} if canary else {}
    return [Pair(first.get(urn), second.get(urn)) for urn in dict.fromkeys((*first, *second))]


def _values(
    cutter: Cutter, preview: Mapping[str, Any] | None, canary: Mapping[str, Any] | None
) -> dict[str, Any]:
    """The judged values of what both runs registered, or one of them."""
    if preview is None or canary is None:
        return {name: cutter.literal(value) for name, value in (preview or canary or {}).items()}
    return blend_all(cutter, preview, canary)


class Graph:
    """Sorts resources by what they are to us."""

    def __init__(self, cutter: Cutter, references: References, folder: Path) -> None:
        self.resources: list[Resource] = []
        self.unseen: list[Unseen] = []
        self.unmapped: list[Unseen] = []
        self.uncovered: list[Resource] = []
        self.other: Counter[str] = Counter()
        self._cutter = cutter
        self._references = references
        self._folder = folder

    def add(self, pair: Pair, unseen: str | None) -> None:
        """Take a resource in; `unseen` says why nobody looks into it."""
        one = pair.one
        locations = places(one.frames, self._folder)
        if unseen:
            self.unseen.append(Unseen(f"{one.type} {one.name}", unseen, one.urn, locations))
        if not one.custom or one.read or one.type.startswith("pulumi:"):
            return
        kind = identify(
            one.type, aliases=one.aliases, package=one.package, inputs=pair.shown.inputs
        )
        if kind.standing == "other":
            self.other[one.type] += 1
        elif kind.standing == "unmapped":
            reason = "a type of this namespace that hubwarden does not know"
            self.unmapped.append(Unseen(one.type, reason, one.urn, locations))
        else:
            resource = self._resource(pair, kind)
            (self.resources if kind.standing == "ours" else self.uncovered).append(resource)

    def _resource(self, pair: Pair, kind: Kind) -> Resource:
        one = pair.one
        inputs = _values(
            self._cutter,
            pair.preview.inputs if pair.preview else None,
            pair.canary.inputs if pair.canary else None,
        )
        ours = kind.standing == "ours" and kind.arm_type is not None
        properties = body(kind.arm_type, inputs).properties if ours and kind.arm_type else inputs
        arm_type = kind.arm_type if ours and kind.arm_type else one.type
        return Resource(
            type=arm_type,
            name=one.name,
            address=one.urn,
            properties=properties,
            api_version=kind.api_version,
            options=_options(one, arm_type),
            references=self._references.of(pair.shown, properties) if ours else {},
            locations=places(one.frames, self._folder),
        )


def _options(resource: Registration, arm_type: str) -> Options:
    said = resource.options
    return Options(
        protect=bool(said.get("protect")),
        retain_on_delete=bool(said.get("retainOnDelete")),
        ignore_changes=tuple(
            arm_path(arm_type, _QUOTED.sub(r".\1", path))
            for path in said.get("ignoreChanges") or ()
        ),
        additional_secret_outputs=tuple(said.get("additionalSecretOutputs") or ()),
        provider=resource.provider,
        parent=resource.parent,
    )


def _outside(runs: list[Recording], config: StackConfig) -> Iterator[Unseen]:
    """What is no resource and happens where nobody looks."""
    for name in dict.fromkeys(name for run in runs for name in run.hooks):
        yield Unseen(f"resource hook {name}", "it runs when the stack is deployed", None)
    for name in config.environments:
        reason = "Pulumi ESC has its values; give what the program needs under [check]"
        yield Unseen(f"environment {name}", reason, None)
