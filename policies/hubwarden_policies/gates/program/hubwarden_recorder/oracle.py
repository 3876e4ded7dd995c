"""What a provider would answer, in a preview of a new stack or with everything made up.

azure-native (source read, 3.x): Check adds the automatic name, the location and the API's version.
Create, in a preview, copies inputs to outputs of the same name and knows nothing else. Functions
answer without any mark of secrecy, also those that hand out keys; the SDK adds the mark where an
argument was secret. Other providers' resources get the same answers from their SDK's types.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from . import arm_ids, credentials, made, references, shapes
from .answers import Answers, Owner
from .marks import UNIT
from .values import UNKNOWN, Secret, Unknown, plain, to_json

if TYPE_CHECKING:
    from .marks import Marks
    from .registration import Registration

_CLIENT = "azure-native:authorization:getClientConfig"
_NAMES_OF_KEYS = ("keyName", "authorizationRuleName", "policyName", "userName")


def make_oracle(
    mode: str, *, marks: Marks, fixtures: dict[str, Any], location: str | None
) -> Oracle:
    """The oracle of one run; `mode` is `preview` or `canary`.

    `fixtures` has, all optional, "outputs" of resources by type token or URN, "calls" (results by
    token), "stacks" (outputs by the referenced stack's name) and "armTypes" (ARM types by token).
    `location` is azure-native's from the configuration.
    """
    return Oracle(marks, fixtures, location, canary=mode == "canary")


class Oracle:
    """Answers for all providers. Safe to use from any thread."""

    def __init__(
        self, marks: Marks, fixtures: dict[str, Any], location: str | None, *, canary: bool
    ) -> None:
        self._marks, self._location, self._canary = marks, location, canary
        self._outputs: dict[str, Any] = fixtures.get("outputs") or {}
        self._results: dict[str, Any] = fixtures.get("calls") or {}
        self._stacks: dict[str, Any] = fixtures.get("stacks") or {}
        self._arm_types: dict[str, str] = fixtures.get("armTypes") or {}
        self._answers = Answers(marks, canary=canary)
        self._groups: dict[str, Any] = {}
        self._handed_out: set[str] = set()

    # Resources.

    def check(self, item: Registration) -> dict[str, Any]:
        """The inputs as the provider's Check leaves them."""
        inputs = dict(item.inputs)
        if item.cls is None or not credentials.is_azure_native(item.type):
            return inputs
        known, outputs = shapes.inputs_of(item.cls), shapes.of_resource(item.cls, item.type)
        own = arm_ids.own_name(known, outputs)
        if own is not None and own not in inputs:
            child = bool(arm_ids.parents(known, outputs, own))
            inputs[own] = arm_ids.automatic_name(item.urn, item.name, own, child=child)
        if "location" in known and "location" not in inputs:
            found = self._location or self._location_of(inputs.get("resourceGroupName"))
            if found is not None:
                inputs["location"] = found
        version = shapes.api_version(item.cls)
        if version is not None and "azureApiVersion" in outputs:
            inputs["azureApiVersion"] = version
        return inputs

    def create(self, item: Registration) -> tuple[Any, dict[str, Any]]:
        """The id, None where it is not known yet, and the outputs."""
        properties = shapes.of_resource(item.cls, item.type)
        given = _merged(item.inputs, self._fixture(item))
        if not self._canary:
            return None, {**_others(given, properties), **self._answers.unknown(properties, given)}
        owner = self._owner(item, properties) if item.custom else Owner(item.urn, item.type, {})
        outputs = self._answers.made(owner, properties, given)
        return owner.facts.get("id"), self._protected(item, _others(given, properties), outputs)

    def read(self, item: Registration, id_: str) -> dict[str, Any]:
        """The outputs of a resource that is there already."""
        if item.type == references.TOKEN:
            return self._referenced(item, id_)
        properties = shapes.of_resource(item.cls, item.type)
        known = {"name": id_.rpartition("/")[2]} if id_.startswith("/subscriptions/") else {}
        given = _merged({**known, **item.inputs}, self._fixture(item))
        if not self._canary:
            return {**_others(given, properties), **self._answers.unknown(properties, given)}
        owner = Owner(item.urn, item.type, {**known, "id": id_})
        outputs = self._answers.made(owner, properties, given)
        return self._protected(item, _others(given, properties), outputs)

    # Functions.

    def invoke(self, token: str, args: dict[str, Any], result_type: Any = None) -> Any:
        """A function's result; None where it cannot be known, because an argument is not."""
        if _any_unknown(args):
            return None
        planted = len(self._marks.marks)
        result = self._result(token, args, shapes.of_result(result_type, token))
        if len(self._marks.marks) > planted:
            self._handed_out.add(token)
        return result

    def call(self, token: str, args: dict[str, Any]) -> dict[str, Any]:
        """A method's result: nobody here knows what it would be."""
        return {}

    def fetches_credentials(self, token: str) -> bool:
        """Whether a function hands out credentials: by what it is, or by what it was given."""
        return token in self._handed_out or credentials.fetches(token)

    def _result(self, token: str, args: dict[str, Any], shape: shapes.Shape) -> Any:
        source, fetched = f"call:{token}", credentials.fetches(token)
        seed = json.dumps(to_json(plain(args)), sort_keys=True, default=str)
        policy = next((args[n] for n in _NAMES_OF_KEYS if isinstance(args.get(n), str)), "owner")
        owner = Owner(source, token, {}, seed, fetched, policy)
        fixture = self._results.get(token) or {}
        if shape.kind == "object":
            properties = shape.properties
            echoed = {
                name: value for name, value in plain(args).items()
                if name in properties and not isinstance(value, (dict, list))
            }  # fmt: skip
            facts = {} if fetched else self._facts(token, plain(args), properties)
            result = self._answers.made(
                Owner(source, token, facts, seed, fetched, policy),
                properties,
                _merged(echoed, fixture),
            )
            result = {**_others(fixture, properties), **result}
        elif fixture:
            result = fixture
        else:
            # A function with one value answers with an object of one property.
            value = self._answers.made_value(owner, shape, "value")
            result = {} if shape.kind == "any" else {"value": value}
        self._adopt(owner, fixture, "")
        return result

    # What they are made of.

    def _owner(self, item: Registration, properties: dict[str, shapes.Shape]) -> Owner:
        if not credentials.is_azure_native(item.type):
            form = f"{item.name}-{{}}".format
            return Owner(item.urn, item.type, {"id": self._marks.make(item.urn, "id", form)})
        known, inputs = shapes.inputs_of(item.cls), plain(item.inputs)
        own = arm_ids.own_name(known, properties)
        name = self._name(item, own, inputs, properties)
        above = arm_ids.parents(known, properties, own)
        arm_type, id_ = self._identity(item.type, own, above, inputs, name)
        self._marks.list_made(id_, item.urn, "id")
        if arm_type == arm_ids.GROUP_TYPE:
            self._groups[name] = inputs.get("location")
        return Owner(item.urn, item.type, {"id": id_, "name": name, "type": arm_type})

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

    def _identity(
        self, token: str, own: str | None, above: list[str], inputs: dict[str, Any], name: str
    ) -> tuple[str, str]:
        arm_type = self._arm_types.get(token) or arm_ids.guessed_type(token, own, above)
        keys = arm_ids.in_order(above, arm_type.split("/")[1:-1])
        group = inputs.get("resourceGroupName")
        return arm_type, arm_ids.resource_id(
            arm_type,
            [str(inputs.get(key, "default")) if key else "default" for key in keys] + [name],
            subscription=self._subscription(),
            group=group if isinstance(group, str) else None,
            scope=arm_ids.scope_of(inputs),
        )

    def _facts(
        self, token: str, args: dict[str, Any], properties: dict[str, shapes.Shape]
    ) -> dict[str, str]:
        """What a function that looks a resource up knows of it."""
        if token == _CLIENT:
            return {"subscriptionId": self._subscription()}
        if not credentials.is_azure_native(token) or "id" not in properties:
            return {}
        names = [n for n in args if n.endswith("Name") and isinstance(args[n], str)]
        own = next((n for n in reversed(names) if n != "resourceGroupName"), None)
        if own is None:
            return {}
        module, _, function = token.rpartition(":")
        resource = f"{module}:{function[len('get') :]}"
        above = [n for n in names if n not in (own, "resourceGroupName")]
        arm_type, id_ = self._identity(resource, own, above, args, args[own])
        self._marks.list_made(id_, f"call:{token}", "id")
        return {"id": id_, "name": args[own], "type": arm_type}

    def _subscription(self) -> str:
        return self._marks.make(f"call:{_CLIENT}", "subscriptionId", made.guid)

    def _location_of(self, group: Any) -> Any:
        if group is None:
            return None
        if not self._canary:
            return UNKNOWN
        found = self._groups.get(plain(group)) if isinstance(plain(group), str) else None
        return found if isinstance(found, str) else made.LOCATION

    def _fixture(self, item: Registration) -> dict[str, Any]:
        return {**(self._outputs.get(item.type) or {}), **(self._outputs.get(item.urn) or {})}

    def _protected(self, item: Registration, *outputs: dict[str, Any]) -> dict[str, Any]:
        """The outputs, those marked as secret that a provider marks by itself."""
        merged = {name: value for part in outputs for name, value in part.items()}
        for name in credentials.secret_outputs(item.type):
            if name in merged and not isinstance(merged[name], Secret):
                merged[name] = Secret(merged[name])
        self._adopt(Owner(item.urn, item.type, {}), self._fixture(item), "")
        return merged

    def _adopt(self, owner: Owner, value: Any, path: str, name: str = "") -> None:
        """Follow the credentials among values that the user gave for the check."""
        if isinstance(value, dict):
            for key, item in value.items():
                self._adopt(owner, item, f"{path}.{key}" if path else key, key)
        elif isinstance(value, list):
            for index, item in enumerate(value):
                self._adopt(owner, item, f"{path}[{index}]", name)
        elif isinstance(value, str) and len(value) >= UNIT:
            if credentials.bears(owner.token, name, owner.fetched):
                self._marks.adopt(value, owner.source, path, "key")

    def _referenced(self, item: Registration, id_: str) -> dict[str, Any]:
        name = plain(item.inputs.get("name")) or id_
        outputs = dict(self._stacks.get(name) or {}) if self._canary else UNKNOWN
        names: Any = [] if self._canary else UNKNOWN
        return {"name": name, "outputs": outputs, "secretOutputNames": names}


def _merged(given: dict[str, Any], fixture: dict[str, Any]) -> dict[str, Any]:
    """The given values with those of a fixture over them, at every depth."""
    merged = dict(given)
    for name, value in fixture.items():
        before = merged.get(name)
        if isinstance(before, dict) and isinstance(value, dict):
            value = _merged(before, value)
        merged[name] = value
    return merged


def _others(given: dict[str, Any], properties: dict[str, shapes.Shape]) -> dict[str, Any]:
    """Of a type whose outputs nobody knows, all that was given."""
    return {} if properties else dict(given)


def _any_unknown(value: Any) -> bool:
    if isinstance(value, Secret):
        return _any_unknown(value.value)
    if isinstance(value, dict):
        return any(map(_any_unknown, value.values()))
    return any(map(_any_unknown, value)) if isinstance(value, list) else isinstance(value, Unknown)
