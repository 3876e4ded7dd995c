"""Templates in few words, and what the whole catalogue says of them."""

from __future__ import annotations

import json
from datetime import date
from typing import Any, Final

from hubwarden_policies.catalogue import RULES
from hubwarden_policies.gates.arm.gate import collect
from hubwarden_policies.gates.judged import judged
from hubwarden_policies.model import Resource, Unseen
from hubwarden_policies.team import Team

SCHEMA = "https://schema.management.azure.com/schemas/2019-04-01/{}eploymentTemplate.json#"
SAFE = {
    "publicNetworkAccess": "Disabled",
    "disableLocalAuth": True,
    "minTlsVersion": "1.2",
}


# The types, and the addresses of what the functions below write.
HUB: Final = "Microsoft.Devices/IotHubs"
HUB_AT: Final = f"{HUB}(telemetry)"
DPS_AT: Final = "Microsoft.Devices/provisioningServices(dps)"
INNER: Final = "Microsoft.Resources/deployments(inner)"


def template(resources: Any, *, level: str = "d", **further: Any) -> dict[str, Any]:
    return {
        "$schema": SCHEMA.format(level),
        "contentVersion": "1.0.0.0",
        **further,
        "resources": resources,
    }


def hub(name: Any = "telemetry", **further: Any) -> dict[str, Any]:
    return {
        "type": "Microsoft.Devices/IotHubs",
        "apiVersion": "2023-06-30",
        "name": name,
        "location": "westeurope",
        "sku": {"name": "S1", "capacity": 1},
        "properties": dict(SAFE),
        **further,
    }


def setting(**further: Any) -> dict[str, Any]:
    return {
        "type": "Microsoft.Insights/diagnosticSettings",
        "apiVersion": "2021-05-01-preview",
        "name": "logs",
        "properties": {
            "workspaceId": "[parameters('workspaceId')]",
            "logs": [{"categoryGroup": "allLogs", "enabled": True}],
        },
        **further,
    }


WORKSPACE = {"workspaceId": {"type": "string"}}


def nested(inner: dict[str, Any], name: str = "inner", **further: Any) -> dict[str, Any]:
    """A deployment whose template sees its own parameters only."""
    given = further.pop("parameters", {})
    return {
        "type": "Microsoft.Resources/deployments",
        "apiVersion": "2022-09-01",
        "name": name,
        **further,
        "properties": {
            "mode": "Incremental",
            "expressionEvaluationOptions": {"scope": "inner"},
            "parameters": {key: {"value": value} for key, value in given.items()},
            "template": inner,
        },
    }


class Seen:
    """What was collected and judged. Findings are (rule, address, path)."""

    def __init__(self, text: Any, parameters: Any = None) -> None:
        raw = text if isinstance(text, str) else json.dumps(text, indent=2)
        given = None if parameters is None else (json.dumps(parameters).encode(), "p.json")
        self.collected = collect(raw.encode(), "main.json", given)
        self.errors = [error.message for error in self.collected.errors]
        self.lines = raw.splitlines()
        examined = judged(
            self.collected, name="main.json", rules=RULES, team=Team(today=date(2026, 11, 24))
        )
        self.findings = examined.judgement.findings if examined.judgement else ()
        assert not examined.judgement or not examined.judgement.crashes

    def said(self, status: str = "open") -> set[tuple[str, str, str]]:
        return {(f.rule.id, f.subject.address, f.path) for f in self.findings if f.status == status}

    def of(self, rule: str, status: str = "open") -> set[str]:
        """The addresses at which a rule speaks."""
        return {address for name, address, _ in self.said(status) if name == rule}

    def line(self, rule: str) -> str:
        """The line that the only finding of a rule points at, from its column on."""
        (found,) = (f for f in self.findings if f.rule.id == rule and f.status == "open")
        place = found.locations[0]
        return self.lines[place.line - 1][(place.column or 1) - 1 :]

    @property
    def resources(self) -> dict[str, Resource]:
        assert self.collected.stack is not None
        return {one.address: one for one in self.collected.stack.resources}

    @property
    def unseen(self) -> tuple[Unseen, ...]:
        assert self.collected.stack is not None
        return self.collected.stack.unseen
