"""The resource monitor of one run, as an object in the program's own process.

It answers what the engine answers on a preview of a new stack. What the engine decides by itself
is in `declared` and `transforms`; what a provider would answer is the oracle's part.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from google.protobuf import empty_pb2
from pulumi.runtime.proto import provider_pb2, resource_pb2, resource_pb2_grpc

from ..frames import here
from ..values import UNKNOWN, Secret, decode_struct, encode_struct, to_json
from . import features, requests
from .declared import Declared
from .registration import STACK, Registration
from .transforms import Transforms

if TYPE_CHECKING:
    from ..journal import Journal
    from .origins import Origins


# Old SDKs serve transforms only to what they take for a connection.
_Connection: Any = resource_pb2_grpc.ResourceMonitorStub


class Monitor(_Connection):  # type: ignore[misc]
    """Answers the SDK's calls and fills the journal. The names of its methods are the service's."""

    # By this the guard in a program knows that it is being checked, and that nothing is deployed.
    judged_by_hubwarden = True

    def __init__(
        self, job: dict[str, Any], journal: Journal, origins: Origins, oracle: Any
    ) -> None:
        self._project, self._stack = job["project"], job["stack"]
        self._organization = job["organization"]
        self._config: dict[str, str] = job["strings"]
        self._secret_keys: list[str] = job["secretKeys"]
        self._journal, self._origins, self._oracle = journal, origins, oracle
        self._preview = job["mode"] == "preview"
        self._declared = Declared(
            self._project, self._stack, self._config, self._secret_keys, journal
        )
        self._transforms = Transforms()
        self._packages: dict[str, dict[str, str]] = {}

    def __getattr__(self, name: str) -> Any:
        return features.unknown(name)

    def GetDeploymentInfo(self, request: Any, context: Any = None) -> Any:
        return resource_pb2.DeploymentInfo(
            project=self._project,
            stack=self._stack,
            organization=self._organization,
            config=self._config,
            configSecretKeys=self._secret_keys,
            dryRun=True,
            parallel=features.PARALLEL,
            supportedFeatures=features.supported(),
        )

    def SupportsFeature(self, request: Any, context: Any = None) -> Any:
        return resource_pb2.SupportsFeatureResponse(hasSupport=request.id in features.BY_NAME)

    def SignalAndWaitForShutdown(self, request: Any, context: Any = None) -> Any:
        self._journal.shut_down = True
        return empty_pb2.Empty()

    def RegisterResource(self, request: Any, context: Any = None) -> Any:
        request = self._transforms.resource(
            request, self._declared.urn(request), self._declared.parents(request.parent)
        )
        item = self._registration(request)
        item.remote = request.remote
        item.options = requests.options(request)
        item.aliases = requests.alias_types(request)
        item.property_dependencies = requests.property_dependencies(request)
        item.providers = dict(request.providers)
        item.inputs = decode_struct(request.object)
        self._declared.add(item)
        if not request.custom and not request.remote:
            return resource_pb2.RegisterResourceResponse(urn=item.urn)
        self._answer(item)
        return resource_pb2.RegisterResourceResponse(
            urn=item.urn, id=item.id or "", object=encode_struct(item.outputs)
        )

    def RegisterResourceOutputs(self, request: Any, context: Any = None) -> Any:
        outputs = decode_struct(request.outputs)
        item = self._declared.get(request.urn)
        if item is not None and item.type == STACK:
            self._journal.exports = outputs
            self._journal.stack_registered = True
        else:
            self._journal.component_outputs[request.urn] = outputs
            if item is not None:
                item.outputs = outputs
        return empty_pb2.Empty()

    def ReadResource(self, request: Any, context: Any = None) -> Any:
        item = self._registration(request)
        item.custom = item.read = True
        item.inputs = decode_struct(request.properties)
        item.id = request.id
        self._declared.add(item)
        item.outputs = self._oracle.read(item, request.id)
        self._hide(item, request.additionalSecretOutputs)
        response = resource_pb2.ReadResourceResponse(
            urn=item.urn, properties=encode_struct(item.outputs)
        )
        if "id" in response.DESCRIPTOR.fields_by_name:
            response.id = request.id
        return response

    def ExistsResource(self, request: Any, context: Any = None) -> Any:
        return resource_pb2.ExistsResourceResponse(exists=False, unknown=True)

    def Invoke(self, request: Any, context: Any = None) -> Any:
        arguments = decode_struct(self._transforms.invoke(request))
        answer = features.invoke_response
        if request.tok == "pulumi:pulumi:getResource":
            item = self._declared[arguments["urn"]]
            return answer({"urn": item.urn, "id": item.id or "", "state": item.outputs})
        result = None
        # In a preview, what it waits for is not there yet.
        if not (self._preview and any(map(self._declared.is_new, requests.awaited(request)))):
            result = self._oracle.invoke(
                request.tok, arguments, self._origins.results.get(request.tok)
            )
        self._journal.calls.append(
            {
                "token": request.tok,
                "args": to_json(arguments),
                "result": to_json(UNKNOWN if result is None else result),
                "credentials": self._oracle.fetches_credentials(request.tok),
                "frames": here(),
            }
        )
        return answer(result)

    def Call(self, request: Any, context: Any = None) -> Any:
        result = self._oracle.call(request.tok, decode_struct(request.args))
        # The SDK has a word for a property that is not known, none for a whole result.
        return provider_pb2.CallResponse(**{"return": encode_struct(result or {"result": UNKNOWN})})

    def RegisterPackage(self, request: Any, context: Any = None) -> Any:
        package = {"name": request.name, "version": request.version}
        for kind in ("parameterization", "extension"):
            known = kind in request.DESCRIPTOR.fields_by_name
            if known and request.HasField(kind):
                part = getattr(request, kind)
                package = {"name": part.name, "version": part.version}
        reference = str(uuid.uuid5(uuid.NAMESPACE_OID, request.SerializeToString().hex()))
        self._packages[reference] = package
        return resource_pb2.RegisterPackageResponse(ref=reference)

    def RegisterStackTransform(self, request: Any, context: Any = None) -> Any:
        self._transforms.stack.append(request)
        return empty_pb2.Empty()

    def RegisterStackInvokeTransform(self, request: Any, context: Any = None) -> Any:
        self._transforms.invokes.append(request)
        return empty_pb2.Empty()

    def RegisterResourceHook(self, request: Any, context: Any = None) -> Any:
        self._journal.hooks.append(request.name)
        return empty_pb2.Empty()

    RegisterErrorHook = RegisterResourceHook

    def _registration(self, request: Any) -> Registration:
        return Registration(
            urn=self._declared.urn(request),
            type=request.type,
            name=request.name,
            custom=getattr(request, "custom", True),
            parent=request.parent,
            provider=request.provider,
            cls=self._origins.classes.get(request.type),
            version=request.version,
            package=self._packages.get(getattr(request, "packageRef", "")),
            frames=here() or requests.position(request),
        )

    def _answer(self, item: Registration) -> None:
        item.inputs = self._oracle.check(item)
        item.id, item.outputs = self._oracle.create(item)
        self._hide(item, item.options["additionalSecretOutputs"])

    def _hide(self, item: Registration, names: Any) -> None:
        for name in names:
            if name in item.outputs and not isinstance(item.outputs[name], Secret):
                item.outputs[name] = Secret(item.outputs[name])
