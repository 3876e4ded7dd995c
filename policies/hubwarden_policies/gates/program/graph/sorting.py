"""The resources of a stack, sorted by what they are to us and in Azure's shape."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from hubwarden_policies.gates.program.graph.blend import blend_all
from hubwarden_policies.gates.program.graph.pieces import Piece, joined
from hubwarden_policies.gates.program.graph.places import places
from hubwarden_policies.gates.program.graph.sent import children, sent, sent_path
from hubwarden_policies.gates.program.graph.tokens import identify
from hubwarden_policies.model import UNKNOWN, Options, Resource, Unseen
from hubwarden_policies.record import record

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from hubwarden_policies.gates.program.graph.references import References
    from hubwarden_policies.gates.program.graph.tokens import Kind
    from hubwarden_policies.gates.program.leaks.made import Cutter
    from hubwarden_policies.gates.program.running.recording import Registration

# Pulumi writes a property path as `a.b` or as `a["b"]`.
_QUOTED: Final = re.compile(r'\["([^"]*)"\]')


@record
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


def judged_values(
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
        self.pieces: list[Piece] = []
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
        elif kind.standing == "ours":
            self.resources += self._ours(pair, kind, self._inputs(pair))
        else:
            resource = self._resource(pair, one.type, self._inputs(pair))
            if kind.standing == "part":
                self.pieces.append(Piece(kind, pair.shown, resource))
                self._tell(kind, resource, sent(kind, resource.properties).unmapped)
            else:
                self.uncovered.append(resource)

    def join(self) -> None:
        """Put pieces into what they are pieces of, once everything is there."""
        self.resources, orphans = joined(self.resources, self.pieces, self._references)
        self.uncovered += orphans

    def _inputs(self, pair: Pair) -> dict[str, Any]:
        return judged_values(
            self._cutter,
            pair.preview.inputs if pair.preview else None,
            pair.canary.inputs if pair.canary else None,
        )

    def _ours(self, pair: Pair, kind: Kind, inputs: Mapping[str, Any]) -> Iterator[Resource]:
        """The resource, and what is a resource of its own to Azure."""
        shown = sent(kind, inputs)
        inner = list(children(kind, shown.properties))
        resource = self._resource(pair, kind.arm_type or "", shown.properties)
        self._tell(kind, resource, shown.unmapped)
        yield replace(
            resource,
            api_version=kind.api_version,
            options=_options(pair.one, kind),
            references=self._references.of(pair.shown, shown.properties),
        )
        for name, arm_type, body in inner:
            properties = body if isinstance(body, dict) else {"properties": UNKNOWN}
            yield replace(
                resource,
                type=arm_type,
                address=f"{resource.address}.{name}",
                properties=properties,
                references={"parent": (resource.address,)},
            )

    def _tell(self, kind: Kind, resource: Resource, unmapped: tuple[str, ...]) -> None:
        """Tell of the inputs that nobody here knows."""
        self.unmapped += [
            Unseen(
                f"input {name} of {kind.azurerm}",
                "an input that hubwarden does not know",
                resource.address,
                resource.locations,
            )
            for name in unmapped
        ]

    def _resource(self, pair: Pair, type_: str, properties: Mapping[str, Any]) -> Resource:
        one = pair.one
        return Resource(
            type=type_,
            name=one.name,
            address=one.urn,
            properties=properties,
            options=_options(one, None),
            locations=places(one.frames, self._folder),
        )


def _options(resource: Registration, kind: Kind | None) -> Options:
    said = resource.options
    return Options(
        protect=bool(said.get("protect")),
        retain_on_delete=bool(said.get("retainOnDelete")),
        ignore_changes=tuple(
            sent_path(kind, written) if kind else written
            for written in (_QUOTED.sub(r".\1", path) for path in said.get("ignoreChanges") or ())
        ),
        additional_secret_outputs=tuple(said.get("additionalSecretOutputs") or ()),
        provider=resource.provider,
        parent=resource.parent,
    )
