"""The pack between the engine's questions and the lines that it prints."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from hubwarden_policies.catalogue import RULES
from hubwarden_policies.gates.pack.config import configured
from hubwarden_policies.gates.pack.deployment import Deployment
from hubwarden_policies.gates.pack.requests import registration
from hubwarden_policies.gates.pack.said import lines
from hubwarden_policies.gates.program.hubwarden_recorder.made_up.credentials import bears
from hubwarden_policies.model import ConfigValue, Secret, walk
from hubwarden_policies.redact import Redactor
from hubwarden_policies.rules.upkeep import waiver_expired, waiver_too_long

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from hubwarden_policies.evaluate import Status
    from hubwarden_policies.gates.pack.config import Configured
    from hubwarden_policies.gates.pack.deployment import Said
    from hubwarden_policies.gates.pack.project import Given
    from hubwarden_policies.gates.pack.said import Line
    from hubwarden_policies.gates.program.running.recording import Registration
    from hubwarden_policies.rule import Rule
    from hubwarden_policies.team import Team

_LAST_NAME: Final = re.compile(r"[^.\[\]]+")
# What is wrong with a change of the team's files only a check can see.
POLICIES: Final = (*RULES, waiver_expired, waiver_too_long)


@dataclass
class Pack:
    """The rules for one stack, as the engine has configured them."""

    given: Given
    _said: Mapping[str, Configured] = field(default_factory=dict)
    _secrets: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._own = self.given.policy.team(self.given.stack)
        self._deployment = Deployment(self.given, self.team)

    def team(self, rule: Rule) -> Team:
        """What this rule is told."""
        return configured(self._own, rule, self._said.get(rule.id))

    def configure(self, said: Mapping[str, Configured]) -> None:
        """Take over what the engine says of each rule."""
        self._said = said

    def configure_stack(self, config: Mapping[str, str], secret: Collection[str]) -> None:
        """Take over the configuration of the stack, whose secret values the engine decrypts."""
        self._secrets = [config[key] for key in secret if key in config]
        places = self.given.places
        self._deployment.config = {
            key: ConfigValue(Secret(value) if key in secret else _value(value), places.get(key))
            for key, value in config.items()
        }

    def resource(self, request: Any) -> Iterator[Line]:
        """What is to be printed about a resource that is about to be deployed."""
        return self.registered(registration(request))

    def registered(self, asked_for: Registration) -> Iterator[Line]:
        """The same, where the resource has been read already."""
        yield from self._lines(self._deployment.resource(asked_for), [asked_for])

    def whole(self, requests: Iterable[Any]) -> tuple[list[Line], str]:
        """What is to be printed about the stack, and of what passes in one sentence."""
        asked_for = self._deployment.asked_for
        found = [registration(one, asked_for=asked_for(one.urn)) for one in requests]
        said = self._deployment.whole(found)
        return list(self._lines(said, found)), _passed(said)

    def _lines(self, said: Said, known: Iterable[Registration]) -> Iterator[Line]:
        if not said.findings and not said.crashes:
            return
        secrets = [text for one in known for text in _secrets(one)]
        yield from lines(said, Redactor((*self._secrets, *secrets)).text)


def _secrets(resource: Registration) -> Iterator[str]:
    """The texts of a resource that are marked as secret.

    Where a whole output of a resource is marked (`properties` of a hub, say), its names and hosts
    are no secrets, and a message without them would help nobody.
    """
    for _, value, secret in walk(resource.inputs):
        if secret and isinstance(value, str):
            yield value
    for path, value, secret in walk(resource.outputs):
        if secret and isinstance(value, str):
            name = _LAST_NAME.findall(path)[-1]
            if name == path or not resource.custom or bears(resource.type, name):
                yield value


def _value(text: str) -> Any:
    """A value of the configuration; the engine writes a list or a mapping as JSON."""
    if text[:1] not in ("{", "["):
        return text
    try:
        return json.loads(text)
    except ValueError:
        return text


def _passed(said: Said) -> str:
    counts = Counter(finding.status for finding in said.passed)
    words: dict[Status, str] = {"waived": "waived", "baseline": "in the baseline"}
    parts = [f"{counts[status]} {word}" for status, word in words.items() if counts[status]]
    return f"hubwarden lets findings pass: {', '.join(parts)}." if parts else ""
