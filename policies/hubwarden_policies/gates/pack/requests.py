"""What the engine sends about a resource, in the words of a recording.

Pulumi's own library for packs drops the marks of secret values and answers a question about an
unknown one with an exception, so the values are read from the wire, as the recorder reads them.
"""

from __future__ import annotations

from typing import Any, Final

from hubwarden_policies.gates.program.hubwarden_recorder.values import decode_struct, to_json
from hubwarden_policies.gates.program.running.decoding import decode
from hubwarden_policies.gates.program.running.recording import Registration

_PROVIDER: Final = "pulumi:providers:"


def registration(request: Any, *, asked_for: Registration | None = None) -> Registration:
    """The resource of an `AnalyzeRequest` or an `AnalyzerResource`.

    The latter has the outputs: then `asked_for` is what the same resource was registered with.
    One that was never registered (None) is only read here, and another deployment answers for it.
    """
    values = properties(request)
    outputs = hasattr(request, "propertyDependencies")
    options = request.options
    # Only a resource with a provider is one; the others are components.
    custom = request.HasField("provider") or request.type.startswith(_PROVIDER)
    return Registration(
        urn=request.urn,
        type=request.type,
        name=request.name,
        custom=custom,
        remote=False,
        read=outputs and asked_for is None,
        parent=options.parent or None,
        provider=request.provider.urn or None,
        id=values.get("id") if outputs else None,
        inputs=asked_for.inputs if asked_for else values,
        outputs=values if outputs else {},
        property_dependencies={
            name: tuple(found.urns) for name, found in request.propertyDependencies.items()
        }
        if outputs
        else {},
        options={
            "protect": options.protect,
            "ignoreChanges": list(options.ignoreChanges),
            "additionalSecretOutputs": list(options.additionalSecretOutputs),
        },
        aliases=tuple(sorted({_type(urn) for urn in options.aliases} - {""})),
        package=None,
        frames=(),
    )


def properties(request: Any) -> dict[str, Any]:
    """The values of a request: secrets marked, unknowns told apart, whole numbers as such."""
    values: dict[str, Any] = decode(to_json(decode_struct(request.properties)))
    return values


def _type(urn: str) -> str:
    parts = urn.split("::")
    return parts[2].rpartition("$")[2] if len(parts) > 3 else ""
