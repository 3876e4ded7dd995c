"""Transforms: the program's own functions that change what is registered or invoked.

The SDK serves them over gRPC on the loopback interface, sync and async ones alike; this is the
only gRPC of a run.
"""

from __future__ import annotations

import re
from typing import Any

import grpc
from pulumi.runtime.proto import callback_pb2, callback_pb2_grpc, resource_pb2

from ..frames import user_file
from .refusal import Refusal
from .requests import said

_PLACE = re.compile(r'File "(.+)", line (\d+), in (.+)')
_FLAGS = (("protect", "protect"), ("retainOnDelete", "retain_on_delete"))
_NO_LIMIT = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]


class Transforms:
    """The transforms of one run; `stack` and `invokes` are in the order of their registration."""

    def __init__(self) -> None:
        self.stack: list[Any] = []
        self.invokes: list[Any] = []
        self._of_parent: dict[str, list[Any]] = {}
        self._stubs: dict[str, Any] = {}

    def resource(self, request: Any, urn: str, parents: list[str]) -> Any:
        """The request as the resource's own, its parents' and the stack's transforms leave it."""
        callbacks = list(getattr(request, "transforms", ()))
        self._of_parent[urn] = callbacks[:]
        for parent in parents:
            callbacks += self._of_parent.get(parent, [])
        callbacks += self.stack
        if not callbacks:
            return request
        changed = type(request)()
        changed.CopyFrom(request)
        options = _options(request)
        for callback in callbacks:
            asked = resource_pb2.TransformRequest(
                type=request.type,
                name=request.name,
                custom=request.custom,
                parent=request.parent,
                properties=changed.object,
                options=options,
            )
            answer = resource_pb2.TransformResponse.FromString(self._call(callback, asked))
            if answer.HasField("properties"):
                changed.object.CopyFrom(answer.properties)
            if answer.HasField("options"):
                options = answer.options
        _apply(changed, options)
        return changed

    def invoke(self, request: Any) -> Any:
        """The arguments of an invoke as the stack's invoke transforms leave them."""
        arguments = request.args
        for callback in self.invokes:
            asked = resource_pb2.TransformInvokeRequest(token=request.tok, args=arguments)
            asked.options.provider = request.provider
            asked.options.version = request.version
            answer = resource_pb2.TransformInvokeResponse.FromString(self._call(callback, asked))
            if answer.HasField("args"):
                arguments = answer.args
        return arguments

    def _call(self, callback: Any, asked: Any) -> bytes:
        stub = self._stubs.get(callback.target)
        if stub is None:
            channel = grpc.insecure_channel(callback.target, options=_NO_LIMIT)
            stub = self._stubs[callback.target] = callback_pb2_grpc.CallbacksStub(channel)
        request = callback_pb2.CallbackInvokeRequest(
            token=callback.token, request=asked.SerializeToString()
        )
        try:
            response: bytes = stub.Invoke(request).response
        except grpc.RpcError as error:
            raise _refusal(str(error.details())) from None
        return response


def _refusal(details: str) -> Refusal:
    """What the SDK says of a transform that raised: the error, and in new SDKs its traceback."""
    before, _, after = details.partition("error: ")
    first, *_ = (after or before).strip().splitlines() or [""]
    frames = [
        [path, int(line), function]
        for name, line, function in _PLACE.findall(details)
        if (path := user_file(name)) is not None
    ]
    return Refusal(f"a transform of it raised: {first.rstrip(':')}", frames)


def _options(request: Any) -> Any:
    options = resource_pb2.TransformResourceOptions(
        depends_on=request.dependencies,
        ignore_changes=request.ignoreChanges,
        aliases=request.aliases,
        provider=request.provider,
        providers=dict(request.providers),
        additional_secret_outputs=request.additionalSecretOutputs,
        replace_on_changes=request.replaceOnChanges,
        version=request.version,
        deleted_with=request.deletedWith,
    )
    for field, name in _FLAGS:
        value = said(request, field)
        if value is not None:
            setattr(options, name, value)
    return options


def _apply(request: Any, options: Any) -> None:
    for field, name in (
        ("dependencies", "depends_on"),
        ("ignoreChanges", "ignore_changes"),
        ("aliases", "aliases"),
        ("additionalSecretOutputs", "additional_secret_outputs"),
        ("replaceOnChanges", "replace_on_changes"),
    ):
        request.ClearField(field)
        getattr(request, field).extend(getattr(options, name))
    request.provider = options.provider
    request.deletedWith = options.deleted_with
    for field, name in _FLAGS:
        request.ClearField(field)
        value = said(options, name)
        if value is not None:
            setattr(request, field, value)
