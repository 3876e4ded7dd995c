"""The resource monitor of one run, as an object in the program's own process.

It answers what the engine answers on a preview of a new stack (source: `pkg/resource/deploy` of
Pulumi, source_eval.go): URNs, inherited options, default providers, transforms. What a provider
would answer is the oracle's part.
"""

from __future__ import annotations

import threading
import uuid
from typing import TYPE_CHECKING, Any

from google.protobuf import empty_pb2
from pulumi.runtime.proto import provider_pb2, resource_pb2

from . import features, values
from .frames import here
from .registration import STACK, Registration, urn_of
from .transforms import Transforms, said
from .values import Secret, decode_struct, encode_struct, to_json

if TYPE_CHECKING:
    from .journal import Journal
    from .origins import Origins

_INHERITED = ("protect", "retainOnDelete", "deletedWith")


class Refusal(Exception):
    """What the engine would refuse; the text is the sentence that the user reads."""


class Monitor:
    """Answers the SDK's calls and fills the journal. The names of its methods are the service's."""

    def __init__(
        self, job: dict[str, Any], journal: Journal, origins: Origins, oracle: Any
    ) -> None:
        self._project, self._stack = job["project"], job["stack"]
        self._organization = job["organization"]
        self._config: dict[str, str] = job["strings"]
        self._secret_keys: list[str] = job["secretKeys"]
        self._journal, self._origins, self._oracle = journal, origins, oracle
        self._preview = job["mode"] == "preview"
        self._transforms = Transforms()
        self._packages: dict[str, dict[str, str]] = {}
        self._lock = threading.RLock()

    def __getattr__(self, name: str) -> Any:
        if not name[:1].isupper():
            raise AttributeError(name)
        raise Refusal(
            f"the program's Pulumi SDK asks the engine for {name}, which this version of "
            "hubwarden does not know; update hubwarden, or use an older SDK"
        )

    # What the SDK asks about the deployment.

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

    # Resources.

    def RegisterResource(self, request: Any, context: Any = None) -> Any:
        request = self._transforms.resource(
            request, self._urn(request), self._parents(request.parent)
        )
        item = self._registration(request)
        item.remote = request.remote
        item.options.update(
            protect=said(request, "protect"),
            retainOnDelete=said(request, "retainOnDelete"),
            deletedWith=request.deletedWith or None,
            ignoreChanges=list(request.ignoreChanges),
            additionalSecretOutputs=list(request.additionalSecretOutputs),
        )
        item.aliases = sorted({a.spec.type for a in request.aliases if a.spec.type})
        item.property_dependencies = {
            key: sorted(found.urns)
            for key, found in request.propertyDependencies.items()
            if found.urns
        }
        item.providers = dict(request.providers)
        self._inherit(item)
        item.inputs = decode_struct(request.object)
        self._add(item)
        if not request.custom and not request.remote:
            return resource_pb2.RegisterResourceResponse(urn=item.urn)
        self._answer(item)
        return resource_pb2.RegisterResourceResponse(
            urn=item.urn, id=item.id or "", object=encode_struct(item.outputs)
        )

    def RegisterResourceOutputs(self, request: Any, context: Any = None) -> Any:
        outputs = decode_struct(request.outputs)
        item = self._journal.registrations.get(request.urn)
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
        self._inherit(item)
        self._add(item)
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

    # Functions.

    def Invoke(self, request: Any, context: Any = None) -> Any:
        arguments = decode_struct(self._transforms.invoke(request))
        answer = features.invoke_response
        if request.tok == "pulumi:pulumi:getResource":
            item = self._journal.registrations[arguments["urn"]]
            state = {"urn": item.urn, "id": item.id or "", "state": item.outputs}
            return answer(state)
        waits = getattr(request, "dependsOn", ())
        result = None
        if not (self._preview and any(self._is_new(urn) for urn in waits)):
            result = self._oracle.invoke(
                request.tok, arguments, self._origins.results.get(request.tok)
            )
        self._journal.calls.append(
            {
                "token": request.tok,
                "args": to_json(arguments),
                "result": to_json(values.UNKNOWN if result is None else result),
                "credentials": self._oracle.fetches_credentials(request.tok),
                "frames": here(),
            }
        )
        return answer(result)

    def Call(self, request: Any, context: Any = None) -> Any:
        result = self._oracle.call(request.tok, decode_struct(request.args))
        return provider_pb2.CallResponse(**{"return": encode_struct(result)})

    # What the program registers for later.

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

    # The engine's own rules.

    def _registration(self, request: Any) -> Registration:
        return Registration(
            urn=self._urn(request),
            type=request.type,
            name=request.name,
            custom=getattr(request, "custom", True),
            parent=request.parent,
            provider=request.provider,
            cls=self._origins.classes.get(request.type),
            package=self._packages.get(getattr(request, "packageRef", "")),
            frames=here() or features.position(request),
        )

    def _urn(self, request: Any) -> str:
        return urn_of(self._project, self._stack, request.parent, request.type, request.name)

    def _add(self, item: Registration) -> None:
        with self._lock:
            if item.urn in self._journal.registrations:
                raise Refusal(
                    f"the program declares two resources of the type {item.type} named "
                    f"{item.name!r}; give each a name of its own"
                )
            self._journal.registrations[item.urn] = item

    def _parents(self, urn: str) -> list[str]:
        found = []
        while urn:
            found.append(urn)
            parent = self._journal.registrations.get(urn)
            urn = "" if parent is None else parent.parent
        return found

    def _inherit(self, item: Registration) -> None:
        """Options that a resource takes from its parent unless it says otherwise itself."""
        parent = self._journal.registrations.get(item.parent)
        package = item.type.split(":")[0]
        if parent is not None:
            for option in _INHERITED:
                if item.options.get(option) is None:
                    item.options[option] = parent.options.get(option)
            item.providers = {**parent.providers, **item.providers}
            if not item.provider and (item.custom or item.remote):
                item.provider = item.providers.get(package, "")
        if not item.provider and item.custom and package != "pulumi":
            item.provider = self._default_provider(item, package)

    def _default_provider(self, item: Registration, package: str) -> str:
        version = (item.package or {}).get("version", "")
        name = "default" + (f"_{version}".replace(".", "_") if version else "")
        type_ = f"pulumi:providers:{package}"
        urn = urn_of(self._project, self._stack, "", type_, name)
        with self._lock:
            if urn not in self._journal.registrations:
                prefix = package + ":"
                settings = {
                    key[len(prefix) :]: Secret(text) if key in self._secret_keys else text
                    for key, text in self._config.items()
                    if key.startswith(prefix)
                }
                self._journal.registrations[urn] = Registration(
                    urn, type_, name, custom=True, id="default", inputs=settings, outputs=settings
                )
        return f"{urn}::default"

    def _answer(self, item: Registration) -> None:
        item.inputs = self._oracle.check(item)
        item.id, item.outputs = self._oracle.create(item)
        self._hide(item, item.options["additionalSecretOutputs"])

    def _hide(self, item: Registration, names: Any) -> None:
        for name in names:
            if name in item.outputs and not isinstance(item.outputs[name], Secret):
                item.outputs[name] = Secret(item.outputs[name])

    def _is_new(self, urn: str) -> bool:
        item = self._journal.registrations.get(urn)
        return item is not None and item.custom and not item.read
