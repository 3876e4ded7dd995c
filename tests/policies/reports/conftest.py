"""A report with one of everything, made of the rules themselves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from hubwarden_policies.catalogue import find
from hubwarden_policies.evaluate import Finding, fingerprint
from hubwarden_policies.model import STACK_TYPE, Location
from hubwarden_policies.redact import Redactor
from hubwarden_policies.reports.clean import clean
from hubwarden_policies.reports.problem import Problem
from hubwarden_policies.reports.report import (
    Excerpt,
    Expiry,
    Report,
    Reported,
    Skipped,
    StackReport,
)
from hubwarden_policies.rule import Subject

HUB = Subject(
    "Microsoft.Devices/IotHubs",
    "telemetry",
    "urn:pulumi:dev::plant::azure-native:iothub:IotHubResource::telemetry",
)
PLACE = Location("infra/__main__.py", 12, 5)

Finds = Callable[..., Finding]


@pytest.fixture
def finds() -> Finds:
    """Makes the verdict of a rule; what is not said is as for a hub that accepts keys."""

    def make(rule_id: str = "hub-local-auth", **said: Any) -> Finding:
        rule = find(rule_id)
        assert rule is not None
        values: dict[str, Any] = {
            "rule": rule,
            "status": "open",
            "severity": rule.severity,
            "level": "mandatory",
            "stack": "dev",
            "subject": HUB,
            "path": "properties.disableLocalAuth",
            "message": "shared access keys are accepted",
            "fix": rule.fix,
            "locations": (PLACE,),
            "related": (),
            **said,
        }
        print_ = fingerprint(rule.id, values["subject"].address, values["path"])
        return Finding(fingerprint=print_, **values)

    return make


def stack(name: str = "dev", **said: Any) -> StackReport:
    values: dict[str, Any] = {
        "project": "plant",
        "stack": name,
        "resources": 7,
        "judged": 3,
        "rules": 32,
        "undecided": 0,
        "seconds": 1.23456,
        "isolation": "namespaces",
        **said,
    }
    return StackReport(**values)


@pytest.fixture
def everything(finds: Finds) -> Report:
    """Two stacks that share a finding, one of their own, a gap, an error, something unseen."""
    line = Excerpt('    iothub.IotHubResource("telemetry", sku=sku)', 5, 21)
    shared = [finds(stack=name) for name in ("dev", "prod")]
    export = finds(
        "credential-in-output",
        subject=Subject(STACK_TYPE, "plant-dev", "urn:pulumi:dev::plant::pulumi:pulumi:Stack::x"),
        path="outputs.connection",
        message="primaryKey stands in the clear",
        locations=(Location("infra/__main__.py", 30, 1), Location("infra/parts.py", 4)),
        related=((Location("infra/keys.py", 9, 2), "the key was fetched here"),),
    )
    gap = finds(
        "hub-old-tls",
        status="undecided",
        level="advisory",
        path="properties.minTlsVersion",
        message="not known before deployment: the value of properties.minTlsVersion",
    )
    return Report(
        stacks=(
            stack(undecided=1, other={"random:index/randomId:RandomId": 2}),
            stack("prod", isolation="observed", notes=("public by declaration: as you said",)),
        ),
        findings=(*(Reported(one, "", line) for one in shared), Reported(export), Reported(gap)),
        errors=(
            Problem(
                "plant",
                "test",
                "exception",
                "The program raised KeyError; give it what it asks for.",
                4,
                Location("infra/__main__.py", 3),
                "",
                ('File "infra/__main__.py", line 3, in <module>\n  x["x"]', "KeyError: 'x'"),
            ),
        ),
        skipped=(Skipped("command:local:Command build", "it runs a command", "dev", PLACE),),
    )


# What a stranger may write into a program, to be obeyed by whatever shows a report of it.
HOSTILE = (
    "a\n::error::b\r\n  ::add-mask::c ##vso[task.setvariable variable=d]e ##[group]f\x1b[31m\x00"
    "\u202e]]><script>alert(1)</script>&amp;|g `h` **i** [j](https://evil.example) ![k](l) @m ;%0A"
)


@pytest.fixture
def hostile(finds: Finds) -> Report:
    """A report whose every text is a stranger's, as it comes out of the redactor."""
    place = Location(f"{HOSTILE}.py", 3, 1)
    finding = finds(
        subject=Subject("Microsoft.Devices/IotHubs", HOSTILE, HOSTILE),
        stack=HOSTILE,
        path=HOSTILE,
        message=HOSTILE,
        fix=HOSTILE,
        locations=(place, place),
        related=((place, HOSTILE),),
    )
    others = (
        replace(finding, level="advisory"),
        replace(finding, status="undecided", level="advisory"),
        replace(finding, status="waived", justification=HOSTILE),
        replace(finding, status="baseline", justification=HOSTILE),
    )
    return clean(
        Report(
            stacks=(stack(HOSTILE, project=HOSTILE, notes=(HOSTILE,), folder=HOSTILE),),
            findings=tuple(Reported(one, HOSTILE) for one in (finding, *others)),
            errors=(
                Problem(HOSTILE, HOSTILE, "exception", HOSTILE, 4, place, HOSTILE, (HOSTILE,)),
            ),
            skipped=(Skipped(HOSTILE, HOSTILE, HOSTILE, place),),
        ),
        Redactor(),
    )


@pytest.fixture
def settled(finds: Finds) -> Report:
    """One finding of every status, and one that only advises."""
    gap = finds("hub-old-tls", status="undecided", level="advisory", message="not known yet")
    return Report(
        stacks=(stack(),),
        findings=tuple(
            map(
                Reported,
                (
                    finds(),
                    finds("hub-device-sas", level="advisory"),
                    finds("hub-without-logs", status="waived", justification="Azure Policy does"),
                    finds("hub-public-network", status="baseline", justification="in the baseline"),
                    gap,
                ),
            )
        ),
        next_expiry=Expiry("hub-without-logs", date(2027, 1, 31)),
    )
