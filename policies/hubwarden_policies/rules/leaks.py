"""Credentials that leave the program in clear, proved by the marks of the canary run."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from hubwarden_policies.model import UNKNOWN, Made, Stack, walk
from hubwarden_policies.rule import CRITICAL, Undecided, Verdicts, Violation, each, rule
from hubwarden_policies.rules.app_settings import app_setting_connection_string
from hubwarden_policies.rules.dps_links import dps_link_in_clear
from hubwarden_policies.rules.flows import leaks
from hubwarden_policies.rules.hub_keys import hub_file_upload_account_key, hub_routing_key
from hubwarden_policies.rules.policy_keys import dps_policy_inline_key, hub_policy_inline_key
from hubwarden_policies.rules.vault_secrets import kv_secret_in_clear
from hubwarden_policies.team import Team
from hubwarden_policies.views.credentials import find_credentials
from hubwarden_policies.views.subjects import stack_subject

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hubwarden_policies.model import Flow
    from hubwarden_policies.rule import Rule

_OUTPUTS: Final = ("output", "component-output", "resource-output")
_NO_CANARY: Final = "where credentials go: no canary run was made (--no-canary)"

# Rules that report a credential at a property themselves, whether it is marked or not.
OWNERS: Final[tuple[Rule, ...]] = (
    kv_secret_in_clear,
    dps_link_in_clear,
    hub_policy_inline_key,
    dps_policy_inline_key,
    hub_routing_key,
    hub_file_upload_account_key,
    app_setting_connection_string,
)


@rule(
    "Output shows a credential",
    severity=CRITICAL,
    practices=("O5", "P2"),
    fix=(
        "Do not export it: give the reader a managed identity, or the id of a vault's secret. If "
        "it must leave, wrap it: `pulumi.export(NAME, pulumi.Output.secret(…))`. Then change the "
        "key, for it was readable."
    ),
    covers=("stack-output-no-key", "secret-not-in-outputs", "listkeys-result-secret"),
    maps={"MCSB v1": ("IM-8",)},
    no_unknown="an unknown value is followed by its mark, and undecided without a canary run",
)
def credential_in_output(stack: Stack) -> Verdicts:
    """
    Outputs are printed at the end of every deployment, stand readable in the state, and every
    stack that refers to this one may read them. What the functions that list keys return is
    not marked as secret; a key, a connection string made of it, or either of them encoded, is as
    readable as anything else. A component's outputs stand in the state too.

    This rule owns all outputs. A digest of a generated key is worth a note only; that of a config
    secret can be guessed.

    Bad::

        keys = iothub.list_iot_hub_resource_keys_for_key_name_output(
            key_name="service", resource_group_name="plant", resource_name="telemetry"
        )
        pulumi.export("hubKey", keys.primary_key)  # flagged

    Good::

        keys = iothub.list_iot_hub_resource_keys_for_key_name_output(
            key_name="service", resource_group_name="plant", resource_name="telemetry"
        )
        pulumi.export("hubKey", pulumi.Output.secret(keys.primary_key))
    """
    proved = [flow for flow in stack.flows or () if flow.sink in _OUTPUTS]
    yield from leaks(stack, proved)
    told = {flow.path for flow in proved if flow.sink == "output"}
    for name, exported in stack.exports.items():
        for path, value, secret in walk(exported, f"outputs.{name}"):
            if not secret and path not in told:
                yield from _exported(stack, name, path, value)


def _exported(stack: Stack, name: str, path: str, value: object) -> Verdicts:
    """What can be said of an output without its mark: a key that is written out in it."""
    if stack.flows is None and (value is UNKNOWN or isinstance(value, Made)):
        yield Undecided(path, _NO_CANARY, stack_subject(stack))
    found = next(find_credentials(value), None) if isinstance(value, str) else None
    if found is not None:
        places = tuple(stack.export_locations.get(name, ()))
        message = f"{found.what} stands in clear in the stack's outputs"
        yield Violation(stack_subject(stack), path, message, locations=places)


@rule(
    "Credential leaves the program in clear",
    severity=CRITICAL,
    practices=("P2", "O5"),
    fix=(
        "Wrap the credential where it is fetched: `pulumi.Output.secret(…)`; never log it, print "
        "it, write it to a file or put it into a name or a tag. Then change the key, for it was "
        "readable."
    ),
    covers=("listkeys-result-secret",),
    maps={"MCSB v1": ("IM-8",)},
    no_unknown="without the canary run the whole rule is undecided, once",
)
def credential_leak(stack: Stack, team: Team) -> Verdicts:
    """
    In the canary run every key that a function or a resource hands out, and every secret of
    the config, is a unique mark. Where a mark comes out again, a credential would: in a property
    that is not secret (and so in the state), a tag, a name, a log, on the screen, in a file, in the
    arguments, the input or the environment of another process; also encoded, sliced, or minted
    into a token. An `Output.unsecret` that takes the mark off before is named with its own line.

    Outputs belong to `credential-in-output`. Properties with a rule of their own (a vault's
    secret, a DPS link, policy keys, routing, file upload, app settings) are left to that rule
    where it speaks.

    Bad::

        keys = iothub.list_iot_hub_resource_keys_for_key_name_output(
            key_name="service", resource_group_name="plant", resource_name="telemetry"
        )
        keys.primary_key.apply(lambda key: pulumi.log.info(f"connecting with {key}"))  # flagged
        storage.StorageAccount(  # flagged
            "uploads",
            resource_group_name=rg.name,
            kind="StorageV2",
            sku={"name": "Standard_LRS"},
            tags={"key": keys.primary_key},
        )

    Good::

        keys = iothub.list_iot_hub_resource_keys_for_key_name_output(
            key_name="service", resource_group_name="plant", resource_name="telemetry"
        )
        keyvault.Secret(
            "hub-key",
            resource_group_name=rg.name,
            vault_name="keys",
            properties={"value": pulumi.Output.secret(keys.primary_key)},
        )
    """
    if stack.flows is None:
        raise Undecided("credentials", _NO_CANARY)
    owned = frozenset(_owned(stack, team))
    yield from leaks(
        stack,
        (
            flow
            for flow in stack.flows
            if flow.sink not in _OUTPUTS
            and (flow.address, flow.path) not in owned
            and not (flow.sink == "unsecret" and _goes_on(stack.flows, flow))
        ),
    )


def _owned(stack: Stack, team: Team) -> Iterator[tuple[str, str]]:
    """The places that a rule on the property itself reports: address and path."""
    leaking = {flow.address for flow in stack.flows or () if flow.sink == "input"}
    for owner in OWNERS if leaking else ():
        if team.level(owner) == "disabled":
            continue
        for resource in stack.of_type(*owner.arm_types):
            if resource.address in leaking:
                # An owner that cannot decide reports nothing, so the leak is told here.
                for said in each([owner.view.of(resource)], partial(_judged, owner, stack, team)):
                    if isinstance(said, Violation):
                        yield said.subject.address, said.path


def _judged(owner: Rule, stack: Stack, team: Team, view: object) -> Verdicts:
    return owner.judge(view, stack, team)


def _goes_on(flows: tuple[Flow, ...], unsecret: Flow) -> bool:
    """Whether the line that takes the mark off also lets the value out, and is told for that.

    The innermost line is compared: the outermost one may be that of a whole component.
    """
    places = {(place.file, place.line) for place in unsecret.locations[-1:]}
    return any(
        flow.origin == unsecret.origin
        and flow.sink != "unsecret"
        and any((place.file, place.line) in places for place in flow.locations[-1:])
        for flow in flows
    )
