"""The table from azurerm to ARM: complete, and right where it counts."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from hubwarden_policies.data import load
from hubwarden_policies.gates.program.graph.tokens import canonical
from hubwarden_policies.gates.terraform.azurerm import (
    azurerm_to_arm,
    entry_of,
    equivalent,
    standing,
)
from hubwarden_policies.model import INEXPRESSIBLE, UNKNOWN, Secret

TABLE: dict[str, Any] = load("azurerm.json")
SCHEMA: dict[str, Any] = json.loads((Path(__file__).parent / "azurerm_schema.json").read_bytes())
TYPES = sorted(TABLE["types"])
LISTED = sorted(set(SCHEMA) - {"legend"})
# The table of ARM's types has no properties of it: azure-native calls its one entry `policy`.
UNLISTED = ("azurerm_key_vault_access_policy",)


def mapped(table: dict[str, Any], above: str = "") -> set[str]:
    """The attributes that the table maps, blocks with what is in them."""
    found = set()
    for name, how in table.items():
        found.add(above + name)
        if isinstance(how, dict):
            found |= mapped(how.get("one") or how["each"], f"{above}{name}.")
    return found


def ignored(entry: dict[str, Any]) -> set[str]:
    naming = {entry.get("by", ""), *entry.get("parent", ())[1:]}
    return naming | {name for names in entry.get("ignored", {}).values() for name in names}


@pytest.mark.parametrize("type_", LISTED)
def test_every_attribute_is_mapped_or_left_out_for_a_reason(type_: str) -> None:
    entry = TABLE["types"][type_]
    left_out = ignored(entry)
    lost = {
        path
        for path in SCHEMA[type_]
        if path not in mapped(entry["attributes"])
        and not any(path == one or path.startswith(f"{one}.") for one in left_out)
    }
    assert lost == set()


@pytest.mark.parametrize("type_", LISTED)
def test_the_table_has_no_attribute_that_no_version_has(type_: str) -> None:
    entry = TABLE["types"][type_]
    said = mapped(entry["attributes"]) | (ignored(entry) - {""})
    assert said - set(SCHEMA[type_]) == set()


def test_only_what_is_asked_for_its_presence_has_no_list() -> None:
    presence = {t for t, entry in TABLE["types"].items() if "*" in ignored(entry)}
    assert set(TYPES) - set(LISTED) == presence


@pytest.mark.parametrize("type_", TYPES)
def test_types_are_ours_and_pieces_belong_to_one(type_: str) -> None:
    entry = entry_of(type_)
    if "part_of" in entry:
        assert standing(type_) == "part"
        assert "arm" in entry_of(entry["part_of"])
    else:
        assert standing(type_) == "whole"
        assert canonical(entry["arm"]) == entry["arm"]
    for child in entry.get("children", {}).values():
        assert canonical(child) == child


def arm_paths(table: dict[str, Any], above: tuple[str, ...] = ("",)) -> set[tuple[str, ...]]:
    """The ARM paths that the table fills; several where the kind of a block decides."""
    found: set[tuple[str, ...]] = set()
    for how in table.values():
        if isinstance(how, str):
            path = how.partition(" ")[0]
            top = path.startswith("/")
            found.add((path[1:],) if top else tuple(one + path for one in above))
            continue
        ends = [how["to"]] if isinstance(how["to"], str) else how["to"].values()
        item = "[]." if "each" in how else "."
        below = tuple(one + end + item for one in above for end in ends)
        found |= arm_paths(how.get("one") or how["each"], below)
    return found


def known(arm_type: str) -> set[str]:
    entry = load("arm-types.json")["types"][arm_type]
    tables = (entry["properties"], *entry.get("only_in", {}).values())
    return {path for table in tables for path in table}


# Where ARM's own list differs: names, and keys that people choose.
FREE = ("name", "location", "tags", "scope", "kind", "identity", "sku", "zones")


@pytest.mark.parametrize("type_", [one for one in TYPES if one not in UNLISTED])
def test_the_paths_are_arms(type_: str) -> None:
    entry = entry_of(type_)
    arm_type = entry.get("arm") or entry_of(entry["part_of"])["arm"]
    above = f"{entry['into']}[]." if "into" in entry else ""
    listed = {path.lower() for path in known(arm_type)}
    wrong = {
        paths
        for paths in arm_paths(entry["attributes"], (above,))
        if listed.isdisjoint({path.lower() for path in paths} | {_keyed(path) for path in paths})
        and paths[0].split(".")[0] not in FREE
        and paths[0].split(".")[0] not in entry.get("children", {})
    }
    assert wrong == set()


def _keyed(path: str) -> str:
    """The path with `*` for the keys that people choose."""
    return re.sub(r"endpoints\.(\$default|events|filenotifications)\b", "endpoints.*", path.lower())


def body(type_: str, **attributes: Any) -> Any:
    return azurerm_to_arm(type_, attributes).body


@pytest.mark.parametrize(("said", "sent"), [(True, False), (False, True), (UNKNOWN, UNKNOWN)])
def test_a_switch_that_is_the_other_way_round(said: object, sent: object) -> None:
    found = body("azurerm_iothub", local_authentication_enabled=said)["properties"]
    assert found["disableLocalAuth"] is sent


@pytest.mark.parametrize(("said", "sent"), [("true", False), ("false", True)])
def test_a_switch_that_is_a_text_is_turned_round_too(said: str, sent: bool) -> None:
    found = body("azurerm_iothub", local_authentication_enabled=said)["properties"]
    assert found["disableLocalAuth"] is sent
    found = body("azurerm_iothub", public_network_access_enabled=said)["properties"]
    assert found["publicNetworkAccess"] == ("Disabled" if sent else "Enabled")


def test_a_switch_of_a_wrong_kind_is_no_answer() -> None:
    found = body("azurerm_iothub", local_authentication_enabled="perhaps")["properties"]
    assert found["disableLocalAuth"] == "perhaps"


def test_what_the_provider_has_no_word_for() -> None:
    found = body("azurerm_iothub", name="plant")["properties"]
    assert found["disableDeviceSAS"] is INEXPRESSIBLE
    assert "disableLocalAuth" not in found


def test_endpoints_are_sorted_by_their_type() -> None:
    endpoints = [
        {"type": "AzureIotHub.EventHub", "name": "a", "connection_string": Secret("x")},
        {"type": "AzureIotHub.StorageContainer", "name": "b", "authentication_type": "keyBased"},
        {"type": "AzureIotHub.EventHub", "name": "c"},
    ]
    mapped_ = azurerm_to_arm("azurerm_iothub", {"endpoint": endpoints})
    sent = mapped_.body["properties"]["routing"]["endpoints"]
    assert [one["name"] for one in sent["eventHubs"]] == ["a", "c"]
    assert sent["storageContainers"] == [{"name": "b", "authenticationType": "keyBased"}]
    path = "properties.routing.endpoints.eventHubs[1].name"
    assert mapped_.origins[path] == ("endpoint", 2, "name")
    assert mapped_.unmapped == ()


def test_an_endpoint_of_a_type_that_is_not_known_hides_none() -> None:
    sent = body("azurerm_iothub", endpoint=[{"type": UNKNOWN, "name": "a"}])
    assert sent["properties"]["routing"]["endpoints"]["eventHubs"] is UNKNOWN


def test_rights_are_words() -> None:
    flags = {"registry_read": True, "registry_write": False, "service_connect": True}
    part = azurerm_to_arm("azurerm_iothub_shared_access_policy", {"name": "s", **flags}).part
    assert part == {"keyName": "s", "rights": "RegistryRead, ServiceConnect"}
    flags["registry_write"] = UNKNOWN  # type: ignore[assignment]
    part = azurerm_to_arm("azurerm_iothub_shared_access_policy", {"name": "s", **flags}).part
    assert part["rights"] is UNKNOWN


def test_a_block_may_be_an_object_as_pulumi_has_it() -> None:
    as_list = body("azurerm_iothub", identity=[{"type": "SystemAssigned"}])
    as_object = body("azurerm_iothub", identity={"type": "SystemAssigned"})
    assert as_list["identity"] == as_object["identity"] == {"type": "SystemAssigned"}


def test_a_secret_block_has_secret_leaves() -> None:
    upload = Secret([{"connection_string": "x", "container_name": "files"}])
    sent = body("azurerm_iothub", file_upload=upload)["properties"]["storageEndpoints"]["$default"]
    assert all(isinstance(value, Secret) for value in sent.values())


def test_an_expiry_is_seconds() -> None:
    sent = body("azurerm_key_vault_secret", expiration_date="2027-01-01T00:00:00Z")
    assert sent["properties"]["attributes"] == {"exp": 1798761600}
    sent = body("azurerm_key_vault_secret", expiration_date="next year")
    assert sent["properties"]["attributes"] == {"exp": "next year"}


def test_a_value_that_is_only_written_is_secret_and_unknown() -> None:
    sent = body("azurerm_key_vault_secret", value=None, value_wo_version=3)
    assert sent["properties"]["value"] == Secret(UNKNOWN)


def test_the_old_and_the_new_spelling() -> None:
    old = body("azurerm_storage_account", enable_https_traffic_only=False)
    new = body("azurerm_storage_account", https_traffic_only_enabled=False)
    assert old == new
    assert new["properties"]["supportsHttpsTrafficOnly"] is False
    old = body("azurerm_monitor_diagnostic_setting", log=[{"category": "X", "enabled": True}])
    new = body("azurerm_monitor_diagnostic_setting", enabled_log=[{"category": "X"}])
    assert old == new


@pytest.mark.parametrize("old", [True, False])
def test_two_spellings_that_say_the_contrary_decide_nothing(old: bool) -> None:
    said = {"enable_rbac_authorization": old, "rbac_authorization_enabled": not old}
    for spelled in (said, dict(reversed(said.items()))):
        found = body("azurerm_key_vault", **spelled)["properties"]
        assert found["enableRbacAuthorization"] is UNKNOWN
    same = dict.fromkeys(said, old)
    assert body("azurerm_key_vault", **same)["properties"]["enableRbacAuthorization"] is old


def test_what_the_provider_sends_where_nobody_says_anything_else() -> None:
    silent = body("azurerm_storage_account", name="logs")["properties"]
    assert silent["allowBlobPublicAccess"] is True
    assert silent["minimumTlsVersion"] == "TLS1_2"
    said = body("azurerm_storage_account", allow_nested_items_to_be_public=UNKNOWN)["properties"]
    assert said["allowBlobPublicAccess"] is UNKNOWN
    (metric,) = body("azurerm_monitor_diagnostic_setting", metric=[{"category": "All"}])[
        "properties"
    ]["metrics"]
    assert metric["enabled"] is True


def test_an_attribute_that_the_table_lacks_is_named() -> None:
    found = azurerm_to_arm("azurerm_iothub", {"name": "a", "sas_enabled": True, "sku": []})
    assert found.unmapped == ("sas_enabled",)
    found = azurerm_to_arm("azurerm_iothub", {"file_upload": [{"anonymous": True}]})
    assert found.unmapped == ("file_upload.anonymous",)


@pytest.mark.parametrize(
    ("type_", "expected"),
    [
        ("azurerm_iothub_device_update_account", "Microsoft.DeviceUpdate/accounts"),
        ("azurerm_key_vault_certificate", "Microsoft.KeyVault/vaults"),
        ("azurerm_eventhub", "Microsoft.EventHub/namespaces/eventhubs"),
        ("azurerm_virtual_machine", None),
        ("aws_iot_thing", None),
    ],
)
def test_what_else_deploys_types_of_ours(type_: str, expected: str | None) -> None:
    assert equivalent(type_) == expected
    assert standing(type_) == ("uncovered" if expected else "other")
