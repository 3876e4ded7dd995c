"""What is no plan, and plans that somebody has damaged: a sentence each, and never a pass."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest
from tests.policies.gates.terraform.plans import (
    FILE,
    KEY,
    UNKNOWN,
    Block,
    Hidden,
    hub,
    judge,
    plan,
    said,
    verdicts,
)

from hubwarden_policies.gates.terraform.gate import collect

GOOD = plan(hub())
BAD = ("hub-local-auth", "open", "properties.disableLocalAuth")


def edited(**parts: Any) -> bytes:
    return json.dumps({**json.loads(GOOD), **parts}).encode()


def deep(levels: int) -> bytes:
    return edited(extra=json.loads("[" * levels + "]" * levels))


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        (b"", "json"),
        (b"PK\x03\x04rest of a plan file", "binary-plan"),
        (b'{"@level":"info","@message":"Terraform 1.9.8"}\n{"@level":"info"}', "plan-log"),
        (b'resource "azurerm_iothub" "main" {}', "json"),
        (GOOD[: len(GOOD) // 2], "json"),
        (b"[]", "no-plan"),
        (b"null", "no-plan"),
        (b'{"resource_changes": []}', "no-plan"),
        (b'{"version": 4, "lineage": "x", "serial": 3, "resources": []}', "raw-state"),
        (edited(format_version="2.0"), "plan-version"),
        (edited(format_version=1), "plan-version"),
        (edited(format_version="99999999999999999999999999"), "plan-version"),
        (GOOD.replace(b'"1.2"', b'"1.2", "format_version": "1.2"', 1), "json"),
        (edited(extra=float("nan")), "json"),
        (edited(extra=float("-inf")), "json"),
        (GOOD.replace(b'"capacity": 1', b'"capacity": 1' + b"0" * 5000), "json"),
        (edited(extra="\ud800"), "encoding"),
        (b"\xff" + GOOD, "encoding"),
        (deep(200), "json"),
        (b'{"a":' * 100_000, "json"),
        (edited(resource_changes={}), "malformed-plan"),
        (edited(resource_changes=[3]), "malformed-plan"),
        (edited(resource_changes=[{}]), "malformed-plan"),
        (edited(resource_changes=[{"address": "a.b"}]), "malformed-plan"),
        (edited(planned_values=[]), "malformed-plan"),
    ],
)
def test_what_is_no_plan_is_a_sentence(raw: bytes, kind: str) -> None:
    collected = collect(raw, FILE)
    assert collected.stack is None
    (error,) = collected.errors
    assert (error.kind, error.exit_code) == (kind, 4)
    assert error.message.endswith(".")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-8"])
def test_what_a_shell_writes_is_read(encoding: str) -> None:
    text = plan(hub(local_authentication_enabled=True)).decode()
    collected = collect(text.encode(encoding), FILE)
    assert collected.stack is not None
    assert BAD in verdicts(collected.stack)


@pytest.mark.parametrize("actions", [["frobnicate"], [], ["delete", "read"], "create", [{}]])
def test_actions_that_nobody_knows(actions: Any) -> None:
    document = json.loads(GOOD)
    document["resource_changes"][0]["change"]["actions"] = actions
    (error,) = collect(json.dumps(document).encode(), FILE).errors
    assert error.kind == "malformed-plan"


def test_no_resource_is_in_a_plan_twice_but_what_is_deposed() -> None:
    document = json.loads(GOOD)
    first, *_ = document["resource_changes"]
    gone = {**first, "change": {"actions": ["delete"], "before": {"name": "plant"}}}
    document["resource_changes"] = [{**gone, "deposed": "0123abcd"}, first]
    assert collect(json.dumps(document).encode(), FILE).errors == ()
    document["resource_changes"] = [gone, first]
    (error,) = collect(json.dumps(document).encode(), FILE).errors
    assert error.kind == "malformed-plan"
    assert "twice" in error.message


def test_what_is_never_kept_is_no_deployment() -> None:
    document = json.loads(GOOD)
    document["resource_changes"][0]["mode"] = "ephemeral"
    document.pop("planned_values")
    collected = collect(json.dumps(document).encode(), FILE)
    assert collected.stack is not None
    assert collected.stack.resources == ()


def test_only_data_sources_are_read() -> None:
    document = json.loads(GOOD)
    document["resource_changes"][0]["change"]["actions"] = ["read"]
    (error,) = collect(json.dumps(document).encode(), FILE).errors
    assert error.kind == "malformed-plan"
    document["resource_changes"][0]["mode"] = "data"
    collected = collect(json.dumps(document).encode(), FILE)
    assert collected.errors == ()
    assert "reads 1 resource" in collected.notes[0]


@pytest.mark.parametrize("marks", [3, "yes", [{"a": True}], {"name": {"a": True}}])
def test_marks_that_fit_nothing(marks: Any) -> None:
    document = json.loads(GOOD)
    document["resource_changes"][0]["change"]["after_unknown"] = marks
    collected = collect(json.dumps(document).encode(), FILE)
    if collected.stack is None:
        assert collected.errors[0].kind == "malformed-plan"
    else:
        assert judge(collected.stack)


def everything() -> dict[str, Any]:
    """A plan with a bad hub and something of each kind that the gate reads."""
    secret = Hidden(f"HostName=a;SharedAccessKey={KEY}")
    document: dict[str, Any] = json.loads(
        plan(
            hub(
                local_authentication_enabled=True,
                endpoint=[{"type": "AzureIotHub.EventHub", "name": "a",
                           "connection_string": secret}],
                network_rule_set=[{"default_action": "Allow", "ip_rule": []}],
            ),
            Block("azurerm_iothub_shared_access_policy.p",
                  {"name": "p", "iothub_name": "plant", "registry_read": True}),
            Block("azurerm_monitor_diagnostic_setting.d",
                  {"name": "d", "target_resource_id": UNKNOWN, "enabled_log": [{"category": "X"}]},
                  {"target_resource_id": said("azurerm_iothub.main.id")}),
            Block("azapi_resource.v", {"type": "Microsoft.KeyVault/vaults@2023-07-01", "name": "v",
                                       "body": {"properties": {"enableRbacAuthorization": True}}}),
            Block("azurerm_key_vault_secret.s", {"name": "s", "value": secret,
                                                 "expiration_date": "2027-01-01T00:00:00Z"}),
            outputs={"key": {"sensitive": True, "value": KEY}},
            variables={"a": {"value": "b"}},
        )
    )  # fmt: skip
    return document


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a document."""
    below: list[tuple[Any, Any]] = []
    if isinstance(value, dict):
        below = list(value.items())
    elif isinstance(value, list):
        below = list(enumerate(value))
    found = [path] if path else []
    for key, item in below:
        found += places(item, (*path, key))
    return found


