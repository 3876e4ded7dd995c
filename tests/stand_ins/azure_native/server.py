"""A double of the azure-native provider: a plugin without Azure, network and credentials.

Check, the names and what a preview leaves unknown are those of the program gate's recorder, which
this imports. Created resources are kept in a folder (`AZURE_STAND_IN`), as Azure would keep them;
hubs and DPS live behind a Resource Manager instead, keys and all, where `AZURE_STAND_IN_ARM` is the
address of a subscription and `AZURE_STAND_IN_ARM_CA` the certificate to trust.

It does not: judge what Azure or the provider refuses (missing or unknown properties, names that
are taken, locks, rights, quotas); know what Azure answers in numbers, flags and enums that nobody
gave, nor fill in lists (they are absent); look up resources that a program asks functions for
(their results are made up, keys among them); serve locally added packages of one version of the
API, or `read`s of what it has not created; see by a refresh that a hub or DPS behind a Resource
Manager is set up otherwise than its inputs say. Names come from the URN, so that a replacement
deletes before it creates; the real provider does so only for names that the program gives.
"""

from __future__ import annotations

import os
import threading
from concurrent import futures
from importlib import metadata
from pathlib import Path
from typing import Any

import grpc
import pulumi_azure_native  # noqa: F401 (types are looked up in what is imported)
from google.protobuf import empty_pb2
from hubwarden_recorder.values import decode_struct, encode_struct
from pulumi.runtime.proto import plugin_pb2, provider_pb2_grpc
from pulumi.runtime.proto import provider_pb2 as protocol
from tests.stand_ins.azure_native.azure import Azure
from tests.stand_ins.azure_native.differences import differences
from tests.stand_ins.azure_native.resource_manager import ResourceManager

_LARGEST = 400 << 20


class Provider(provider_pb2_grpc.ResourceProviderServicer):
    """The service; the names of its methods are the protocol's. It accepts no secrets: the engine
    takes the marks off and puts them on again by name.
    """

    def __init__(self, azure: Azure) -> None:
        self._azure = azure
        # The SDK's modules are loaded as types are met; one thread at a time.
        self._alone = threading.RLock()

    def GetPluginInfo(self, request: Any, context: Any) -> Any:  # noqa: ARG002, N802
        return plugin_pb2.PluginInfo(version=metadata.version("pulumi-azure-native"))

    def CheckConfig(self, request: Any, context: Any) -> Any:  # noqa: ARG002, N802
        return protocol.CheckResponse(inputs=request.news)

    def DiffConfig(self, request: Any, context: Any) -> Any:  # noqa: ARG002, N802
        return protocol.DiffResponse(changes=protocol.DiffResponse.DIFF_NONE)

    def Configure(self, request: Any, context: Any) -> Any:  # noqa: ARG002, N802
        self._azure.location = request.variables.get("azure-native:config:location") or None
        return protocol.ConfigureResponse(supportsPreview=True)

    def Check(self, request: Any, context: Any) -> Any:  # noqa: ARG002, N802
        with self._alone:
            inputs = self._azure.checked(request.urn, decode_struct(request.news))
        return protocol.CheckResponse(inputs=encode_struct(inputs))

    def Diff(self, request: Any, context: Any) -> Any:  # noqa: ARG002, N802
        old, new = decode_struct(request.old_inputs), decode_struct(request.news)
        with self._alone:
            fixed = self._azure.fixed(request.urn)
        found = {str(change): change for change in differences(old, new)}
        replacing = [path for path, change in found.items() if change.falls_in(fixed)]
        return protocol.DiffResponse(
            changes=protocol.DiffResponse.DIFF_SOME if found else protocol.DiffResponse.DIFF_NONE,
            replaces=replacing,
            deleteBeforeReplace=bool(replacing),
            diffs=sorted({change.steps[0] for change in found.values()}),
            hasDetailedDiff=True,
            detailedDiff={
                path: protocol.PropertyDiff(
                    kind=protocol.PropertyDiff.Kind.Value(
                        change.kind + ("_REPLACE" if path in replacing else "")
                    ),
                    inputDiff=True,
                )
                for path, change in found.items()
            },
        )

    def Create(self, request: Any, context: Any) -> Any:  # noqa: ARG002, N802
        inputs = decode_struct(request.properties)
        with self._alone:
            if request.preview:
                outputs = self._azure.previewed(request.urn, inputs)
                return protocol.CreateResponse(properties=encode_struct(outputs))
            id_, outputs = self._azure.created(request.urn, inputs)
        return protocol.CreateResponse(id=id_, properties=encode_struct(outputs))

    def Read(self, request: Any, context: Any) -> Any:  # noqa: ARG002, N802
        with self._alone:
            kept = self._azure.kept(request.urn, request.id, decode_struct(request.inputs))
        if kept is None:
            return protocol.ReadResponse()
        inputs, outputs = map(encode_struct, kept)
        return protocol.ReadResponse(id=request.id, properties=outputs, inputs=inputs)

    def Update(self, request: Any, context: Any) -> Any:  # noqa: ARG002, N802
        inputs = decode_struct(request.news)
        with self._alone:
            if request.preview:
                outputs = self._azure.previewed(request.urn, inputs)
            else:
                _, outputs = self._azure.created(request.urn, inputs)
        return protocol.UpdateResponse(properties=encode_struct(outputs))

    def Delete(self, request: Any, context: Any) -> Any:  # noqa: ARG002, N802
        self._azure.deleted(request.id)
        return empty_pb2.Empty()

    def Invoke(self, request: Any, context: Any) -> Any:  # noqa: ARG002, N802
        with self._alone:
            result = self._azure.asked(request.tok, decode_struct(request.args))
        return protocol.InvokeResponse(**{"return": encode_struct(result)})

    def Cancel(self, request: Any, context: Any) -> Any:  # noqa: ARG002, N802
        return empty_pb2.Empty()


def main() -> None:
    """Serve until the engine is done; it reads the port from the first line."""
    server = grpc.server(
        futures.ThreadPoolExecutor(8), options=[("grpc.max_receive_message_length", _LARGEST)]
    )
    arm = ResourceManager.named(os.environ)
    provider = Provider(Azure(Path(os.environ["AZURE_STAND_IN"]), arm))
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(provider, server)
    print(server.add_insecure_port("127.0.0.1:0"), flush=True)  # noqa: T201
    server.start()
    server.wait_for_termination()


if __name__ == "__main__":
    main()
