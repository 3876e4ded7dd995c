"""What Azure knows of a resource by itself: its name, its id, its type, where it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..values import UNKNOWN, plain
from . import arm_ids, credentials, made, shapes
from .answers import Owner

if TYPE_CHECKING:
    from ..sdk.registration import Registration
    from .marks import Marks

_CLIENT = "azure-native:authorization:getClientConfig"


def hidden_outputs(item: Registration) -> tuple[str, ...]:
    """The outputs that are secret because the provider, the SDK or the program says so."""
    asked = item.options.get("additionalSecretOutputs") or ()
    return (*credentials.secret_outputs(item.type), *asked)


class Identities:
    """Gives names and ids. `arm_types` are the ARM types of tokens, where they are known."""

    def __init__(self, marks: Marks, arm_types: dict[str, str]) -> None:
        self._marks, self._arm_types = marks, arm_types
        self._groups: dict[str, Any] = {}

    def checked(self, item: Registration, location: str | None, *, canary: bool) -> dict[str, Any]:
        """The inputs with what azure-native's Check adds to them."""
        inputs = dict(item.inputs)
        known, outputs = shapes.inputs_of(item.cls), shapes.of_resource(item.cls, item.type)
        own = arm_ids.own_name(known, outputs)
        if own is not None and own not in inputs:
            child = any(key not in outputs for key in arm_ids.parents(known, outputs, own))
            inputs[own] = arm_ids.automatic_name(item.urn, item.name, own, child=child)
        if "location" in known and "location" not in inputs:
            found = location or self._location(inputs.get("resourceGroupName"), canary=canary)
            if found is not None:
                inputs["location"] = found
        version = None if item.cls is None else shapes.api_version(item.cls)
        if version is not None and "azureApiVersion" in outputs:
            inputs["azureApiVersion"] = version
        return inputs

    def of_resource(self, item: Registration, outputs: dict[str, shapes.Shape]) -> Owner:
        """The resource, with its id and what it knows of itself, once it is created."""
        hidden = hidden_outputs(item)
        if not item.custom:
            return Owner(item.urn, item.type, {}, hidden=hidden)
        if not credentials.is_azure_native(item.type):
            id_ = self._marks.make(item.urn, "id", f"{item.name}-{{}}".format)
            return Owner(item.urn, item.type, {"id": id_}, hidden=hidden)
        known, inputs = shapes.inputs_of(item.cls), plain(item.inputs)
        own = arm_ids.own_name(known, outputs)
        name = self._name(item, own, inputs, outputs)
        above = arm_ids.parents(known, outputs, own)
        arm_type = self._arm_types.get(item.type) or arm_ids.guessed_type(
            item.type, [key for key in above if key not in outputs]
        )
        id_ = self._id(arm_type, above, inputs, name)
        self._marks.list_made(id_, item.urn, "id")
        if arm_type == arm_ids.GROUP_TYPE:
            self._groups[name] = inputs.get("location")
        facts = {"id": id_, "name": name, "type": arm_type}
        return Owner(item.urn, item.type, facts, hidden=hidden)

    def of_call(
        self, token: str, args: dict[str, Any], properties: dict[str, shapes.Shape]
    ) -> dict[str, str]:
        """What a function that looks a resource up knows of it."""
        if token == _CLIENT:
            return {"subscriptionId": self._subscription()}
        names = [key for key in args if key.endswith("Name") and isinstance(args[key], str)]
        own = next((key for key in reversed(names) if key != "resourceGroupName"), None)
        if own is None or "id" not in properties or not credentials.is_azure_native(token):
            return {}
        module, _, function = token.rpartition(":")
        resource = f"{module}:{function[len('get') :]}"
        above = [key for key in names if key not in (own, "resourceGroupName")]
        arm_type = self._arm_types.get(resource) or arm_ids.guessed_type(resource, above)
        id_ = self._id(arm_type, above, args, args[own])
        self._marks.list_made(id_, f"call:{token}", "id")
        return {"id": id_, "name": args[own], "type": arm_type}

    def _name(
        self, item: Registration, own: str | None, inputs: dict[str, Any], outputs: Any
    ) -> str:
        """What Azure answers as the name: the given one, told apart from its other uses."""
        given = inputs.get(own) if own is not None else None
        if not isinstance(given, str):
            return self._marks.make(item.urn, "name", f"{item.name}-{{}}".format)
        if own in outputs:
            return given
        if arm_ids.is_random(item.urn, item.name, given):
            return self._marks.list_made(given, item.urn, "name")
        between = "" if given.isalnum() else "-"
        return self._marks.make(item.urn, "name", f"{given}{between}hw{{}}".format)

    def _id(self, arm_type: str, above: list[str], inputs: dict[str, Any], name: str) -> str:
        keys = arm_ids.in_order(above, arm_type.split("/")[1:-1])
        group = inputs.get("resourceGroupName")
        return arm_ids.resource_id(
            arm_type,
            [str(inputs.get(key, "default")) if key else "default" for key in keys] + [name],
            subscription=self._subscription(),
            group=group if isinstance(group, str) else None,
            scope=arm_ids.scope_of(inputs),
        )

    def _subscription(self) -> str:
        return self._marks.make(f"call:{_CLIENT}", "subscriptionId", made.guid)

    def _location(self, group: Any, *, canary: bool) -> Any:
        """Where the resource group is, which only Azure knows before it is created."""
        if group is None:
            return None
        if not canary:
            return UNKNOWN
        found = self._groups.get(plain(group)) if isinstance(plain(group), str) else None
        return found if isinstance(found, str) else made.LOCATION
