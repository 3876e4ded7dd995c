"""Key Vault: how long its secrets and keys live."""

from __future__ import annotations

from datetime import date
from typing import Final

from hubwarden_policies.rule import MEDIUM, Verdicts, holds, rule
from hubwarden_policies.team import Team
from hubwarden_policies.views.key_vault import VaultKey, VaultSecret

_EPOCH: Final = date(1970, 1, 1)
_DAY: Final = 24 * 60 * 60


@rule(
    "Key vault secret has no expiry that counts",
    severity=MEDIUM,
    practices=("P2", "O5"),
    fix=(
        'Set `"attributes": {"expires": …}` to a time that is ahead (seconds since 1970), and '
        "change the secret before it. How far ahead it may be is yours to say: `[limits]` "
        "`secret_days` in hubwarden.toml. The secret is changed in place; readers get no value "
        "after that time where they look at the expiry."
    ),
    covers=("kv-secret-expiry",),
    maps={"MCSB v1": ("IM-8", "DP-6")},
)
def kv_secret_without_expiry(secret: VaultSecret, team: Team) -> Verdicts:
    """
    A secret without an end is one that nobody ever changes: what leaked three years ago still
    opens the door. An expiry reminds its owner, and it tells every audit how old a secret can be.
    One that is past, or further ahead than a year, reminds nobody.

    Bad::

        keyvault.Secret(  # flagged
            "hub-key",
            resource_group_name=rg.name,
            vault_name="keys",
            properties={"value": config.require_secret("hubKey")},
        )

    Good::

        keyvault.Secret(
            "hub-key",
            resource_group_name=rg.name,
            vault_name="keys",
            properties={
                "value": config.require_secret("hubKey"),
                "attributes": {"expires": 1798761600},  # 2027-01-01
            },
        )
    """
    attributes = secret.properties.attributes
    wrong = _wrong(attributes.exp, team.today, team.limits.secret_days)
    if wrong:
        yield secret.violation(attributes.at("exp"), f"the secret {wrong}")


@rule(
    "Key vault key has no expiry that counts",
    severity=MEDIUM,
    practices=("P2",),
    fix=(
        'Set `"attributes": {"expires": …}` to a time that is ahead (seconds since 1970). How far '
        "ahead it may be is yours to say: `[limits]` `key_days` in hubwarden.toml. What a "
        "deployment says of a key is fixed when the key is made: Azure leaves an existing one as "
        "it is, so give that its expiry with `az keyvault key set-attributes --expires`."
    ),
    covers=("kv-key-expiry",),
    maps={"MCSB v1": ("DP-6",)},
)
def kv_key_without_expiry(key: VaultKey, team: Team) -> Verdicts:
    """
    What was signed or encrypted with one key for many years is lost with it all at once. An
    expiry forces the change while there is time. The `expiry_time` of a rotation policy is none:
    it is about versions that a rotation makes, and the first version lives for ever.

    Bad::

        keyvault.Key(  # flagged
            "signing",
            resource_group_name=rg.name,
            vault_name="keys",
            properties={"kty": "EC"},
        )

    Good::

        keyvault.Key(
            "signing",
            resource_group_name=rg.name,
            vault_name="keys",
            properties={"kty": "EC", "attributes": {"expires": 1830297600}},  # 2028-01-01
        )
    """
    attributes = key.properties.attributes
    wrong = _wrong(attributes.exp, team.today, team.limits.key_days)
    if wrong:
        yield key.violation(attributes.at("exp"), f"the key {wrong}")


def _wrong(exp: int | None, today: date, longest: int) -> str:
    """What is wrong with an expiry; '' if nothing is."""
    if exp is None:
        return "never expires"
    # Counted in days and never made a date: a program may write any number.
    ahead = exp // _DAY - (today - _EPOCH).days
    if ahead <= 0:
        return "has expired by today"
    return f"expires later than {longest} days from today" if ahead > longest else ""


@rule(
    "Key vault key is never rotated",
    severity=MEDIUM,
    practices=("O5",),
    fix=(
        'Set `"rotation_policy"` with a `lifetime_actions` entry whose action is `rotate`, and let '
        "users of the key ask for its newest version. What a deployment says of a key is fixed "
        "when the key is made: give an existing one its policy with "
        "`az keyvault key rotation-policy update`."
    ),
    covers=("kv-key-rotation-policy",),
    maps={"MCSB v1": ("DP-6",)},
)
def kv_key_without_rotation(key: VaultKey) -> Verdicts:
    """
    A key that people have to change is changed when it has expired, in a hurry. A rotation policy
    makes the next version in time, by itself. A policy that only sends a notice leaves the work
    to people.

    Bad::

        keyvault.Key(  # flagged
            "signing",
            resource_group_name=rg.name,
            vault_name="keys",
            properties={"kty": "EC"},
        )

    Good::

        keyvault.Key(
            "signing",
            resource_group_name=rg.name,
            vault_name="keys",
            properties={
                "kty": "EC",
                "rotation_policy": {
                    "lifetime_actions": [
                        {"action": {"type": "rotate"}, "trigger": {"time_after_create": "P1Y"}}
                    ]
                },
            },
        )
    """
    policy = key.properties.rotation_policy
    if not holds(*(action.rotates for action in policy.lifetime_actions)):
        yield key.violation(policy.at("lifetimeActions"), "no new version is made by itself")
