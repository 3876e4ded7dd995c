"""Credentials that the engine sees in clear: known plain values with the shape of one.

The canary run proves before a deployment where credentials will go. In an update they are there,
so a text that is one needs no proof.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hubwarden_policies import shapes
from hubwarden_policies.gates.program.graph.sent import sent_path
from hubwarden_policies.gates.program.graph.tokens import identify
from hubwarden_policies.model import Flow, walk
from hubwarden_policies.views.credentials import find_credentials

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Literal

    from hubwarden_policies.gates.program.running.recording import Registration


def in_inputs(resource: Registration) -> Iterator[Flow]:
    """The credentials that a resource is given in clear."""
    for path, what in _found(resource.inputs):
        yield _flow(what, "input", resource, path)


def in_outputs(resource: Registration) -> Iterator[Flow]:
    """Those that come out of it; what it was given was told before, and its copy is no news."""
    given = {value for _, value, _ in walk(resource.inputs) if isinstance(value, str)}
    for path, what in _found(resource.outputs, but=given):
        yield _flow(what, "resource-output", resource, path)


def in_exports(exports: Mapping[str, Any], address: str) -> Iterator[Flow]:
    """The keys in the stack's outputs that no rule knows by what stands around them."""
    for path, value, secret in walk(exports, "outputs"):
        if not secret and isinstance(value, str) and next(find_credentials(value), None) is None:
            for what in _kinds(value):
                yield Flow(
                    origin=what, kind="key", sink="output", address=address, path=path,
                    encoding="plain", digest=False, locations=(), fetched=(),
                )  # fmt: skip


def _found(
    values: Mapping[str, Any], but: frozenset[str] | set[str] = frozenset()
) -> Iterator[tuple[str, str]]:
    for path, value, secret in walk(values):
        if not secret and isinstance(value, str) and value not in but:
            for what in _kinds(value):
                yield path, what


def _kinds(text: str) -> list[str]:
    """What credential stands in a text, in a person's words; [] for none."""
    found = next(find_credentials(text), None)
    if found is not None:
        return [found.what]
    return ["an access key"] if shapes.has_access_key(text) else []


def _flow(
    what: str, sink: Literal["input", "resource-output"], resource: Registration, path: str
) -> Flow:
    kind = identify(resource.type, aliases=resource.aliases, inputs=resource.inputs)
    return Flow(
        origin=what, kind="key", sink=sink, address=resource.urn,
        path=sent_path(kind, path), encoding="plain", digest=False, locations=(),
        fetched=(),
    )  # fmt: skip
