"""Microsoft.DeviceUpdate/accounts/instances."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from hubwarden_policies.rule import Undecided
from hubwarden_policies.views import ResourceView, View
from hubwarden_policies.views.targets import HUB, read_target
from hubwarden_policies.views.text import Text

if TYPE_CHECKING:
    from hubwarden_policies.model import Stack


class UpdatedHub(View):
    """A hub whose devices the instance updates."""

    resource_id: Text | None = None


class InstanceProperties(View):
    """What rules read of an instance."""

    iot_hubs: tuple[UpdatedHub, ...] = ()


class DeviceUpdateInstance(ResourceView):
    """A Device Update instance."""

    arm_types: ClassVar[tuple[str, ...]] = ("Microsoft.DeviceUpdate/accounts/instances",)

    properties: InstanceProperties = InstanceProperties({})


def updates(stack: Stack, hub: str) -> bool:
    """Whether a Device Update instance of the stack updates the devices of the hub (its address).

    Raises `Undecided` where none does for certain, but one may.
    """
    doubt: Undecided | None = None
    for resource in stack.of_type(*DeviceUpdateInstance.arm_types):
        try:
            named = DeviceUpdateInstance.of(resource).properties.iot_hubs
            targets = [
                read_target(stack, resource, linked.resource_id)
                for linked in named
                if linked.resource_id is not None
            ]
        except Undecided as gap:
            doubt = Undecided(gap.path, f"which hubs {resource.name} updates")
            continue
        if any(hub in target.addresses for target in targets):
            return True
        if any(target.may_be(HUB) for target in targets):
            doubt = Undecided("properties.iotHubs", f"which hubs {resource.name} updates")
    if doubt is not None:
        raise doubt
    return False
