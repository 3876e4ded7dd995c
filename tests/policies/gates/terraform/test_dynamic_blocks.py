"""Blocks that a `dynamic` block makes of a list that is not known yet.

The configuration in a plan has no word of `dynamic` (Terraform, `marshalExpressions`), so such a
block is told by what the plan has in its place.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.policies.gates.terraform.plans import (
    FILE,
    HUB_VALUES,
    UNKNOWN,
    Block,
    one,
    plan,
    read,
    said,
    stack_of,
    verdicts,
)

from hubwarden_policies.gates.terraform.gate import collect
from hubwarden_policies.model import UNKNOWN as NOT_KNOWN
from hubwarden_policies.model import Stack

NAMED = {"name": {"constant_value": "main"}}
WIDE = "kv-wide-ip-range"


def of(type_: str, *actions: str, **values: Any) -> Block:
    """A resource that the configuration says nothing of but its name."""
    words = {"actions": actions} if actions else {}
    return Block(f"{type_}.main", {"name": "main", **values}, NAMED, **words)  # type: ignore[arg-type]


def nothing_known(*names: str) -> list[dict[str, str]]:
    return [dict.fromkeys(names, UNKNOWN)]


def updated(block: Block) -> Stack:
    """The plan for a resource that stands already."""
    document = json.loads(plan(block))
    document["resource_changes"][0]["change"]["before"] = {"name": "main"}
    return stack_of(collect(json.dumps(document).encode(), FILE))


def test_one_object_of_which_nothing_is_known_stands_for_any_number() -> None:
    placeholder = nothing_known("name", "type", "connection_string", "authentication_type")
    stack = read(of("azurerm_iothub", endpoint=placeholder))
    assert ("hub-routing-key", "undecided", "properties.routing.endpoints.eventHubs") in verdicts(
        stack
    )
    rights = nothing_known("tenant_id", "object_id", "key_permissions", "secret_permissions")
    vault = one(of("azurerm_key_vault", access_policy=rights))
    assert vault.properties["properties"]["accessPolicies"] is NOT_KNOWN


def test_a_block_of_which_something_is_known_is_that_one_block() -> None:
    route = {"name": UNKNOWN, "enabled": True}
    sent = one(of("azurerm_iothub", route=[route])).properties["properties"]["routing"]
    assert sent["routes"] == [{"name": NOT_KNOWN, "isEnabled": True}]


def test_what_stands_has_all_that_the_provider_chose() -> None:
    unknown = {"network_acls": UNKNOWN, "public_network_access_enabled": True}
    found = verdicts(updated(of("azurerm_key_vault", "update", **unknown)))
    assert ("kv-open-firewall", "undecided", "properties.networkAcls") in found
    hub = updated(of("azurerm_iothub", "update", **{**HUB_VALUES, "name": "main"}))
    assert ("hub-routing-key", "undecided", "properties.routing.endpoints.eventHubs") in verdicts(
        hub
    )


@pytest.mark.parametrize("said_one", ["enable_rbac_authorization", "rbac_authorization_enabled"])
def test_of_two_spellings_that_which_somebody_sets_counts(said_one: str) -> None:
    # The provider still shows what the other one was.
    both = {"enable_rbac_authorization": True, "rbac_authorization_enabled": True, said_one: False}
    words = {**NAMED, said_one: {"constant_value": False}}
    block = Block("azurerm_key_vault.main", {"name": "main", **both}, words, ("update",))
    assert ("kv-access-policies", "open", "properties.enableRbacAuthorization") in verdicts(
        updated(block)
    )


def test_logs_that_were_there_in_old_words_are_no_logs() -> None:
    logs = {"enabled_log": [{"category": "Routes"}], "log": [{"category_group": "allLogs"}]}
    words = {**NAMED, "enabled_log": [{"category": {"constant_value": "Routes"}}]}
    block = Block("azurerm_monitor_diagnostic_setting.main", {"name": "main", **logs}, words)
    (sent,) = updated(block).of_type("Microsoft.Insights/diagnosticSettings")
    assert [log["category"] for log in sent.properties["properties"]["logs"]] == ["Routes"]


def test_what_is_replaced_is_chosen_anew() -> None:
    stack = updated(of("azurerm_iothub", "delete", "create", **{**HUB_VALUES, "name": "main"}))
    assert "hub-routing-key" not in {rule for rule, *_ in verdicts(stack)}


def vault(*relevant: tuple[str, str], version: str = "1.9.8") -> set[tuple[str, str, str]]:
    """What is said of a vault that is created and whose network rules a plan does not show."""
    main = Block("azurerm_key_vault.main", {"name": "main", "network_acls": UNKNOWN, "id": UNKNOWN,
                 "public_network_access_enabled": True}, NAMED)  # fmt: skip
    subnet = Block("azurerm_subnet.main", {"name": "main", "id": UNKNOWN}, NAMED)
    secret = Block("azurerm_key_vault_secret.main", {"name": "main", "id": UNKNOWN},
                   {**NAMED, "key_vault_id": said("azurerm_key_vault.main.id")})  # fmt: skip
    attributes = [{"resource": name, "attribute": [path]} for name, path in relevant]
    told = {"relevant_attributes": attributes} if attributes else {}
    found = verdicts(read(main, subnet, secret, terraform_version=version, **told))
    return {each for each in found if each[0] in (WIDE, "kv-open-firewall")}


OPEN = ("kv-open-firewall", "open", "properties.networkAcls.defaultAction")
UNCLEAR = (WIDE, "undecided", "properties.networkAcls.ipRules")


def test_a_block_that_may_or_may_not_be_there() -> None:
    # What is not there is a finding, and what may be there nobody knows.
    assert vault(("azurerm_subnet.main", "id")) == {OPEN, UNCLEAR}


@pytest.mark.parametrize(
    "source",
    [
        ("azurerm_subnet.main", "name"),
        ("data.azurerm_client_config.current", "tenant_id"),
        # Terraform has no circles.
        ("azurerm_key_vault.main", "id"),
        ("azurerm_key_vault_secret.main", "id"),
    ],
)
def test_what_cannot_make_a_list_unknown_proves_that_nobody_sets_it(
    source: tuple[str, str],
) -> None:
    assert vault(source) == {OPEN}


def test_a_source_that_the_plan_does_not_hold_is_not_known() -> None:
    assert vault(('module.net["a.b"].azurerm_subnet.other[0]', "id")) == {OPEN, UNCLEAR}


def test_a_terraform_that_does_not_tell_proves_nothing() -> None:
    assert vault(version="1.1.9") == {OPEN, UNCLEAR}
    assert vault() == {OPEN}
