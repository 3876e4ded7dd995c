"""The resources of one run, and what the engine itself decides about them.

Source: `pkg/resource/deploy` of Pulumi (source_eval.go: default providers, inheritFromParent).
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from ..values import Secret
from .refusal import Refusal
from .registration import Registration, urn_of

if TYPE_CHECKING:
    from ..journal import Journal

_INHERITED = ("protect", "retainOnDelete", "deletedWith")


class Declared:
    """Keeps the journal's registrations. `settings` are the stack's configuration as texts."""

    def __init__(
        self,
        project: str,
        stack: str,
        settings: dict[str, str],
        secret_keys: list[str],
        journal: Journal,
    ) -> None:
        self._project, self._stack = project, stack
        self._settings, self._secret_keys = settings, frozenset(secret_keys)
        self._items = journal.registrations
        self._lock = threading.RLock()

    def __getitem__(self, urn: str) -> Registration:
        try:
            return self._items[urn]
        except KeyError:
            raise Refusal(f"the program asks for the resource {urn}, which it lacks") from None

    def get(self, urn: str) -> Registration | None:
        """The resource with this URN, if there is one."""
        return self._items.get(urn)

    def urn(self, request: Any) -> str:
        """The URN of what a request is about."""
        return urn_of(self._project, self._stack, request.parent, request.type, request.name)

    def parents(self, urn: str) -> list[str]:
        """This URN and those above it, the nearest first."""
        found = []
        while urn:
            found.append(urn)
            parent = self.get(urn)
            urn = "" if parent is None else parent.parent
        return found

    def is_new(self, urn: str) -> bool:
        """Whether a deployment would make this resource, so that it is not there in a preview."""
        item = self.get(urn)
        return item is not None and item.custom and not item.read

    def add(self, item: Registration) -> None:
        """Take a resource up with what it has of its parent; refuse a second of its name."""
        self._inherit(item)
        with self._lock:
            if item.urn in self._items:
                raise Refusal(
                    f"the program declares two resources of the type {item.type} named "
                    f"{item.name!r}; give each a name of its own"
                )
            self._items[item.urn] = item

    def _inherit(self, item: Registration) -> None:
        """Options that a resource takes from its parent unless it says otherwise itself."""
        parent = self.get(item.parent)
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
        version = item.package["version"] if item.package else item.version
        name = "default" + (f"_{version}".replace(".", "_") if version else "")
        type_ = f"pulumi:providers:{package}"
        urn = urn_of(self._project, self._stack, "", type_, name)
        with self._lock:
            if urn not in self._items:
                settings = self._settings_of(package)
                if version:
                    settings["version"] = version
                self._items[urn] = Registration(
                    urn, type_, name, custom=True, id="default", inputs=settings, outputs=settings
                )
        return f"{urn}::default"

    def _settings_of(self, package: str) -> dict[str, Any]:
        prefix = package + ":"
        return {
            key[len(prefix) :]: Secret(text) if key in self._secret_keys else text
            for key, text in self._settings.items()
            if key.startswith(prefix)
        }
