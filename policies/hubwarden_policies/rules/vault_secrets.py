"""Key Vault: the secrets that a program writes into it."""

from __future__ import annotations

from hubwarden_policies.rule import CRITICAL, HIGH, Undecided, Verdicts, rule
from hubwarden_policies.views.connection_string import OWNERS, read_connection_string
from hubwarden_policies.views.key_vault import VaultSecret

# What may hold a connection string of a hub: config, and what the two services hand out.
_MAY_HOLD = (
    "config:",
    "call:azure-native:iothub",
    "call:azure-native:devices",
    "call:azure-native:deviceprovisioningservices",
)


@rule(
    "Key vault secret is in clear outside the vault",
    severity=CRITICAL,
    practices=("P2", "O5"),
    fix=(
        "Wrap the value: `value=pulumi.Output.secret(…)`, or read it with `config.require_secret`. "
        "Then change the secret itself, for it stood in clear until now. Nothing is replaced."
    ),
    covers=("kv-secret-value-secret",),
    maps={"MCSB v1": ("IM-8",)},
    no_unknown="whether a value is marked as secret is known even where the value is not",
)
def kv_secret_in_clear(secret: VaultSecret) -> Verdicts:
    """
    What goes into a vault is secret, yet neither Azure's types nor Pulumi say so: without a mark
    the value stands readable in the state, in every preview and in every copy of both. What the
    functions that list keys return is not marked either.

    This rule alone reports a plain value at this place, wherever it came from; the rules on
    leaks leave it out.

    Bad::

        keys = iothub.list_iot_hub_resource_keys_for_key_name_output(
            key_name="service", resource_group_name="plant", resource_name="telemetry"
        )
        keyvault.Secret(  # flagged
            "hub-key",
            resource_group_name=rg.name,
            vault_name="keys",
            properties={"value": keys.primary_key},
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
    value = secret.properties.value
    if value is not None and value.shape != "" and not value.secret:
        yield secret.violation(value.path, "the value of a vault's secret is not marked as secret")


@rule(
    "Key vault hands out the owner's key",
    severity=HIGH,
    practices=("P2", "O5"),
    fix=(
        "Declare a policy with only the rights that the reader needs and store its connection "
        "string, or give the reader a managed identity and store nothing. Nothing is replaced."
    ),
    covers=("kv-secret-not-hub-owner",),
    maps={"MCSB v1": ("PA-7",)},
)
def kv_secret_hub_owner(secret: VaultSecret) -> Verdicts:
    """
    Whoever may read this secret owns every device: `iothubowner` and `provisioningserviceowner`
    have every right there is. The vault hides the key well and does nothing about its power.

    The policy's name in the connection string decides. A value from the config, or a key without
    its connection string, does not show whose it is and stays undecided.

    Bad::

        keyvault.Secret(  # flagged
            "hub-connection",
            resource_group_name=rg.name,
            vault_name="keys",
            properties={
                "value": pulumi.Output.concat(
                    "HostName=telemetry.azure-devices.net;",
                    "SharedAccessKeyName=iothubowner;SharedAccessKey=",
                    config.require_secret("hubKey"),
                )
            },
        )

    Good::

        keyvault.Secret(
            "hub-connection",
            resource_group_name=rg.name,
            vault_name="keys",
            properties={
                "value": pulumi.Output.concat(
                    "HostName=telemetry.azure-devices.net;",
                    "SharedAccessKeyName=reader;SharedAccessKey=",
                    config.require_secret("hubKey"),
                )
            },
        )
    """
    value = secret.properties.value
    if value is None:
        return
    found = read_connection_string(value)
    policy = found.policy
    if policy is not None and policy.value.casefold() in OWNERS:
        yield secret.violation(value.path, f"the secret signs in as {policy.value}")
        return
    unknown = value.shape is None and not value.holes
    foreign = not any(hole.source.startswith(_MAY_HOLD) for hole in value.holes)
    if unknown or (policy is None and found.open and not foreign) or (policy and not policy.whole):
        raise Undecided(value.path, f"whose key {value.path} is")
