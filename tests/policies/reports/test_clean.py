"""No format shows a credential, wherever in the report it stands."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from hubwarden_policies.advice import Advice
from hubwarden_policies.evaluate import NotExpressible
from hubwarden_policies.model import Location
from hubwarden_policies.redact import Redactor
from hubwarden_policies.reports import azure, github, junit, markdown, sarif
from hubwarden_policies.reports import json as json_report
from hubwarden_policies.reports.clean import clean
from hubwarden_policies.reports.page import Page
from hubwarden_policies.reports.problem import Problem
from hubwarden_policies.reports.report import Excerpt, Report, Reported, Skipped
from hubwarden_policies.reports.text import render
from hubwarden_policies.rule import LOW, Subject

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
        inexpressible=(NotExpressible("hub-local-auth", SECRET, SECRET),),
        advice=(
            Advice(
                check="CKV_AZURE_35",
                name=f"Ensure {SECRET}",
                verdict="failed",
                severity=LOW,
                level="mandatory",
                stack=f"dev {SECRET}",
                subject=finding.subject,
                guideline="https://example.com",
                folder=SECRET,
            ),
        ),
        advice_notes=(f"it is {SECRET}",),
    )


FORMATS: dict[str, Callable[[Report], str]] = {
    "text": lambda report: render(report, Page()),
    "json": json_report.render,
    "sarif": lambda report: sarif.render(report, "1.0.0"),
    "junit": junit.render,
    "github": github.render,
    "azure": azure.render,
    "markdown": markdown.render,
}


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_is_clean(finds: Finds, form: str) -> None:
    text = FORMATS[form](clean(full_of_secrets(finds), Redactor([SECRET])))
    assert "redacted: secret, 15 characters" in text
    assert SECRET not in text


@pytest.mark.parametrize("form", FORMATS)
def test_the_same_report_is_full_of_it_before(finds: Finds, form: str) -> None:
    assert FORMATS[form](full_of_secrets(finds)).count(SECRET) > 10


@pytest.mark.parametrize("form", FORMATS)
def test_no_text_of_a_program_gives_a_ci_orders(hostile: Report, form: str) -> None:
    """Neither where a line begins nor, as Azure Pipelines and old runners look for it, inside."""
    ours = {"github": r"::(?:error|warning|notice) title=", "azure": r"##vso\[task\.logissue type="}
    for line in FORMATS[form](hostile).splitlines():
        said = re.sub(f"^{ours[form]}", "", line) if form in ours else line
        assert not said.lstrip().startswith("::")
        assert "##vso[" not in said
        assert "##[" not in said


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
