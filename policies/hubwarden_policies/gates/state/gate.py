"""A stack as Pulumi has written it down: its state, or what a preview says that it will be.

A state knows what a program's preview cannot, because everything in it exists. A preview in JSON
knows which resources an update takes away, which no policy pack is told.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from hubwarden_policies.gates.collected import Collected, InputError
from hubwarden_policies.gates.pack.in_clear import in_exports, in_inputs, in_outputs
from hubwarden_policies.gates.program.graph.merge import merge
from hubwarden_policies.gates.program.graph.places import places
from hubwarden_policies.gates.program.graph.tokens import identify
from hubwarden_policies.gates.program.pulumi_project.project import Project, StackConfig
from hubwarden_policies.gates.program.running.recording import Recording, Registration
from hubwarden_policies.gates.recognise import decoded
from hubwarden_policies.gates.state.document import Document, NotPulumis, Step, read_document
from hubwarden_policies.gates.state.registered import FOLDER, NotAResource, registered
from hubwarden_policies.gates.state.values import read_value, shows_secrets
from hubwarden_policies.model import STACK_TYPE, ConfigValue, Location, Removal, Stack, Unseen

_URN: Final = re.compile(r'"urn"\s*:\s*"((?:[^"\\]|\\.)*)"')
_INCOMPLETE: Final = (
    "It leaves {} of the resources out, which stay as they are, so nothing of it can be judged "
    "but what goes; make it with `pulumi preview --json --show-sames`."
)
_FAILED: Final = (
    "This preview failed, so it lacks what comes after the error: mend what it complained of and "
    "make it again."
)
_CUT_OFF: Final = frozenset({"creating", "updating", "importing"})
_REPLACES: Final = frozenset({"replace", "create-replacement", "delete-replaced"})


def collect(raw: bytes, file: str) -> Collected:
    """The stack in a state file or a preview's JSON; `file` is its path as reports write it."""
    try:
        document = read_document(raw)
        resources = [registered(one) for one in document.resources if one.get("delete") is not True]
        removals = tuple(_removals(document.steps))
        stack = _stack(document, resources, removals)
    except NotPulumis as error:
        return _refused(str(error), file)
    except NotAResource as error:
        return _refused(f"{error}; export it again, or take a newer hubwarden.", file)
    notes = tuple(_notes(document, resources))
    errors: tuple[InputError, ...] = ()
    if document.failed:
        errors = (InputError("failed-preview", _FAILED, Location(file, 1)),)
    if document.left_out:
        # What is around a resource decides about it too, so only what goes can be judged.
        stack = Stack(stack.project, stack.name, (), flows=(), removals=removals)
        left_out = InputError(
            "incomplete", _INCOMPLETE.format(document.left_out), Location(file, 1)
        )
        errors = (*errors, left_out)
    return Collected(stack, errors, notes, _locator(raw, file, stack))


def _stack(
    document: Document, resources: list[Registration], removals: tuple[Removal, ...]
) -> Stack:
    root = next((one for one in resources if one.type == STACK_TYPE), None)
    urn = root.urn if root else next((one.urn for one in resources), "")
    name, project = (urn.split(":")[2], urn.split("::")[1]) if urn.count("::") > 1 else ("", "")
    # A preview shows the stack's outputs as they were, not as they will be.
    exports = root.outputs if root and not document.preview else {}
    recording = Recording(
        mode="preview", complete=True, pulumi="", python="", notes=(), resources=tuple(resources),
        exports=exports, export_frames={}, component_outputs={}, calls=(), hooks=(), made=(),
        marks=(), sinks=(), error=None,
    )  # fmt: skip
    ours = [one for one in resources if one.custom and not one.read]
    flows = (
        *(flow for one in ours for flow in (*in_inputs(one), *in_outputs(one))),
        *in_exports(exports, root.urn if root else ""),
    )
    config = {key: ConfigValue(read_value(value)) for key, value in document.config.items()}
    made = Project(FOLDER, "", project, FOLDER, FOLDER, (name,), made_up=False)
    merged = merge(
        recording, None, project=made, config=StackConfig(name, "", judged=config), flows=flows
    )
    return replace(
        merged, removals=removals, unmapped=(*merged.unmapped, *_cut_off(document.pending))
    )


def _cut_off(pending: tuple[Mapping[str, Any], ...]) -> Iterator[Unseen]:
    """The resources of ours that may be otherwise than the state says."""
    for operation in pending:
        kind, entry = operation.get("type"), operation.get("resource")
        if not isinstance(kind, str) or not isinstance(entry, dict):
            raise NotPulumis("It has an operation that cannot be read; export it again.")
        one = registered(entry)
        if kind in _CUT_OFF and identify(one.type, inputs=one.inputs).arm_type:
            reason = f"{kind} it was cut off, and `pulumi refresh` finds out what became of it"
            yield Unseen(one.urn, reason, one.urn)


def _removals(steps: tuple[Step, ...]) -> Iterator[Removal]:
    """What the steps take away, each resource once."""
    seen: set[str] = set()
    for step in sorted(steps, key=lambda one: not one.reasons):
        replaced = step.op in _REPLACES
        if not (replaced or step.op == "delete") or step.old is None or step.urn in seen:
            continue
        seen.add(step.urn)
        old = registered(step.old)
        kind = identify(old.type, inputs=old.inputs)
        if (
            kind.arm_type
            and kind.standing != "part"
            and old.custom
            and not old.options.get("retainOnDelete")
        ):
            at = places(old.frames, FOLDER)
            yield Removal(kind.arm_type, old.name, old.urn, replaced, step.reasons, at)


def _notes(document: Document, resources: list[Registration]) -> Iterator[str]:
    if document.preview:
        yield "a preview in JSON does not hold the stack's outputs; the state after it does"
    waiting = sum(bool(one.get("delete")) for one in document.resources)
    if waiting:
        yield f"{waiting} of its resources wait to be deleted and are not judged"
    if document.pending:
        yield (
            f"{len(document.pending)} operations were cut off, so nobody knows what became of "
            "their resources; `pulumi refresh` finds out"
        )
    if any(shows_secrets(one) for one in document.resources):
        yield (
            "this file shows every secret in clear (`--show-secrets`): delete it, and rotate what "
            "is in it if it has left this machine"
        )
    if not resources:
        yield "it holds no resources"


def _locator(raw: bytes, file: str, stack: Stack) -> Callable[[str, str], Location | None]:
    """The user's line where the state knows it, else the resource's line in the file."""
    known = {one.address for one in stack.resources if one.locations}
    known |= {one.address for one in stack.removals if one.locations}
    lines: dict[str, int] = {}

    def place(address: str, _path: str) -> Location | None:
        if address in known:
            return None
        if not lines:
            text, line, last = decoded(raw), 1, 0
            for found in _URN.finditer(text):
                line, last = line + text.count("\n", last, found.start()), found.start()
                lines.setdefault(found[1], line)
        return Location(file, lines[address]) if address in lines else Location(file, 1)

    return place


def _refused(sentence: str, file: str) -> Collected:
    return Collected(errors=(InputError("unreadable", sentence, Location(file, 1)),))
