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
_LEAVES: Final = frozenset({"delete", "delete-replaced", "discard", "discard-replaced"})
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

    `left_out` counts those that stay as they are and that a preview does not show.
    """

    resources: tuple[Mapping[str, Any], ...]
    steps: tuple[Step, ...] = ()
    config: Mapping[str, Any] = field(default_factory=dict)
    preview: bool = False
    pending: int = 0
    left_out: int = 0


def read_document(raw: bytes) -> Document:
    """The document in these bytes; raises `NotPulumis`."""
    try:
        data = json.loads(decoded(raw).removeprefix("\ufeff"))
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
    if "steps" in data:
        return _preview(data)
    return _state(data)


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
    return Document(_objects(resources, "resources"), pending=len(_objects(pending, "operations")))


def _preview(data: Mapping[str, Any]) -> Document:
    steps = tuple(map(_step, _objects(data["steps"] or [], "steps")))
    unknown = sorted({step.op for step in steps} - _LEAVES - _STAYS)
    if unknown:
        raise NotPulumis(
            f"It has a step {unknown[0]!r}, which this hubwarden does not know; take a newer one."
        )
    staying: dict[str, Mapping[str, Any]] = {}
    for step in steps:
        if step.op in _STAYS and (state := step.new or step.old) is not None:
            staying[step.urn] = state
    config = data.get("config") or {}
    if not isinstance(config, dict):
        raise NotPulumis("Its config is no object; make the preview again.")
    summary = data.get("changeSummary")
    same = summary.get("same", 0) if isinstance(summary, dict) else 0
    shown = sum(step.op == "same" for step in steps)
    left_out = max(0, same - shown) if isinstance(same, int) else 0
    return Document(tuple(staying.values()), steps, config, preview=True, left_out=left_out)


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
