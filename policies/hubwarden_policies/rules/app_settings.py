"""Web and function apps: keys in their settings."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from hubwarden_policies.rule import CRITICAL, MEDIUM, Undecided, Verdicts, each, rule
from hubwarden_policies.views.connection_string import read_connection_string
from hubwarden_policies.views.web import Site

if TYPE_CHECKING:
    from hubwarden_policies.views.text import Text
    from hubwarden_policies.views.web import AppSetting, ConnectionSetting

_REFERENCE: Final = "@microsoft.keyvault("
_LISTED: Final = re.compile(r"call:.*:(?:list\w*Key|get\w*SharedKey)", re.IGNORECASE)


@rule(
    "App setting holds a connection string with a key",
    severity=CRITICAL,
    practices=("O5",),
    fix=(
        "Give the app a managed identity with a role on the service and keep only the host name, "
        "or store the string in a vault and write a reference: "
        '`value="@Microsoft.KeyVault(SecretUri=…)"`. The app restarts; nothing is replaced.'
    ),
    covers=("app-setting-no-connection-string",),
    maps={"MCSB v1": ("IM-3", "IM-8")},
)
def app_setting_connection_string(site: Site) -> Verdicts:
    """
    An app setting is readable for everyone who may configure the app, it stands in the environment
    of every process of the app, and a crash report may carry it away. A key in it opens the hub,
    the event hub or the storage account to all of them.

    Marked as secret, the key is at least not in Pulumi's state: then the finding is of medium
    severity. Without the mark this rule alone reports it; the rules on leaks leave it out.

    Bad::

        keys = iothub.list_iot_hub_resource_keys_for_key_name_output(
            key_name="service", resource_group_name="plant", resource_name="telemetry"
        )
        hub = pulumi.Output.concat(
            "HostName=telemetry.azure-devices.net;SharedAccessKeyName=service;SharedAccessKey=",
            keys.primary_key,
        )
        web.WebApp(  # flagged
            "portal",
            resource_group_name=rg.name,
            site_config={"app_settings": [{"name": "HUB", "value": hub}]},
        )

    Good::

        reference = "@Microsoft.KeyVault(SecretUri=https://plant.vault.azure.net/secrets/hub)"
        web.WebApp(
            "portal",
            resource_group_name=rg.name,
            identity={"type": "SystemAssigned"},
            site_config={"app_settings": [{"name": "HUB", "value": reference}]},
        )
    """
    config = site.properties.site_config

    def judge(value: Text | None, name: str) -> Verdicts:
        if value is None or (value.shape or "").casefold().startswith(_REFERENCE):
            return
        found = read_connection_string(value)
        key = next((hole for hole in value.holes if _LISTED.match(hole.source)), None)
        if found.key is not None or key is not None or "sig=" in (value.shape or ""):
            where = f"the setting {name} holds a key" if name else "a setting holds a key"
            yield site.violation(value.path, where, severity=MEDIUM if value.secret else None)
        elif _hidden(value):
            raise Undecided(value.path, f"whether {value.path} holds a key")

    def judge_setting(setting: AppSetting) -> Verdicts:
        yield from judge(setting.value, _name(setting))

    def judge_connection(setting: ConnectionSetting) -> Verdicts:
        yield from judge(setting.connection_string, _name(setting))

    yield from each(config.app_settings, judge_setting)
    yield from each(config.connection_strings, judge_connection)


def _name(setting: AppSetting | ConnectionSetting) -> str:
    name = setting.text("name")
    return (name.shape or "") if name is not None else ""


def _hidden(value: Text) -> bool:
    """Whether a key may stand in what is not known: outputs of resources are none."""
    unknown = value.shape is None and not value.holes
    configured = any(hole.source.startswith("config:") for hole in value.holes)
    return unknown or (configured and read_connection_string(value).open)
