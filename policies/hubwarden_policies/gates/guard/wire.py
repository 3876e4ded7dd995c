"""A resource as a transform is given it, in the words of a recording.

The values have the names of the wire, and are plain where they are known. Secret ones are
`Output`s that are resolved already, so nothing here waits for another resource.
"""

from __future__ import annotations

from typing import Any

import pulumi
from pulumi.output import Unknown
from pulumi.runtime.rpc import is_rpc_secret

from hubwarden_policies.gates.program.hubwarden_recorder import values
from hubwarden_policies.gates.program.running.decoding import decode
from hubwarden_policies.gates.program.running.recording import Frames, Registration
from hubwarden_policies.model import STACK_TYPE


async def registration(
    args: pulumi.ResourceTransformArgs, urn: str, parent: str | None, frames: Frames
) -> Registration:
    """The resource that the engine is about to register."""
    options = args.opts
    return Registration(
        urn=urn,
        type=args.type_,
        name=args.name,
        custom=args.custom,
        remote=False,
        read=False,
        parent=parent,
        provider=None,
        id=None,
        inputs=decode(values.to_json(await _value(dict(args.props)))),
        outputs={},
        property_dependencies={},
        options={
            "protect": options.protect,
            "retainOnDelete": options.retain_on_delete,
            "ignoreChanges": options.ignore_changes,
            "additionalSecretOutputs": options.additional_secret_outputs,
        },
        aliases=tuple(sorted({kind for each in _aliases(options) if (kind := _type(each))})),
        package=None,
        frames=frames,
    )


def urn_of(parent: str | None, stack: str, project: str, kind: str, name: str) -> str:
    """The URN that the engine gives a resource: of its parents the types are in it."""
    above = parent.split("::")[2] if parent else STACK_TYPE
    qualified = kind if above == STACK_TYPE else f"{above}${kind}"
    return f"urn:pulumi:{stack}::{project}::{qualified}::{name}"


async def _value(value: Any) -> Any:
    """A value of the SDK as one of the recorder's."""
    if isinstance(value, pulumi.Output):
        known = await value.is_known()
        content = await _value(await value.future(with_unknowns=True)) if known else values.UNKNOWN
        return values.Secret(content) if await value.is_secret() else content
    if is_rpc_secret(value):  # from an engine that sends no output values
        return values.Secret(await _value(value["value"]))
    if isinstance(value, dict):
        return {name: await _value(item) for name, item in value.items()}
    if isinstance(value, list):
        return [await _value(item) for item in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    # A resource that is a value would have to be asked for its id, and a file is not read here.
    plain = isinstance(value, str | int | float | None) and not isinstance(value, Unknown)
    return value if plain else values.UNKNOWN


def _aliases(options: pulumi.ResourceOptions) -> list[Any]:
    said: Any = options.aliases or ()
    return list(said)


def _type(alias: Any) -> str | None:
    if isinstance(alias, str):
        parts = alias.split("::")
        return parts[2].rpartition("$")[2] if len(parts) > 3 else None
    kind = getattr(alias, "type_", None)
    return kind if isinstance(kind, str) else None
