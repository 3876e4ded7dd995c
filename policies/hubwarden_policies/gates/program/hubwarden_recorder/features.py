"""What the monitor can do, in the words of old and new SDKs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlparse

from pulumi.runtime.proto import provider_pb2, resource_pb2

from .frames import user_file
from .values import encode_struct

if TYPE_CHECKING:
    from .frames import Frames

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


def invoke_response(result: dict[str, Any] | None) -> Any:
    """The answer to a function call; None is "not known yet", for which old SDKs have no word."""
    kind = getattr(resource_pb2, "ResourceInvokeResponse", provider_pb2.InvokeResponse)
    if result is not None:
        return kind(**{"return": encode_struct(result)})
    return kind(unknown=True) if "unknown" in kind.DESCRIPTOR.fields_by_name else kind()


def position(request: Any) -> Frames:
    """The line that the SDK itself gives, for when its constructors could not be watched."""
    where = getattr(request, "sourcePosition", None)
    if where is None or not where.uri:
        return []
    path = user_file(unquote(urlparse(where.uri).path))
    return [] if path is None else [[path, where.line, ""]]
