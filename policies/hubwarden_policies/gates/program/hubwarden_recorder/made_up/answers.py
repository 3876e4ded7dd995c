"""Values of a shape: what is given is copied, what is not is made up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..values import UNKNOWN, Secret, Unknown
from . import credentials, made
from .credential_forms import credential_text

if TYPE_CHECKING:
    from .marks import Marks
    from .shapes import Shape

_ABSENT = object()
# Objects in objects: Azure's types go deeper than any program reads what it did not write.
_DEEPEST_OPTIONAL, _DEEPEST = 2, 6
# Maps whose keys are Azure's and not the user's.
_KEYS = {
    "eventHubEndpoints": "events",
    "messagingEndpoints": "fileNotifications",
    "storageEndpoints": "$default",
    "functionKeys": "default",
    "systemKeys": "default",
    "listWebAppFunctionKeys": "default",
    "listStaticSiteSecrets": "apiKey",
}
_TWO = ("keys", "passwords", "kubeconfigs")


@dataclass(frozen=True)
class Owner:
    """Whose values are made up: a resource, or one call of a function (`seed`: its arguments).

    `facts` are texts for properties of its own that are known: name, id, type, location.
    `fetched` says that it is a function that hands out credentials, `hidden` are the outputs that
    its provider or the program marks as secret.
    """

    source: str
    token: str
    facts: dict[str, str]
    seed: str = ""
    fetched: bool = False
    policy: str = "owner"
    hidden: tuple[str, ...] = ()

    @property
    def module(self) -> str:
        """`iothub` of `azure-native:iothub:IotHubResource`, in whatever version of the API."""
        return credentials.plain_token(self.token).partition(":")[0]


class Answers:
    """Makes values in one mode. In the canary run flags and numbers are others than in preview."""

    def __init__(self, marks: Marks, *, canary: bool) -> None:
        self._marks, self._canary = marks, canary
        self.planted: set[str] = set()
        """The sources of which some value bears a credential."""

    def made(self, owner: Owner, shapes: dict[str, Shape], given: dict[str, Any]) -> dict[str, Any]:
        """All values of an object of these properties, made up where they are not given."""
        return self._maker(owner).object(shapes, given, "", 0, sure=True)

    def made_value(self, owner: Owner, shape: Shape, name: str) -> Any:
        """One value of this name."""
        value = self._maker(owner).value(shape, None, name, name, 0, sure=True)
        return None if value is _ABSENT else value

    def _maker(self, owner: Owner) -> _Maker:
        return _Maker(self._marks, owner, self.planted, canary=self._canary)


class _Maker:
    def __init__(self, marks: Marks, owner: Owner, planted: set[str], *, canary: bool) -> None:
        self._marks, self._owner, self._planted, self._canary = marks, owner, planted, canary
        self._within: list[type | None] = []

    def object(
        self, properties: dict[str, Shape], given: Any, path: str, depth: int, *, sure: bool
    ) -> dict[str, Any]:
        values = {}
        for name, shape in properties.items():
            place = f"{path}.{name}" if path else name
            value = self.value(shape, given.get(name), name, place, depth, sure=sure)
            if value is not _ABSENT:
                values[name] = value
        return values

    def value(
        self, shape: Shape, given: Any, name: str, path: str, depth: int, *, sure: bool
    ) -> Any:
        """`sure` says that everything around it, up to the whole, is always there."""
        if isinstance(given, Secret):
            return Secret(self.value(shape, given.value, name, path, depth, sure=sure))
        if given is None or isinstance(given, Unknown):
            return self._missing(shape, name, path, depth, sure=sure and not shape.optional)
        if shape.kind == "object" and isinstance(given, dict):
            return self.object(shape.properties, given, path, depth + 1, sure=False)
        if shape.item is not None:
            item = shape.item
            if shape.kind == "list" and isinstance(given, list):
                return [
                    self.value(item, one, name, f"{path}[{index}]", depth, sure=False)
                    for index, one in enumerate(given)
                ]
            if shape.kind == "map" and isinstance(given, (dict, list)):
                pairs = given.items() if isinstance(given, dict) else ((key, None) for key in given)
                return {
                    str(key): self.value(item, one, name, f"{path}.{key}", depth, sure=False)
                    for key, one in pairs
                }
        return given

    def _missing(self, shape: Shape, name: str, path: str, depth: int, *, sure: bool) -> Any:
        if shape.members:
            return shape.members[-1 if self._canary else 0]
        if shape.kind == "string":
            return self._text(name, path, sure=sure)
        if shape.kind == "boolean":
            return self._canary
        if shape.kind in ("integer", "float"):
            number = 2 if self._canary else 1
            return number if shape.kind == "integer" else float(number)
        if shape.kind == "object":
            return self._object(shape, path, depth, sure=sure)
        if shape.item is not None:
            return self._many(shape, shape.item, name, path, depth, sure=sure)
        if self._owner.fetched:
            return {self._marks.token(self._owner.source, path): self._credential(name, path)}
        return _ABSENT if shape.optional else {} if depth else UNKNOWN

    def _object(self, shape: Shape, path: str, depth: int, *, sure: bool) -> Any:
        deepest = _DEEPEST if sure or self._owner.fetched else _DEEPEST_OPTIONAL
        if depth >= deepest or shape.cls in self._within:
            return _ABSENT if shape.optional else {}
        self._within.append(shape.cls)
        try:
            return self.object(shape.properties, {}, path, depth + 1, sure=sure)
        finally:
            self._within.pop()

    def _many(
        self, shape: Shape, item: Shape, name: str, path: str, depth: int, *, sure: bool
    ) -> Any:
        if shape.kind == "list":
            count = 2 if name.lower().endswith(_TWO) else 1
            places = [(f"{path}[{index}]", str(index)) for index in range(count)]
        else:
            function = self._owner.token.rpartition(":")[2]
            key = _KEYS.get(name) or _KEYS.get(function)
            if key is None and self._owner.fetched:
                key = self._marks.token(self._owner.source, path, self._owner.seed)
            places = [] if key is None else [(f"{path}.{key}", key)]
        if shape.kind == "map" and item.kind == "string" and self._owner.fetched:
            # Settings by name, any of which may be a secret.
            return {key: self._credential(name, place) for place, key in places}
        values = [
            (key, self.value(item, None, name, place, depth, sure=sure)) for place, key in places
        ]
        kept = [(key, value) for key, value in values if value is not _ABSENT]
        if not kept and shape.optional:
            return _ABSENT
        return [value for _, value in kept] if shape.kind == "list" else dict(kept)

    def _text(self, name: str, path: str, *, sure: bool) -> Any:
        owner = self._owner
        if path in owner.hidden:
            return self._credential(name, path)
        if credentials.bears(owner.token, name, owner.fetched):
            native = credentials.is_azure_native(owner.token)
            # Azure gives back no key with a resource but where its type always has one.
            return self._credential(name, path) if owner.fetched or sure or not native else _ABSENT
        if path in owner.facts:
            return owner.facts[path]
        return self._harmless(name, path)

    def _credential(self, name: str, path: str) -> str:
        owner = self._owner
        self._planted.add(owner.source)
        mark = self._marks.mark(owner.source, path, "key", owner.seed)
        word = self._marks.token(owner.source, path, owner.seed)[2:]
        text = credential_text(mark, path, module=owner.module, word=word, policy=owner.policy)
        if text != mark:
            self._marks.list_made(text, owner.source, path)
        return text

    def _harmless(self, name: str, path: str) -> str:
        fixed = {"provisioningState": "Succeeded", "location": made.LOCATION}.get(name)
        if fixed is not None:
            return fixed
        owner = self._owner
        shape = made.form("uuid" if owner.token.endswith(":RandomUuid") else path)
        return self._marks.make(
            owner.source, path, lambda word: shape(word, owner.module), owner.seed
        )
