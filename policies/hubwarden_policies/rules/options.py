"""Pulumi's options of a resource: what they protect, what they hide, what they leave to chance."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar, Final

from hubwarden_policies.model import Stack
from hubwarden_policies.rule import HIGH, MEDIUM, Inexpressible, Verdicts, each, rule
from hubwarden_policies.views import ResourceView
from hubwarden_policies.views.dps import Dps
from hubwarden_policies.views.given_keys import HubOrDps
from hubwarden_policies.views.hub import IotHub
from hubwarden_policies.views.key_vault import Vault
from hubwarden_policies.views.locks import Locks
from hubwarden_policies.views.security_properties import SECURITY
from hubwarden_policies.views.storage_account import StorageAccount
from hubwarden_policies.views.subjects import subject
from hubwarden_policies.views.workspace import Workspace

if TYPE_CHECKING:
    from hubwarden_policies.model import Resource

# What cannot be made again: the registry of the fleet, its secrets, its data, its log.
STATEFUL: Final = (
    *IotHub.arm_types,
    *Dps.arm_types,
    *Vault.arm_types,
    *StorageAccount.arm_types,
    *Workspace.arm_types,
)


@rule(
    "Nothing keeps what cannot be made again from being deleted",
    severity=HIGH,
    practices=("B1",),
    fix=(
        "Give the resource `opts=pulumi.ResourceOptions(protect=True)`, or lock it (or its "
        "resource group) with a `ManagementLockByScope` of the level `CanNotDelete`. Neither "
        "replaces anything. A stack that is meant to go turns the rule off in its "
        "stacks/policy.STACK.json."
    ),
    covers=("stateful-protected",),
    maps={"MCSB v1": ("DP-8", "BR-2")},
    reads=STATEFUL,
    no_unknown="what the resource itself says is never read, only its options and locks",
)
def stateful_unprotected(stack: Stack) -> Verdicts:
    """
    A hub takes its device registry with it when it is deleted, a DPS its enrolments, a vault, an
    account and a workspace what is in them. One renamed resource in a pull request is enough:
    Pulumi and Terraform delete the old one.

    Any of these will do: Pulumi's `protect`, also inherited from a component; `retain_on_delete`;
    a lock of Azure (`CanNotDelete` or `ReadOnly`) on the resource, on its resource group, or on
    the subscription.

    Bad::

        iothub.IotHubResource("telemetry", resource_group_name=rg.name, sku=sku)  # flagged

    Good::

        iothub.IotHubResource(
            "telemetry",
            resource_group_name=rg.name,
            sku=sku,
            opts=pulumi.ResourceOptions(protect=True),
        )
    """
    locks = stack.once(Locks)

    def judge(resource: Resource) -> Verdicts:
        options = resource.options
        if options.protect or options.retain_on_delete or locks.hold(resource):
            return
        if not options.shown:
            raise Inexpressible("options.protect")
        message = "it has neither protect nor retain_on_delete, and no lock of this stack is on it"
        yield ResourceView(resource).violation("", message)

    yield from each(stack.of_type(*STATEFUL), judge, subject)


class Guarded(ResourceView):
    """A resource with properties that decide about security."""

    arm_types: ClassVar[tuple[str, ...]] = tuple(SECURITY)


@rule(
    "Changes of a security property are ignored",
    severity=HIGH,
    practices=("D1", "O3"),
    fix=(
        "Take the property out of `ignore_changes`, look at `pulumi preview`, and waive what has "
        "to stay as it is: a waiver has a reason, an owner and an end. The preview tells whether "
        "Azure changes the resource in place."
    ),
    covers=("no-ignore-changes-on-security",),
    maps={"MCSB v1": ("PV-2",)},
    no_unknown="the options of a resource are known in every run",
)
def security_change_ignored(guarded: Guarded) -> Verdicts:
    """
    With `ignore_changes` Pulumi leaves in Azure what is there, whatever the program says. The
    program looks safe, every check of it passes, and the hub stays open: a waiver that nobody
    signed and that never ends.

    A path that names a security property is a finding, and so is one above it (`properties`, `*`)
    or below it. Tags and the like may be ignored.

    Bad::

        iothub.IotHubResource(  # flagged
            "telemetry",
            resource_group_name=rg.name,
            sku=sku,
            opts=pulumi.ResourceOptions(ignore_changes=["properties.disableLocalAuth"]),
        )

    Good::

        iothub.IotHubResource(
            "telemetry",
            resource_group_name=rg.name,
            sku=sku,
            opts=pulumi.ResourceOptions(ignore_changes=["tags"]),
        )
    """
    resource = guarded.resource
    for ignored in resource.options.ignore_changes:
        hit = [path for path in SECURITY[resource.type] if _meet(ignored, path)]
        if hit:
            others = f" and {len(hit) - 1} more" if len(hit) > 1 else ""
            message = f"what the program says of {hit[0]}{others} does not reach Azure"
            yield guarded.violation(ignored, message)


def _meet(ignored: str, guarded: str) -> bool:
    """Whether one of the two paths is the other, or lies above it."""
    return all(
        left in ("*", right) for left, right in zip(_steps(ignored), _steps(guarded), strict=False)
    )


def _steps(path: str) -> list[str]:
    """The names in a path, in a spelling that Python's and ARM's names share."""
    return [step.replace("_", "").casefold() for step in re.findall(r"[^.\[\]]+", path)]


@rule(
    "Keys of a hub or DPS stand in its outputs",
    severity=MEDIUM,
    practices=("P2",),
    fix=(
        'Add `opts=pulumi.ResourceOptions(additional_secret_outputs=["properties"])`. Nothing else '
        "changes; change the keys if the state was ever shared without encryption."
    ),
    covers=("additional-secret-outputs",),
    maps={"MCSB v1": ("IM-8", "DP-7")},
    no_unknown="the good example names the output, whatever is in it",
)
def keys_in_outputs(given: HubOrDps) -> Verdicts:
    """
    Pulumi encrypts an input that is marked as secret. What Azure answers comes back as an output,
    without the mark, and stands in the state as it is: everyone who can read the state has the
    keys. `additional_secret_outputs` puts the mark there too.

    A hub or DPS that is given no key passes.

    Bad::

        iothub.IotHubResource(  # flagged
            "telemetry",
            resource_group_name=rg.name,
            sku=sku,
            properties={
                "authorization_policies": [
                    {
                        "key_name": "service",
                        "rights": "ServiceConnect",
                        "primary_key": config.require_secret("hubKey"),
                    }
                ]
            },
        )

    Good::

        iothub.IotHubResource(
            "telemetry",
            resource_group_name=rg.name,
            sku=sku,
            properties={
                "authorization_policies": [
                    {
                        "key_name": "service",
                        "rights": "ServiceConnect",
                        "primary_key": config.require_secret("hubKey"),
                    }
                ]
            },
            opts=pulumi.ResourceOptions(additional_secret_outputs=["properties"]),
        )
    """
    options = given.resource.options
    if "properties" not in options.additional_secret_outputs and given.is_given_keys():
        if not options.shown:
            raise Inexpressible("options.additionalSecretOutputs")
        yield given.violation("properties", "its keys stand in the state as they are")
