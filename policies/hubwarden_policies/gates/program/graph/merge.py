"""Two runs of one stack, as the one graph that is judged.

Only what this stack deploys is one of its resources: components are how a program is written,
and what it reads (`.get()`, stack references) another deployment answers for; both can still be
what a reference leads to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hubwarden_policies.gates.program.graph.places import places
from hubwarden_policies.gates.program.graph.references import References
from hubwarden_policies.gates.program.graph.sorting import Graph, Pair, judged_values
from hubwarden_policies.gates.program.graph.unseen import why_unseen
from hubwarden_policies.gates.program.leaks.made import Cutter
from hubwarden_policies.model import Call, Hole, Stack, Unseen

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from hubwarden_policies.gates.program.pulumi_project.project import Project, StackConfig
    from hubwarden_policies.gates.program.running.recording import Recording
    from hubwarden_policies.model import Flow


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
    graph.join()
    frames = {name: run.export_frames[name] for run in runs for name in run.export_frames}
    return Stack(
        project=project.name,
        name=config.name,
        resources=tuple(graph.resources),
        exports=judged_values(
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


def _pairs(preview: Recording | None, canary: Recording | None) -> list[Pair]:
    """The resources in the order of the preview, then those that only the canary run made."""
    first = {resource.urn: resource for resource in preview.resources} if preview else {}
    second = {resource.urn: resource for resource in canary.resources} if canary else {}
    return [Pair(first.get(urn), second.get(urn)) for urn in dict.fromkeys((*first, *second))]


def _outside(runs: list[Recording], config: StackConfig) -> Iterator[Unseen]:
    """What is no resource and happens where nobody looks."""
    for name in dict.fromkeys(name for run in runs for name in run.hooks):
        yield Unseen(f"resource hook {name}", "it runs when the stack is deployed", None)
    for name in config.environments:
        reason = "Pulumi ESC has its values; give what the program needs under [check]"
        yield Unseen(f"environment {name}", reason, None)
