"""What Azure and the provider's Check answer: the recorder's imitation, with a memory."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from hubwarden_recorder.made_up import arm_ids, previewed, shapes
from hubwarden_recorder.made_up.answers import Answers
from hubwarden_recorder.made_up.identities import Identities
from hubwarden_recorder.made_up.marks import Marks
from hubwarden_recorder.made_up.oracle import make_oracle
from hubwarden_recorder.sdk.registration import Registration
from hubwarden_recorder.values import UNKNOWN
from tests.stand_ins.azure_native.resource_manager import ResourceManager
from tests.stand_ins.azure_native.store import Store
from tests.stand_ins.azure_native.telling import Telling

from hubwarden_policies.data import load
from hubwarden_policies.gates.program.graph.tokens import arm_types_by_token, identify

# What cannot be changed later and is no part of a resource's address, but for the location, which
# is fixed everywhere. Source: Azure's REST reference.
_FIXED = {
    "Microsoft.Authorization/roleAssignments": {"principalId", "principalType", "roleDefinitionId"},
    "Microsoft.Network/privateEndpoints": {"subnet"},
    "Microsoft.Storage/storageAccounts": {"enableNfsV3", "immutableStorageWithVersioning"},
}
_KEY = re.compile(r"[A-Za-z0-9+/]{43}=")
_MADE_UP_HOST = re.compile(r"\bhw\w+(?=(?:\.[\w-]+)+\.net\b)")


class Known(Identities):  # type: ignore[misc]  # the recorder is outside of what mypy follows
    """Names and ids as they are: the recorder makes names up that are told from all others."""

    def __init__(
        self, marks: Marks, arm_types: dict[str, str], store: Store, subscription: str | None
    ) -> None:
        super().__init__(marks, arm_types)
        self._store, self._given = store, subscription

    def _subscription(self) -> str:
        return self._given or str(super()._subscription())

    def _name(self, item: Any, own: str | None, inputs: dict[str, Any], outputs: Any) -> str:
        given = inputs.get(own) if own is not None else None
        return given if isinstance(given, str) else super()._name(item, own, inputs, outputs)

    def _location(self, group: Any, *, canary: bool) -> Any:
        if not isinstance(group, str):
            return super()._location(group, canary=canary)
        id_ = arm_ids.resource_id(
            arm_ids.GROUP_TYPE, [group], subscription=self._subscription(), group=None, scope=None
        )
        kept = self._store.get(id_)
        return UNKNOWN if kept is None else kept["inputs"].get("location", UNKNOWN)


class Azure:
    """Azure behind the provider, which keeps what is created in this folder.

    What `arm` has, it keeps there. `location` is the provider's from the configuration.
    """

    def __init__(self, folder: Path, arm: ResourceManager | None = None) -> None:
        self._store = Store(folder)
        self._arm = arm
        self.location: str | None = None
        marks, arm_types = Marks(), arm_types_by_token()
        subscription = arm.subscription_id if arm else None
        self._identities = Known(marks, arm_types, self._store, subscription)
        self._answers = Answers(marks, canary=False)
        self._oracle = make_oracle(
            "preview", marks=marks, fixtures={"armTypes": arm_types}, location=None
        )

    def checked(self, urn: str, inputs: dict[str, Any]) -> dict[str, Any]:
        """The inputs as the provider's Check leaves them."""
        item = _registration(urn, inputs)
        left: dict[str, Any] = self._identities.checked(item, self.location, canary=False)
        return left

    def previewed(self, urn: str, inputs: dict[str, Any]) -> dict[str, Any]:
        """The outputs as far as they are known before the deployment."""
        forms = shapes.of_resource(None, _type(urn))
        return previewed.unknown(forms, inputs) if forms else inputs

    def created(self, urn: str, inputs: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        """The id and the outputs of a resource, which is kept."""
        item = _registration(urn, inputs)
        forms = shapes.of_resource(item.cls, item.type)
        owner = self._identities.of_resource(item, forms)
        telling = Telling.of(item.type, shapes.inputs_of(item.cls), forms)
        id_ = owner.facts["id"]
        if self._arm and self._arm.has(item.type):
            told = self._arm.put(id_, item.type, inputs)
            return id_, {"azureApiVersion": inputs["azureApiVersion"], **_known(told, forms)}
        made = _hosted(self._answers.made(owner, forms, inputs), id_.rpartition("/")[2])
        outputs = telling.object(forms, made, inputs)
        self._store.put(id_, item.type, inputs, outputs or inputs)
        return id_, outputs or inputs

    def kept(
        self, urn: str, id_: str, inputs: dict[str, Any]
    ) -> tuple[dict[str, Any], dict[str, Any]] | None:
        """The inputs and the outputs of a resource; of those of ARM the engine has the inputs."""
        if self._arm and self._arm.keeps(id_):
            told = self._arm.get(id_)
            forms = shapes.of_resource(None, _type(urn))
            return None if told is None else (inputs, _known(told, forms))
        found = self._store.get(id_)
        return None if found is None else (found["inputs"], found["outputs"])

    def deleted(self, id_: str) -> None:
        """Nothing is left of the resource."""
        if self._arm and self._arm.keeps(id_):
            self._arm.delete(id_)
        else:
            self._store.remove(id_)

    def asked(self, token: str, arguments: dict[str, Any]) -> dict[str, Any]:
        """The result of a function; keys are in clear, as azure-native hands them out."""
        if self._arm and (keys := self._arm.keys(token, arguments)) is not None:
            return keys
        result: dict[str, Any] | None = self._oracle.invoke(token, arguments)
        return {name: _signed(value) for name, value in (result or {}).items()}

    def fixed(self, urn: str) -> set[str]:
        """The inputs of which every change replaces the resource."""
        item = _registration(urn, {})
        arm_type = identify(item.type).arm_type or ""
        known, outputs = shapes.inputs_of(item.cls), shapes.of_resource(item.cls, item.type)
        address = load("azure-native.json")["urls"].get(arm_type)
        if address is None:
            own = arm_ids.own_name(known, outputs)
            names = {own, *arm_ids.parents(known, outputs, own)} - {None}
        else:
            names = {*address["names"], address.get("scope"), *address.get("also", ())}
        address_and_place: set[str] = {*names, "resourceGroupName", "location"} & known.keys()
        return address_and_place | _FIXED.get(arm_type, set())


def _signed(value: Any) -> Any:
    """Keys with the signature at its place that the services sign theirs with, and no checksum."""
    if isinstance(value, dict):
        return {key: _signed(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_signed(item) for item in value]
    if not isinstance(value, str):
        return value
    return _KEY.sub(lambda key: f"{key[0][:33]}AIoTA{key[0][38:]}", value)


def _known(told: dict[str, Any], forms: dict[str, Any]) -> dict[str, Any]:
    """Of what ARM answers, what the resource's outputs are."""
    return {name: value for name, value in told.items() if name in forms}


def _hosted(value: Any, name: str) -> Any:
    """The outputs with the resource's own name in its hosts, as Azure has it there."""
    if isinstance(value, dict):
        return {key: _hosted(item, name) for key, item in value.items()}
    if isinstance(value, list):
        return [_hosted(item, name) for item in value]
    return _MADE_UP_HOST.sub(name, value) if isinstance(value, str) else value


def _type(urn: str) -> str:
    return urn.split("::")[2].rpartition("$")[2]


def _registration(urn: str, inputs: dict[str, Any]) -> Any:
    type_ = _type(urn)
    return Registration(
        urn,
        type_,
        urn.split("::", 3)[3],
        custom=True,
        cls=shapes.imported(type_),
        inputs=inputs,
        options={},
    )
