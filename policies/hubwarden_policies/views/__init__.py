"""Typed windows on ARM resources.

A view is a lazy, read-only window: nothing is read before a rule asks for it, and an absent key
means what Azure will do. Reading a value that is not known raises `Undecided`, so a rule stays
one `if` and never mistakes "not yet known" for "not set".

    class IotHubProperties(View):
        disable_local_auth: bool = False          # Azure's default, where the key is absent
        min_tls_version: str | None = None
        authorization_policies: tuple[SharedAccessPolicy, ...] = ()

The ARM name is the attribute in camel case; `Annotated[str | None, Key("kind-of")]` says another.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from hubwarden_policies.model import UNKNOWN, Location, Resource, Secret
from hubwarden_policies.rule import Severity, Violation
from hubwarden_policies.views.reading import Key, declared, known
from hubwarden_policies.views.subjects import subject
from hubwarden_policies.views.text import Text, text

__all__ = ["Key", "ResourceView", "View", "same"]


def same(value: str | None, word: str) -> bool:
    """Whether an enum's value is this word, as ARM compares them: whatever the case."""
    return value is not None and value.casefold() == word.casefold()


class View:
    """A window on one JSON object. Subclasses declare the properties that rules read.

    `path` is its ARM path; `secret` says that something around it is marked as secret.
    """

    path: str = ""
    secret: bool = False

    def __init__(self, value: Any, path: str = "", *, secret: bool = False) -> None:
        while isinstance(value, Secret):
            value, secret = value.value, True
        self._data = value
        self.path = path
        self.secret = secret

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        for name, read in declared(cls, View).items():
            setattr(cls, name, read)

    def raw(self, key: str) -> Any:
        """The value as it stands, marks and all; None where the key is absent or null."""
        data = self._data
        return (data if type(data) is dict else known(data, self.path, dict)).get(key)

    def text(self, key: str) -> Text | None:
        """The value as a text, whatever is known of it; None where the key is absent or null.

        What an unknown object holds is unknown too, but no less secret than the object.
        """
        if self.secret and self._data is UNKNOWN:
            return Text(self.at(key), secret=True, shape=None)
        value = self.raw(key)
        return None if value is None else text(value, self.at(key), secret=self.secret)

    def hides(self, key: str) -> bool:
        """Whether the whole of what stands there is marked as secret, known or not."""
        return self.secret or (
            isinstance(self._data, Mapping) and isinstance(self._data.get(key), Secret)
        )

    def at(self, key: str) -> str:
        """The ARM path of a key of this object."""
        return f"{self.path}.{key}" if self.path else key


class ResourceView(View):
    """A window on a whole resource; `arm_types` are the types that it fits."""

    arm_types: ClassVar[tuple[str, ...]]

    def __init__(self, resource: Resource) -> None:
        super().__init__(resource.properties)
        self._resource = resource

    @classmethod
    def of(cls, resource: Resource) -> Any:
        """The window on this resource."""
        return cls(resource)

    @property
    def address(self) -> str:
        """What identifies the resource in its stack."""
        return self._resource.address

    @property
    def resource(self) -> Resource:
        """The resource itself, for what is no property of it: its options, its API's version."""
        return self._resource

    def violation(
        self,
        path: str,
        message: str,
        *,
        severity: Severity | None = None,
        fix: str | None = None,
        related: tuple[tuple[Location, str], ...] = (),
        key: str = "",
    ) -> Violation:
        """Something is wrong at this ARM path of the resource."""
        about = subject(self._resource)
        return Violation(about, path, message, severity, fix, related=related, key=key)
