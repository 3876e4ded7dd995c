"""No format shows a credential, wherever in the report it stands."""

from __future__ import annotations

from dataclasses import replace

from hubwarden_policies.model import Location
from hubwarden_policies.redact import Redactor
from hubwarden_policies.reports import json as json_report
from hubwarden_policies.reports.clean import clean
from hubwarden_policies.reports.page import Page
from hubwarden_policies.reports.report import (
    Excerpt,
    Inexpressible,
    Problem,
    Report,
    Reported,
    Skipped,
)
from hubwarden_policies.reports.text import render
from hubwarden_policies.rule import Subject

from .conftest import Finds, stack

SECRET = "hunter2-planted"  # planted


def full_of_secrets(finds: Finds) -> Report:
    place = Location(f"{SECRET}.py", 1, 1)
    finding = finds(
        stack=f"dev {SECRET}",
        subject=Subject("Microsoft.Devices/IotHubs", f"hub {SECRET}", f"urn {SECRET}"),
        path=f"tags.{SECRET}",
        message=f"message {SECRET}",
        fix=f"fix {SECRET}",
        locations=(place, place),
        related=((place, f"related {SECRET}"),),
    )
    gap = replace(finding, status="undecided", level="advisory")
    return Report(
        stacks=(stack(f"dev {SECRET}", notes=(f"note {SECRET}",), other={f"x:{SECRET}": 1}),),
        findings=(
            Reported(finding, f"folder/{SECRET}", Excerpt(f"a = {SECRET}", 1, 1)),
            Reported(gap),
        ),
        errors=(
            Problem(
                SECRET, SECRET, "kind", f"raised {SECRET}", 4, place, SECRET, (f"at {SECRET}",)
            ),
        ),
        skipped=(Skipped(f"what {SECRET}", f"why {SECRET}", SECRET, place, SECRET),),
        inexpressible=(Inexpressible("hub-local-auth", SECRET, SECRET),),
        advice=({"check": "CKV_1", "text": [SECRET]},),
    )


def test_every_format_is_clean(finds: Finds) -> None:
    report = clean(full_of_secrets(finds), Redactor([SECRET]))
    for text in (render(report, Page()), json_report.render(report)):
        assert "[redacted: secret, 15 characters]" in text
        assert SECRET not in text


def test_the_same_report_is_full_of_it_before(finds: Finds) -> None:
    report = full_of_secrets(finds)
    assert render(report, Page()).count(SECRET) > 10
    assert json_report.render(report).count(SECRET) > 10


def test_rule_fingerprint_and_words_stay(finds: Finds) -> None:
    finding = finds()
    hidden = Redactor([finding.fingerprint, "hub-local-auth", "mandatory"])
    (entry,) = clean(Report(findings=(Reported(finding),)), hidden).findings
    assert entry.finding.fingerprint == finding.fingerprint
    assert entry.finding.rule is finding.rule
    assert entry.finding.level == "mandatory"


def test_what_is_no_text_is_shown_all_the_same(finds: Finds) -> None:
    report = clean(Report(findings=(Reported(finds(message="\udc80 odd")),)), Redactor())
    assert "? odd" in json_report.render(report)
