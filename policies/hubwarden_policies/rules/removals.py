"""What an update takes away."""

from __future__ import annotations

from typing import Final

from hubwarden_policies.model import Removal, Stack
from hubwarden_policies.rule import CRITICAL, Subject, Verdicts, Violation, rule

_HELD: Final = {
    "Microsoft.Devices/IotHubs": "its device registry",
    "Microsoft.Devices/provisioningServices": "its enrolments",
    "Microsoft.KeyVault/vaults": "the secrets, keys and certificates in it",
}


@rule(
    "Update deletes what cannot be made again",
    severity=CRITICAL,
    practices=("B1",),
    fix=(
        "Keep it: take the change back that asks for the replacement, or give the resource the "
        "name that it had, with `aliases` where the program moved it. Where it has to go, export "
        "what it holds and bring that into its successor first, then waive this for its address."
    ),
    covers=("no-replace-of-registry",),
    no_unknown="a plan says of every resource whether it goes",
)
def registry_deleted(stack: Stack) -> Verdicts:
    """
    A hub that is replaced is deleted, and its device registry with it: every identity of every
    device, which no deployment brings back. One changed property is enough. A policy pack is not
    told of it; the plan is.

    Bad (preview.json)::

        {"steps": [{"op": "replace",
          "urn": "urn:pulumi:prod::plant::azure-native:iothub:IotHubResource::hub",  # flagged
          "replaceReasons": ["location"],
          "oldState": {
            "urn": "urn:pulumi:prod::plant::azure-native:iothub:IotHubResource::hub",
            "type": "azure-native:iothub:IotHubResource", "custom": true,
            "inputs": {"location": "westeurope"}}}]}

    Good (preview.json)::

        {"steps": [{"op": "update",
          "urn": "urn:pulumi:prod::plant::azure-native:iothub:IotHubResource::hub",
          "oldState": {
            "urn": "urn:pulumi:prod::plant::azure-native:iothub:IotHubResource::hub",
            "type": "azure-native:iothub:IotHubResource", "custom": true,
            "inputs": {"location": "westeurope", "tags": {"owner": "plant"}}}}]}
    """
    for gone in stack.removals:
        if gone.type in _HELD:
            about = Subject(gone.type, gone.name, gone.address, gone.locations)
            yield Violation(about, "", _said(gone))


def _said(gone: Removal) -> str:
    held = _HELD[gone.type]
    if not gone.replaced:
        return f"this deletes it and {held}"
    because = f" (changed: {', '.join(gone.because)})" if gone.because else ""
    return f"this replaces it and deletes {held}{because}"
