"""Hub and DPS: whether they are given keys that Azure may answer with."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from hubwarden_policies.rule import Undecided, holds
from hubwarden_policies.views import ResourceView
from hubwarden_policies.views.connection_string import read_connection_string
from hubwarden_policies.views.dps import Dps
from hubwarden_policies.views.hub import IotHub

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hubwarden_policies.views.text import Text


class HubOrDps(ResourceView):
    """A hub or a DPS, as far as they are alike."""

    arm_types: ClassVar[tuple[str, ...]] = (*IotHub.arm_types, *Dps.arm_types)

    def is_given_keys(self) -> bool:
        """Whether any key is among its properties; raises `Undecided` where only one may be."""
        of_dps = self.resource.type in Dps.arm_types
        keys, strings = (_dps if of_dps else _hub)(self)
        return holds(
            lambda: holds(*(lambda key=key: _is_set(key) for key in keys)),
            lambda: holds(*(lambda text=text: _holds_key(text) for text in strings)),
        )


_Given = tuple["Iterator[Text]", "Iterator[Text | None]"]


def _hub(view: HubOrDps) -> _Given:
    """The keys of a hub, and the connection strings that may do without one."""
    said = IotHub.of(view.resource).properties

    def keys() -> Iterator[Text]:
        for policy in said.authorization_policies or ():
            yield from policy.keys()
        for kind in said.routing.endpoints.KINDS:
            for endpoint in getattr(said.routing.endpoints, kind):
                yield from endpoint.keys()

    return keys(), (endpoint.connection_string for endpoint in said.storage_endpoints.values())


def _dps(view: HubOrDps) -> _Given:
    said = Dps.of(view.resource).properties
    keys = (key for policy in said.authorization_policies for key in policy.keys())  # noqa: SIM118 (a view is no dict)
    return keys, (link.connection_string for link in said.iot_hubs)


def _is_set(key: Text) -> bool:
    if key.shape is None and not key.holes and not key.secret:
        raise Undecided(key.path, f"whether {key.path} is set")
    return key.shape != ""


def _holds_key(text: Text | None) -> bool:
    if text is None:
        return False
    found = read_connection_string(text)
    if found.key is not None or "sig=" in (text.shape or ""):
        return True
    if found.open and not text.secret:
        raise Undecided(text.path, f"whether {text.path} holds a key")
    return found.open
