"""Checkov's advice in the reports for machines: told where it fails the check, never as ours."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from hubwarden_policies.reports import azure, github, junit, markdown
from hubwarden_policies.reports.report import Report
from hubwarden_policies.rule import MEDIUM

from .conftest import stack
from .test_advice import advice
from .test_sarif import read

SAID = Report(
    stacks=(stack(),),
    advice=(
        advice("CKV_AZURE_1", level="mandatory"),
        advice("CKV_AZURE_2"),
        advice("CKV_AZURE_3", verdict="undecided", level="mandatory"),
        advice("CKV_AZURE_4", verdict="error", error="KeyError"),
    ),
)


def test_sarif_has_it_under_its_own_tool() -> None:
    run = read(SAID)
    (checkov,) = run["tool"]["extensions"]
    assert checkov["name"] == "Checkov"
    assert run["tool"]["driver"]["rules"] == []
    results = run["results"]
    assert [one["ruleId"] for one in results] == ["CKV_AZURE_1", "CKV_AZURE_2"]
    for one in results:
        assert run["tool"]["extensions"][one["rule"]["toolComponent"]["index"]] is checkov
        assert checkov["rules"][one["rule"]["index"]]["id"] == one["ruleId"]
    assert read(Report())["tool"]["extensions"] == []


def test_the_ci_shows_what_fails_the_check() -> None:
    (line,) = github.render(SAID).splitlines()
    assert line.startswith("::error ")
    assert "[CKV_AZURE_1]" in line
    assert len(github.render(SAID, strict=True).splitlines()) == 2
    assert github.render(SAID, fail_on=MEDIUM) == ""
    assert "[CKV_AZURE_1]" in azure.render(SAID)


def test_junit_fails_where_the_check_does() -> None:
    def failures(text: str) -> int:
        return len(list(ET.fromstring(text.encode()).iter("failure")))

    for how in ({}, {"strict": True}, {"fail_on": MEDIUM}):
        text = junit.render(SAID, **how)
        assert failures(text) == len(SAID.failing_advice(**how))
    (skipped,) = ET.fromstring(junit.render(SAID).encode()).iter("skipped")
    assert skipped.attrib["message"].startswith("Checkov's advice, failed: ")


def test_the_summary_says_what_must_pass() -> None:
    text = markdown.render(SAID)
    assert "1 check of Checkov that must pass" in text.splitlines()[0]
    assert "1 more of Checkov's advice" in text
    assert "the check passes" in markdown.render(SAID, fail_on=MEDIUM)
