"""What a provider would answer, in a preview of a new stack or with everything made up.

azure-native (source read, 3.x): Check adds the automatic name, the location and the API's version.
Create, in a preview, copies inputs to outputs of the same name and knows nothing else. Functions
answer without any mark of secrecy, also those that hand out keys; the SDK adds the mark where an
argument was secret. Other providers' resources get the same answers from their SDK's types.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ..values import UNKNOWN, Secret, Unknown, plain, to_json
from . import credentials, previewed, references, shapes
from .answers import Answers, Owner
from .identities import Identities, hidden_outputs
from .marks import UNIT

if TYPE_CHECKING:
    from ..sdk.registration import Registration
    from .marks import Marks

_NAMES_OF_KEYS = ("keyName", "authorizationRuleName", "policyName", "userName")


def make_oracle(
    mode: str, *, marks: Marks, fixtures: dict[str, Any], location: str | None
) -> Oracle:
    """The oracle of one run; `mode` is `preview` or `canary`.

    `fixtures` has, all optional, "resources" (outputs by type token or URN), "invokes" (results by
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
        self._identities = Identities(marks, fixtures.get("armTypes") or {})
        self._outputs: dict[str, Any] = fixtures.get("resources") or {}
        self._results: dict[str, Any] = fixtures.get("invokes") or {}
        self._stacks: dict[str, Any] = fixtures.get("stacks") or {}
        self._answers = Answers(marks, canary=canary)
        self._understood: set[str] = set()

    # Resources.

    def check(self, item: Registration) -> dict[str, Any]:
        """The inputs as the provider's Check leaves them."""
        if item.cls is None or not credentials.is_azure_native(item.type):
            return dict(item.inputs)
        return self._identities.checked(item, self._location, canary=self._canary)

    def create(self, item: Registration) -> tuple[Any, dict[str, Any]]:
        """The id, None where it is not known yet, and the outputs."""
        properties = shapes.of_resource(item.cls, item.type)
        fixture = self._fixture(item)
        given = _merged(item.inputs, {key: v for key, v in fixture.items() if key != "id"})
        if not self._canary:
            return None, {**_others(given, properties), **previewed.unknown(properties, given)}
        owner = self._identities.of_resource(item, properties)
        outputs = self._answers.made(owner, properties, given)
        id_ = fixture.get("id") or owner.facts.get("id")
        return id_, self._protected(item, _others(given, properties), outputs)

    def read(self, item: Registration, id_: str) -> dict[str, Any]:
        """The outputs of a resource that is there already."""
        if item.type == references.TOKEN:
            return self._referenced(item, id_)
        properties = shapes.of_resource(item.cls, item.type)
        known = {"name": id_.rpartition("/")[2]} if id_.startswith("/subscriptions/") else {}
        given = _merged({**known, **item.inputs}, self._fixture(item))
        if not self._canary:
            return {**_others(given, properties), **previewed.unknown(properties, given)}
        facts = {**known, "id": id_}
        owner = Owner(item.urn, item.type, facts, hidden=hidden_outputs(item))
        outputs = self._answers.made(owner, properties, given)
        return self._protected(item, _others(given, properties), outputs)

    # Functions.

    def invoke(self, token: str, args: dict[str, Any], result_type: Any = None) -> Any:
        """A function's result; None where it cannot be known, because an argument is not."""
        if _any_unknown(args):
            return None
        shape = shapes.of_result(result_type, token)
        if shape.kind != "any":
            self._understood.add(token)
        return self._result(token, args, shape)

    def call(self, token: str, args: dict[str, Any]) -> dict[str, Any]:
        """A method's result: nobody here knows what it would be."""
        return {}

    def fetches_credentials(self, token: str) -> bool:
        """Whether a function hands out credentials: by what it answered, or by what it is.

        Of other packages' functions the name alone decides only where nothing else is known.
        """
        if f"call:{token}" in self._answers.planted:
            return True
        sure = credentials.is_azure_native(token) or token not in self._understood
        return sure and credentials.fetches(token)

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
            facts = {} if fetched else self._identities.of_call(token, plain(args), properties)
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

    # What the user gave for the check.

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
        elif isinstance(value, str) and len(value) >= UNIT and _bears(owner, name):
            self._marks.adopt(value, owner.source, path, "key")

    def _referenced(self, item: Registration, id_: str) -> dict[str, Any]:
        name = plain(item.inputs.get("name")) or id_
        outputs = dict(self._stacks.get(name) or {}) if self._canary else UNKNOWN
        names: Any = [] if self._canary else UNKNOWN
        return {"name": name, "outputs": outputs, "secretOutputNames": names}


def _merged(given: dict[str, Any], fixture: dict[str, Any]) -> dict[str, Any]:
    """The given values with those of a fixture over them, at every depth."""
    both = [name for name in fixture if _is_dict(given.get(name)) and _is_dict(fixture[name])]
    return {**given, **fixture, **{name: _merged(given[name], fixture[name]) for name in both}}


def _is_dict(value: Any) -> bool:
    return isinstance(value, dict)


def _bears(owner: Owner, name: str) -> bool:
    return credentials.bears(owner.token, name, owner.fetched)


def _others(given: dict[str, Any], properties: dict[str, shapes.Shape]) -> dict[str, Any]:
    """Of a type whose outputs nobody knows, all that was given."""
    return {} if properties else dict(given)


def _any_unknown(value: Any) -> bool:
    if isinstance(value, Secret):
        return _any_unknown(value.value)
    if isinstance(value, dict):
        return any(map(_any_unknown, value.values()))
    return any(map(_any_unknown, value)) if isinstance(value, list) else isinstance(value, Unknown)
