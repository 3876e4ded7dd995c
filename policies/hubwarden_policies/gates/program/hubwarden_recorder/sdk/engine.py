"""The engine service of one run: the SDK logs to it and asks it for the root resource."""

from __future__ import annotations

from typing import Any

from google.protobuf import empty_pb2
from pulumi.runtime.proto import engine_pb2

from . import features


class Engine:
    """Answers as an object in the program's process. What the program logs is the sinks' part."""

    def __init__(self) -> None:
        self._root = ""

    def Log(self, request: Any, context: Any = None) -> Any:
        return empty_pb2.Empty()

    def GetRootResource(self, request: Any, context: Any = None) -> Any:
        return engine_pb2.GetRootResourceResponse(urn=self._root)

    def SetRootResource(self, request: Any, context: Any = None) -> Any:
        self._root = request.urn
        return engine_pb2.SetRootResourceResponse()

    def StartDebugging(self, request: Any, context: Any = None) -> Any:
        return empty_pb2.Empty()

    def RequirePulumiVersion(self, request: Any, context: Any = None) -> Any:
        return engine_pb2.RequirePulumiVersionResponse()

    def __getattr__(self, name: str) -> Any:
        return features.unknown(name)
