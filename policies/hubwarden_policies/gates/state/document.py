"""The forms in which Pulumi writes a stack down, brought to one.

pulumi stack export          {"version": 3, "deployment": {"manifest", "resources": […]}}
a file of a file backend     {"version": 3, "checkpoint": {"stack", "latest": {…}}}
the deployment by itself     {"manifest", "resources": […]}
pulumi preview --json        {"config", "steps": [{"op", "urn", "oldState", "newState"}]}
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import Any, Final

from hubwarden_policies.gates.recognise import decoded
from hubwarden_policies.record import record

_VERSIONS: Final = (3, 4)
_STREAM: Final = ("Event", "sequence")
_LEAVES: Final = frozenset(
    {"delete", "delete-replaced", "discard", "discard-replaced", "remove-pending-replace"}
)
_CHANGES: Final = ("create", "update", "delete", "replace", "import")
_STAYS: Final = frozenset(
    {"same", "create", "update", "replace", "create-replacement", "import", "refresh"}
    | {"import-replacement", "read", "read-replacement"}
)


class NotPulumis(Exception):
    """The file cannot be read as what it seems to be; the text is a sentence with a way out."""


@record
class Step:
    """One step of a preview: `old` is the resource as it is, `new` as it will be."""

    op: str
    urn: str
    old: Mapping[str, Any] | None
    new: Mapping[str, Any] | None
    reasons: tuple[str, ...]


@record
class Document:
    """`resources` as the state has them, or as they will be after the `steps` of a preview.

    `pending` are the operations that were cut off. `left_out` counts the resources that a preview
    counts and does not show, mostly those that stay as they are; `failed` says that it ended in
    an error.
    """

    resources: tuple[Mapping[str, Any], ...]
    steps: tuple[Step, ...] = ()
    config: Mapping[str, Any] = field(default_factory=dict)
    preview: bool = False
    pending: tuple[Mapping[str, Any], ...] = ()
    left_out: int = 0
    failed: bool = False


def read_document(raw: bytes) -> Document:
    """The document in these bytes; raises `NotPulumis`."""
    try:
        data = json.loads(decoded(raw).removeprefix("\ufeff"), object_pairs_hook=_object)
    except RecursionError:
        raise NotPulumis("It is nested too deep to be Pulumi's; export it again.") from None
    except ValueError as error:
        if any(word in decoded(raw[:200]) for word in _STREAM):
            raise NotPulumis(
                "It is a stream of events; let the CLI write one object: `pulumi preview --json` "
                "without PULUMI_ENABLE_STREAMING_JSON_PREVIEW."
            ) from None
        raise NotPulumis(f"It is no JSON ({error}); export it again.") from None
    if not isinstance(data, dict):
        raise NotPulumis("It holds no object; export it again with `pulumi stack export`.")
    # A preview leaves out steps where it has none.
    if not data.keys().isdisjoint(("steps", "changeSummary")):
        return _preview(data)
    if data.keys().isdisjoint(("deployment", "checkpoint", "manifest", "resources")):
        raise NotPulumis("It holds no stack; export it again with `pulumi stack export`.")
    return _state(data)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise NotPulumis("An object in it has one key twice: it may mean either; export it again.")
    return found


def _state(data: Mapping[str, Any]) -> Document:
    if ("deployment" in data or "checkpoint" in data) and data.get("version") not in _VERSIONS:
        raise NotPulumis(
            f"It is of version {data.get('version')!r}, and this hubwarden reads 3 and 4; export "
            "it with a Pulumi of today, or take a newer hubwarden."
        )
    if isinstance(checkpoint := data.get("checkpoint"), dict):
        deployment = checkpoint.get("latest") or {}
    else:
        deployment = data.get("deployment", data)
    if not isinstance(deployment, dict):
        raise NotPulumis("Its deployment is no object; export it again.")
    resources = deployment.get("resources") or []
    pending = deployment.get("pending_operations") or []
    return Document(_objects(resources, "resources"), pending=_objects(pending, "operations"))


def _preview(data: Mapping[str, Any]) -> Document:
    steps = tuple(map(_step, _objects(data.get("steps") or [], "steps")))
    unknown = sorted({step.op for step in steps} - _LEAVES - _STAYS)
    if unknown:
        raise NotPulumis(
            f"It has a step {unknown[0]!r}, which this hubwarden does not know; take a newer one."
        )
    if bare := [step.urn for step in steps if step.old is None and step.new is None]:
        raise NotPulumis(f"It does not show what {bare[0]} is; make the preview again.")
    staying: dict[str, Mapping[str, Any]] = {}
    for step in steps:
        if step.op in _STAYS and (state := step.new or step.old) is not None:
            staying[step.urn] = state
    config = data.get("config") or {}
    if not isinstance(config, dict):
        raise NotPulumis("Its config is no object; make the preview again.")
    said = _objects(data.get("diagnostics") or [], "diagnostics")
    return Document(
        tuple(staying.values()),
        steps,
        config,
        preview=True,
        left_out=_left_out(data.get("changeSummary") or {}, steps),
        failed=any(one.get("severity") == "error" for one in said),
    )


def _left_out(summary: Any, steps: Sequence[Step]) -> int:
    """How many resources are counted and not shown."""
    counts = summary.values() if isinstance(summary, dict) else (None,)
    if not all(isinstance(count, int) for count in counts):
        raise NotPulumis("Its changeSummary counts nothing; make the preview again.")
    same = sum(step.op == "same" for step in steps)
    # What else is counted is shown, but for reads, and providers that the engine makes itself.
    changes = 0 if steps else sum(summary.get(op, 0) for op in _CHANGES)
    return int(max(0, summary.get("same", 0) - same) + changes)


def _step(data: Mapping[str, Any]) -> Step:
    old, new = data.get("oldState"), data.get("newState")
    reasons = data.get("replaceReasons") or []
    if not isinstance(data.get("op"), str) or not isinstance(data.get("urn"), str):
        raise NotPulumis("It has a step without `op` or `urn`; make the preview again.")
    return Step(
        data["op"],
        data["urn"],
        old if isinstance(old, dict) else None,
        new if isinstance(new, dict) else None,
        tuple(map(str, reasons)) if isinstance(reasons, list) else (),
    )


def _objects(found: Any, what: str) -> tuple[Mapping[str, Any], ...]:
    if not isinstance(found, Sequence) or not all(isinstance(one, dict) for one in found):
        raise NotPulumis(f"Its {what} are no list of objects; export it again.")
    return tuple(found)