def test_a_damaged_plan_is_a_verdict_or_a_sentence_and_never_a_crash() -> None:
    chance = random.Random(20261129)
    document = everything()
    every = places(document)
    odd: list[Any] = [
        None,
        True,
        3,
        -1.5,
        "",
        "x",
        "azurerm_iothub.main",
        [],
        {},
        [[]],
        {"a": []},
        [None],
    ]
    texts: set[str] = set()
    for _ in range(400):
        damaged = json.loads(json.dumps(document))
        for path in chance.choices(every, k=chance.choice([1, 1, 2, 5])):
            holder: Any = damaged
            try:
                for step in path[:-1]:
                    holder = holder[step]
                if chance.random() < 0.3:
                    del holder[path[-1]]
                else:
                    holder[path[-1]] = chance.choice(odd)
            except (KeyError, IndexError, TypeError):
                continue
        collected = collect(json.dumps(damaged).encode(), FILE)
        texts |= {error.message for error in collected.errors}
        if collected.stack is not None:
            judge(collected.stack)
    assert KEY not in repr(texts)
    assert texts


def hub_is_kept(document: dict[str, Any]) -> bool:
    """Whether the bad hub is as it was, in the half of the plan that says what is done."""
    changes = document.get("resource_changes")
    return (
        isinstance(changes, list)
        and json.loads(json.dumps(everything()))["resource_changes"][0] in changes
    )


def test_a_bad_hub_that_is_left_in_a_damaged_plan_never_passes() -> None:
    chance = random.Random(7)
    document = everything()
    every = [
        path for path in places(document)
        if path[:2] != ("resource_changes", 0) and len(path) > 1
    ]  # fmt: skip
    for _ in range(300):
        damaged = json.loads(json.dumps(document))
        path = chance.choice(every)
        holder: Any = damaged
        for step in path[:-1]:
            holder = holder[step]
        if chance.random() < 0.5:
            del holder[path[-1]]
        else:
            holder[path[-1]] = chance.choice([None, [], {}, 1, "x"])
        if not hub_is_kept(damaged):
            continue
        collected = collect(json.dumps(damaged).encode(), FILE)
        found = verdicts(collected.stack) if collected.stack else set()
        assert collected.errors or BAD in found, path


def test_many_resources_are_read_in_a_linear_time() -> None:
    import time

    def seconds(count: int) -> float:
        hubs = [
            Block("azurerm_iothub.main", {**hub().values, "name": f"hub{n}"}, key=n)
            for n in range(count)
        ]
        pieces = [
            Block("azurerm_iothub_route.r", {"name": "r", "iothub_name": f"hub{n}"}, key=n)
            for n in range(count)
        ]
        raw = plan(*hubs, *pieces)
        started = time.process_time()
        collected = collect(raw, FILE)
        assert collected.stack is not None
        assert len(collected.stack.resources) == count
        return time.process_time() - started

    few, many = seconds(100), seconds(800)
    assert many < 20 * few
