"""A bad setting gets one sentence that names the key, the stack and the file."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

import pulumi
import pytest
from pulumi.runtime import Settings as Runtime
from pulumi.runtime import config, settings

from hubwarden_infra.access import Role
from hubwarden_infra.settings import Settings

GOOD = {"location": "westeurope", "devices": "private", "protect": "true", "lock": "false"}
SUBNET = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/v/subnets/e"
PRINCIPAL = "6f0a1f4e-3f0e-4d64-9d0c-3c7f5d9b8a11"


@pytest.fixture(autouse=True)
def _in_stack_prod() -> Iterator[None]:
    before = settings.SETTINGS
    settings.configure(Runtime(project="hubwarden", stack="prod"))
    yield
    settings.configure(before)
    config.set_all_config({})


def load(**values: str | None) -> Settings:
    said: Mapping[str, str | None] = {**GOOD, **values}
    config.set_all_config(
        {
            "azure-native:location": "northeurope",
            **{f"hubwarden:{key}": value for key, value in said.items() if value is not None},
        }
    )
    return Settings.load()


def test_values_have_their_types() -> None:
    grant = {
        "on": "hub",
        "role": "IoT Hub Data Reader",
        "principalId": PRINCIPAL,
        "principalType": "Group",
    }
    read = load(retentionDays="365", subnetId=SUBNET, access=json.dumps({"operators": grant}))
    assert (read.protect, read.lock, read.retention_days) == (True, False, 365)
    assert read.access["operators"].role is Role.HUB_DATA_READER
    assert str(read.access["operators"].principal_id) == PRINCIPAL


def test_optional_settings_have_the_safe_value() -> None:
    read = load()
    assert (read.file_upload, read.retention_days, read.subnet_id, read.access) == (
        False,
        90,
        None,
        {},
    )


@pytest.mark.parametrize("key", GOOD)
def test_a_missing_setting(key: str) -> None:
    with pytest.raises(pulumi.RunError) as refused:
        load(**{key: None})
    assert str(refused.value) == (f"Stack prod needs hubwarden:{key} in stacks/Pulumi.prod.yaml.")


@pytest.mark.parametrize(
    ("key", "value", "named"),
    [
        ("devices", "intranet", "devices"),
        ("protect", "perhaps", "protect"),
        ("location", "", "location"),
        ("retentionDays", "30", "retentionDays"),
        ("retentionDays", "long", "retentionDays"),
        ("subnetId", "endpoints", "subnetId"),
        ("access", "[]", "access"),
        ("access", "{not json", "access"),
        ("access", json.dumps({"ops": {"on": "hub"}}), "access.ops.role"),
        ("access", json.dumps({"ops": {"on": "hub", "role": "Owner"}}), "access.ops.role"),
    ],
)
def test_a_wrong_value_is_named_and_not_shown(key: str, value: str, named: str) -> None:
    with pytest.raises(pulumi.RunError) as refused:
        load(**{key: value})
    sentences = str(refused.value).splitlines()
    about = [line for line in sentences if f"hubwarden:{named} in stacks/Pulumi.prod.yaml" in line]
    assert len(about) == 1
    assert about[0].startswith("Stack prod ")
    assert about[0].endswith(".")
    assert value == "" or f"'{value}'" not in about[0]


def test_every_bad_setting_has_a_sentence_of_its_own() -> None:
    with pytest.raises(pulumi.RunError) as refused:
        load(devices=None, lock="perhaps")
    assert len(str(refused.value).splitlines()) == 2


@pytest.mark.parametrize(
    ("wrong", "right"), [("device", "devices"), ("retention_days", "retentionDays")]
)
def test_an_unknown_key_gets_the_nearest_name(wrong: str, right: str) -> None:
    with pytest.raises(pulumi.RunError) as refused:
        load(**{wrong: "private"})
    assert str(refused.value) == (
        f"Stack prod has a key hubwarden:{wrong} in stacks/Pulumi.prod.yaml that nothing reads; "
        f"the nearest is hubwarden:{right}."
    )


def test_an_unknown_key_inside_a_setting_is_named() -> None:
    grant = {
        "on": "hub",
        "role": "IoT Hub Data Reader",
        "principalId": PRINCIPAL,
        "principalType": "Group",
        "scope": "/subscriptions/s",
    }
    with pytest.raises(pulumi.RunError, match=r"hubwarden:access\.ops\.scope .* nothing reads\.$"):
        load(access=json.dumps({"ops": grant}))


def test_files_cannot_be_uploaded_from_the_internet() -> None:
    assert load(fileUpload="true").file_upload
    with pytest.raises(pulumi.RunError, match=r"hubwarden:fileUpload .* devices must be private"):
        load(devices="internet", fileUpload="true")


def test_a_secret_value_is_never_said() -> None:
    planted = "Shared" + "AccessKey=abc"  # planted
    with pytest.raises(pulumi.RunError) as refused:
        load(devices=planted)
    assert planted not in str(refused.value)
