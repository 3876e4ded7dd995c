"""What the monitor can do, in the words of old and new SDKs."""

from __future__ import annotations

from typing import Any, NoReturn

from pulumi.runtime.proto import provider_pb2, resource_pb2

from ..values import encode_struct
from .refusal import Refusal

PARALLEL = 16

# As old SDKs ask, one by one (source: pkg/resource/deploy/source_eval.go, SupportsFeature).
BY_NAME = frozenset(
    (
        "secrets",
        "resourceReferences",
        "outputValues",
        "aliasSpecs",
        "replacementTrigger",
        "deletedWith",
        "replaceWith",
        "transforms",
        "invokeTransforms",
        "parameterization",
        "resourceHooks",
        "errorHooks",
        "sendsOptionsToHooks",
    )
)
# As new SDKs ask, all at once; one that an SDK does not know has no number there.
_NAMES = (
    "SECRETS",
    "RESOURCE_REFERENCES",
    "OUTPUT_VALUES",
    "ALIAS_SPECS",
    "REPLACEMENT_TRIGGER",
    "DELETED_WITH",
    "REPLACE_WITH",
    "TRANSFORMS",
    "INVOKE_TRANSFORMS",
    "PARAMETERIZATION",
    "RESOURCE_HOOKS",
    "ERROR_HOOKS",
    "SENDS_OPTIONS_TO_HOOKS",
    "BYTE_STRING",
    "INVOKE_DEPENDS_ON",
    "INVOKE_PARENT",
)


def supported() -> list[Any]:
    """The numbers of the features in this SDK's protocol."""
    enum: Any = getattr(resource_pb2, "ResourceMonitorFeature")  # noqa: B009 (absent in old SDKs)
    names = [f"RESOURCE_MONITOR_FEATURE_{name}" for name in _NAMES]
    return [enum.Value(name) for name in names if name in enum.keys()]  # noqa: SIM118


def unknown(call: str) -> NoReturn:
    """Refuse a call that nobody here can answer: silence would look like a smaller program."""
    if not call[:1].isupper():
        raise AttributeError(call)
    raise Refusal(
        f"the program's Pulumi SDK asks the engine for {call}, which this version of hubwarden "
        "does not know; update hubwarden, or use an older SDK"
    )


def invoke_response(result: dict[str, Any] | None) -> Any:
    """The answer to a function call; None is "not known yet", for which old SDKs have no word."""
    kind: Any = getattr(resource_pb2, "ResourceInvokeResponse", provider_pb2.InvokeResponse)
    if result is not None:
        return kind(**{"return": encode_struct(result)})
    return kind(unknown=True) if "unknown" in kind.DESCRIPTOR.fields_by_name else kind()
