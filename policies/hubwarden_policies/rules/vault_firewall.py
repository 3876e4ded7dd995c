"""Key vault: whom the firewall lets in."""

from __future__ import annotations

from hubwarden_policies.rule import HIGH, LOW, Verdicts, each, rule
from hubwarden_policies.rules.ip_ranges import too_wide
from hubwarden_policies.team import Team
from hubwarden_policies.views import same
from hubwarden_policies.views.key_vault import Vault, VaultIpRule

_SLEEPS = "; it counts as soon as the public endpoint is opened"


def _is_closed(vault: Vault) -> bool:
    return same(vault.properties.public_network_access, "Disabled")


@rule(
    "Key vault's firewall lets in every address that no rule names",
    severity=HIGH,
    practices=("B2", "P2"),
    fix=(
        'Set `network_acls={"default_action": "Deny", "bypass": "None"}` in `VaultPropertiesArgs`, '
        "with the addresses and subnets that read the secrets. The vault is changed in place; who "
        "is in no rule is cut off at once."
    ),
    covers=("kv-firewall-default-deny",),
    maps={"MCSB v1": ("NS-2",)},
)
def kv_open_firewall(vault: Vault) -> Verdicts:
    """
    A vault without `network_acls` has no firewall: every address of the internet reaches what
    opens everything else. The rules in it mean something only where the default is `Deny`.

    A vault with a closed endpoint needs no firewall. A firewall of it that says `Allow` is low:
    it lets in everybody on the day when somebody opens the endpoint.

    Bad::

        keyvault.Vault(  # flagged
            "keys",
            resource_group_name=rg.name,
            properties={
                "tenant_id": config.require("tenant"),
                "sku": {"family": "A", "name": "standard"},
                "network_acls": {
                    "default_action": "Allow",
                    "bypass": "None",
                    "ip_rules": [{"value": "203.0.113.0/24"}],
                },
            },
        )

    Good::

        keyvault.Vault(
            "keys",
            resource_group_name=rg.name,
            properties={
                "tenant_id": config.require("tenant"),
                "sku": {"family": "A", "name": "standard"},
                "network_acls": {
                    "default_action": "Deny",
                    "bypass": "None",
                    "ip_rules": [{"value": "203.0.113.0/24"}],
                },
            },
        )
    """
    said = vault.properties.network_acls.default_action
    path = "properties.networkAcls.defaultAction"
    if same(said, "Deny"):
        return
    if not _is_closed(vault):
        yield vault.violation(path, "the firewall lets in whoever it does not name")
    elif said is not None:
        message = f"the firewall lets in whoever it does not name{_SLEEPS}"
        yield vault.violation(path, message, severity=LOW)


@rule(
    "Key vault's firewall lets in a wide range of addresses",
    severity=HIGH,
    practices=("B2", "P2"),
    fix=(
        "Name the ranges that you own, each /24 or narrower (`limits.widest_range` in "
        "hubwarden.toml), or reach the vault by a private endpoint. The vault is changed in place; "
        "who is in no range is cut off at once."
    ),
    covers=("kv-ip-rule-not-wide",),
    maps={"MCSB v1": ("NS-2",)},
)
def kv_wide_ip_range(vault: Vault, team: Team) -> Verdicts:
    """
    A firewall is as good as its widest range: `0.0.0.0/0` is none, and neither are its two
    halves, which look like one; both are critical. A whole /16 of a provider's addresses belongs
    to anyone who rents a machine there. Ranges that no packet from the internet has (such as
    10.0.0.0/8) pass. Devices never need the vault, so `devices = "internet"` changes nothing.

    Where the endpoint is closed the firewall is not asked, and a wide range is low.

    Bad::

        keyvault.Vault(  # flagged
            "keys",
            resource_group_name=rg.name,
            properties={
                "tenant_id": config.require("tenant"),
                "sku": {"family": "A", "name": "standard"},
                "network_acls": {
                    "default_action": "Deny",
                    "bypass": "None",
                    "ip_rules": [{"value": "203.0.0.0/16"}],
                },
            },
        )

    Good::

        keyvault.Vault(
            "keys",
            resource_group_name=rg.name,
            properties={
                "tenant_id": config.require("tenant"),
                "sku": {"family": "A", "name": "standard"},
                "network_acls": {
                    "default_action": "Deny",
                    "bypass": "None",
                    "ip_rules": [{"value": "203.0.113.0/24"}],
                },
            },
        )
    """

    def judge(item: VaultIpRule) -> Verdicts:
        path = item.at("value")
        wide = None if item.value is None else too_wide(item.value, path, team.limits)
        if wide is None:
            return
        if _is_closed(vault):
            yield vault.violation(path, f"{wide.message}{_SLEEPS}", severity=LOW)
        else:
            yield vault.violation(path, wide.message, severity=wide.severity)

    yield from each(vault.properties.network_acls.ip_rules, judge)
