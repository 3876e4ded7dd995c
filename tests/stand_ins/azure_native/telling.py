"""Of what the recorder makes up, what Azure would answer: what only it knows, no user's setting."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hubwarden_policies.data import load
from hubwarden_policies.gates.program.graph.tokens import identify

# Its value is Azure's, though ARM takes one.
_AZURES_ALL_THE_SAME = {"vaulturi"}


@dataclass(frozen=True)
class Telling:
    """What Azure answers by itself: `by_azure` are the names that only Azure gives a value, in
    lower case; None for a type of which nobody here knows them, where every text is answered.
    """

    by_azure: frozenset[str] | None

    @classmethod
    def of(cls, token: str, inputs: dict[str, bool], outputs: dict[str, Any]) -> Telling:
        """Of a resource type: what ARM calls read-only, and the outputs that are no inputs."""
        entry = load("arm-types.json")["types"].get(identify(token).arm_type, {})
        if "properties" not in entry:
            return cls(None)
        read_only = {
            path.rpartition(".")[2].removesuffix("[]").lower()
            for path, kind in entry["properties"].items()
            if kind.endswith(" <")
        }
        alone = {name.lower() for name in outputs.keys() - inputs.keys()}
        return cls(frozenset(read_only | alone | _AZURES_ALL_THE_SAME))

    def object(self, forms: dict[str, Any], made: dict[str, Any], given: Any) -> dict[str, Any]:
        """An object without what stands for a setting that nobody gave."""
        given = given if isinstance(given, dict) else {}
        values = {
            name: self._value(name, forms[name], value, given.get(name))
            for name, value in made.items()
        }
        return {name: value for name, value in values.items() if value is not None}

    def _value(self, name: str, form: Any, made: Any, given: Any) -> Any:
        if form.kind == "object" and isinstance(made, dict):
            if given is None and name != "properties":
                # An identity, a sub-resource: there is none where none was asked for.
                within = Telling(None) if self._knows(name) else None
                return within and within.object(form.properties, made, None)
            return self.object(form.properties, made, given) or given
        if form.kind == "map" and isinstance(made, dict):
            under = given if isinstance(given, dict) else {}
            # Its keys are Azure's own where nobody gave them.
            of_objects = form.item.kind == "object"
            values = {
                key: self.object(form.item.properties, value, under.get(key))
                if of_objects
                else self._value(name, form.item, value, under.get(key))
                for key, value in made.items()
            }
            return {key: value for key, value in values.items() if value} or given
        if form.kind == "list" and isinstance(made, list) and isinstance(given, list):
            return [self._value(name, form.item, *both) for both in zip(made, given, strict=True)]
        if given is not None:
            return made
        text = form.kind == "string" and not form.members
        return made if text and self._knows(name) else None

    def _knows(self, name: str) -> bool:
        return self.by_azure is None or name.lower() in self.by_azure
