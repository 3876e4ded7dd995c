"""Plans as `terraform show -json` prints them, made from a short description.

A double of Terraform's output: it writes the keys that the format has (format_version 1.2), and
leaves out providers, prior state, checks and timestamps. What is unknown and sensitive is said with
the words below, and the expressions of the configuration are given as they stand there.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from hubwarden_policies.catalogue import RULES
from hubwarden_policies.evaluate import Judgement, evaluate
from hubwarden_policies.gates.collected import Collected
from hubwarden_policies.gates.terraform.gate import collect
from hubwarden_policies.model import Resource, Stack
from hubwarden_policies.team import Team

UNKNOWN: Final = "(known after apply)"
FILE: Final = "plan.json"
KEY: Final = "cGxhbnRlZHBsYW50ZWRwbGFudGVkcGxhbnRlZGtleSE="  # planted


@dataclass(frozen=True)
class Hidden:
    """A sensitive value."""

    value: Any


@dataclass(frozen=True)
class Block:
    """A resource; `said` are its expressions, made of `values` where they are not given."""

    address: str
    values: Mapping[str, Any]
    said: Mapping[str, Any] | None = None
    actions: tuple[str, ...] = ("create",)
    key: str | int | None = None
    more: Mapping[str, Any] = field(default_factory=dict)

    @property
    def full(self) -> str:
        key = "" if self.key is None else f"[{json.dumps(self.key)}]"
        return self.address + key

    @property
    def labels(self) -> tuple[str, str]:
        type_, name = self.address.split(".")[-2:]
        return type_, name

    @property
    def module(self) -> str:
        return ".".join(self.address.split(".")[:-2])


def said(*references: str) -> dict[str, Any]:
    """An expression that mentions these names, as Terraform lists them."""
    whole = [name.rpartition(".")[0] for name in references if name.count(".") > 1]
    return {"references": [*references, *whole]}


def plan(*blocks: Block, modules: Mapping[str, Any] | None = None, **more: Any) -> bytes:
    """The plan for the root module's blocks; `modules` are its `module_calls`."""
    document = {
        "format_version": "1.2",
        "terraform_version": "1.9.8",
        "planned_values": {
            "outputs": more.pop("outputs", {}),
            "root_module": {"resources": [_planned(block) for block in blocks]},
        },
        "resource_changes": [change(block) for block in blocks],
        "configuration": {
            "root_module": {
                "resources": configured(block for block in blocks if not block.module),
                "module_calls": modules or {},
                **more.pop("root", {}),
            }
        },
        **more,
    }
    return json.dumps(document).encode()


def configured(blocks: Iterable[Block]) -> list[dict[str, Any]]:
    """The blocks as the configuration has them, each once."""
    found = {}
    for block in blocks:
        type_, name = block.labels
        words = block.said if block.said is not None else _constants(block.values)
        found[type_, name] = {
            "address": f"{type_}.{name}",
            "mode": "managed",
            "type": type_,
            "name": name,
            "expressions": words,
            **block.more,
        }
    return list(found.values())


def change(block: Block) -> dict[str, Any]:
    """The entry of `resource_changes`."""
    type_, name = block.labels
    deleted = "delete" in block.actions and "create" not in block.actions
    return {
        "address": block.full,
        **({"module_address": block.module} if block.module else {}),
        "mode": "managed",
        "type": type_,
        "name": name,
        **({} if block.key is None else {"index": block.key}),
        "change": {
            "actions": list(block.actions),
            "before": None,
            "after": None if deleted else _plain(block.values),
            "after_unknown": _marks(block.values, lambda value: value == UNKNOWN),
            "after_sensitive": _marks(block.values, lambda value: isinstance(value, Hidden)),
        },
    }


def _planned(block: Block) -> dict[str, Any]:
    type_, name = block.labels
    return {"address": block.full, "mode": "managed", "type": type_, "name": name,
            "values": _plain(block.values)}  # fmt: skip


def _plain(value: Any) -> Any:
    if isinstance(value, Hidden):
        return _plain(value.value)
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items() if _shown(item)}
    if isinstance(value, list):
        return [_plain(item) if _shown(item) else None for item in value]
    return value


def _shown(value: Any) -> bool:
    return bool((value.value if isinstance(value, Hidden) else value) != UNKNOWN)


def _marks(value: Any, is_it: Any) -> Any:
    if is_it(value):
        return True
    if isinstance(value, Hidden):
        return _marks(value.value, is_it)
    if isinstance(value, dict):
        return {key: mark for key, item in value.items() if (mark := _marks(item, is_it))}
    if isinstance(value, list):
        marks = [_marks(item, is_it) or {} for item in value]
        return marks if any(marks) else []
    return False


def _constants(values: Mapping[str, Any]) -> dict[str, Any]:
    """What nobody has set is no expression: here all that is unknown."""
    return {
        name: [_constants(item) for item in value]
        if isinstance(value, list) and value and isinstance(value[0], dict)
        else {"constant_value": _plain(value)}
        for name, value in values.items()
        if _shown(value)
    }


def stack_of(found: Collected) -> Stack:
    """What was collected without an error."""
    assert found.errors == ()
    assert found.stack is not None
    return found.stack


def read(*blocks: Block, **more: Any) -> Stack:
    """The stack that a plan is, without any error."""
    return stack_of(collect(plan(*blocks, **more), FILE))


def one(*blocks: Block, **more: Any) -> Resource:
    """The only resource of a plan."""
    (resource,) = read(*blocks, **more).resources
    return resource


def judge(stack: Stack) -> Judgement:
    """What all rules say, none of which may raise."""
    judgement = evaluate(RULES, stack, Team(today=date(2026, 11, 24)))
    assert judgement.crashes == ()
    return judgement


def verdicts(stack: Stack) -> set[tuple[str, str, str]]:
    """Rule, status and path of every finding, and of every rule that is not expressible."""
    judgement = judge(stack)
    return {(f.rule.id, f.status, f.path) for f in judgement.findings} | {
        (one.rule, "inexpressible", one.path) for one in judgement.inexpressible
    }


HUB_VALUES: Final[Mapping[str, Any]] = {
    "name": "plant",
    "resource_group_name": "rg",
    "location": "westeurope",
    "sku": [{"name": "S1", "capacity": 1}],
    "local_authentication_enabled": False,
    "public_network_access_enabled": False,
    "min_tls_version": "1.2",
    "identity": [{"type": "SystemAssigned", "identity_ids": None}],
    "event_hub_partition_count": 4,
    "event_hub_retention_in_days": 1,
    "network_rule_set": [],
    "file_upload": [],
    "timeouts": None,
    "tags": None,
    "id": UNKNOWN,
    "endpoint": UNKNOWN,
    "route": UNKNOWN,
    "enrichment": UNKNOWN,
    "fallback_route": [
        {"source": "DeviceMessages", "condition": "true", "endpoint_names": ["events"],
         "enabled": True}
    ],
    "cloud_to_device": UNKNOWN,
    "shared_access_policy": UNKNOWN,
    "hostname": UNKNOWN,
    "type": UNKNOWN,
    "event_hub_events_endpoint": UNKNOWN,
}  # fmt: skip


def hub(name: str = "main", *, key: str | int | None = None, **values: Any) -> Block:
    """An `azurerm_iothub` with hardened switches, as a plan that creates it has it."""
    return Block(f"azurerm_iothub.{name}", {**HUB_VALUES, **values}, key=key)
