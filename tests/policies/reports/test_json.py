"""The JSON object: its shape to the last key, and nothing that a reader chokes on."""

from __future__ import annotations

import json
from typing import Literal

from pydantic import BaseModel, ConfigDict

from hubwarden_policies.reports import json as json_report
from hubwarden_policies.reports.report import Report, Reported

from .conftest import Finds

SeverityWord = Literal["critical", "high", "medium", "low", "info"]


class Shape(BaseModel):
    """No key more; none has a default, so none less."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Stack(Shape):
    project: str
    stack: str
    resources: int
    rules: int
    undecided: int
    seconds: float
    isolation: str | None


class Resource(Shape):
    type: str
    name: str
    address: str


class Location(Shape):
    file: str
    line: int
    column: int | None


class Related(Shape):
    file: str
    line: int
    message: str


class Finding(Shape):
    rule: str
    severity: SeverityWord
    level: Literal["mandatory", "advisory"]
    status: Literal["open", "waived", "baseline", "undecided"]
    stack: str
    resource: Resource
    path: str
    message: str
    fix: str
    fingerprint: str
    justification: str | None
    location: Location | None
    related: list[Related]


class Error(Shape):
    input: str
    stack: str | None
    kind: str
    message: str
    location: Location | None


class Skipped(Shape):
    input: str
    reason: str


class Inexpressible(Shape):
    rule: str
    resource: str
    path: str


class Expiry(Shape):
    rule: str
    expires: str


class Advice(Shape):
    check: str
    name: str
    verdict: Literal["failed", "undecided", "error"]
    error: str | None
    severity: SeverityWord
    level: Literal["mandatory", "advisory"]
    stack: str
    resource: Resource
    guideline: str
    merged: str | None
    location: Location | None


class Summary(Shape):
    open: int
    waived: int
    baseline: int
    undecided: int
    errors: int
    next_expiry: Expiry | None
    by_severity: dict[SeverityWord, int]


class Document(Shape):
    version: Literal[1]
    stacks: list[Stack]
    findings: list[Finding]
    errors: list[Error]
    skipped: list[Skipped]
    inexpressible: list[Inexpressible]
    advice: list[Advice]
    summary: Summary


def read(report: Report) -> Document:
    return Document.model_validate_json(json_report.render(report))


def test_has_every_key_and_no_other(everything: Report) -> None:
    document = read(everything)
    assert len(document.findings) == 4
    assert list(document.summary.by_severity) == ["critical", "high", "medium", "low", "info"]


def test_an_empty_report_has_them_too() -> None:
    document = read(Report())
    assert document.summary.open == 0
    assert document.findings == []


def test_says_what_the_report_says(everything: Report) -> None:
    document = read(everything)
    hub, _, export, gap = document.findings
    assert (hub.rule, hub.severity, hub.status, hub.stack) == (
        "hub-local-auth", "high", "open", "dev",
    )  # fmt: skip
    assert hub.resource.type == "Microsoft.Devices/IotHubs"
    assert hub.location == Location(file="infra/__main__.py", line=12, column=5)
    assert len(hub.fingerprint) == 64
    assert [(one.file, one.line) for one in export.related] == [
        ("infra/parts.py", 4),
        ("infra/keys.py", 9),
    ]
    assert gap.status == "undecided"
    assert document.stacks[0].seconds == 1.235
    assert document.stacks[1].isolation == "observed"
    assert document.errors[0].location == Location(file="infra/__main__.py", line=3, column=None)
    assert document.skipped == [
        Skipped(input="command:local:Command build", reason="it runs a command")
    ]


def test_is_one_object_in_ascii(everything: Report) -> None:
    text = json_report.render(everything)
    assert text.isascii()
    assert text.endswith("}\n")
    assert isinstance(json.loads(text), dict)


def test_a_place_that_nobody_knows_is_null(finds: Finds) -> None:
    report = Report(findings=(Reported(finds(locations=())),))
    assert read(report).findings[0].location is None
