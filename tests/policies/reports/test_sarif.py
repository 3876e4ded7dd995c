"""SARIF: valid against the standard's schema, and what the readers of such logs need in it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft4Validator  # type: ignore[import-untyped]

from hubwarden_policies.catalogue import RULES
from hubwarden_policies.model import Location
from hubwarden_policies.reports import sarif
from hubwarden_policies.reports.report import Report, Reported

from .conftest import Finds

SCHEMA = Path(__file__).parents[2] / "schemas" / "sarif-2.1.0.json"
VALIDATOR = Draft4Validator(
    json.loads(SCHEMA.read_text(encoding="utf-8")), format_checker=Draft4Validator.FORMAT_CHECKER
)


def read(report: Report) -> dict[str, Any]:
    """The log's one run, after the schema has passed the log."""
    log = json.loads(sarif.render(report, "1.2.3"))
    assert [error.message for error in VALIDATOR.iter_errors(log)] == []
    (run,) = log["runs"]
    assert isinstance(run, dict)
    return run


@pytest.mark.parametrize("name", ["everything", "hostile", "settled"])
def test_is_valid(name: str, request: pytest.FixtureRequest) -> None:
    report: Report = request.getfixturevalue(name)
    assert len(read(report)["results"]) == len(report.findings)


def test_an_empty_report_is_valid() -> None:
    run = read(Report())
    assert run["results"] == []
    assert run["invocations"][0]["executionSuccessful"]


def test_the_schema_finds_faults() -> None:
    log = sarif.document(Report(), "1.2.3")
    log["runs"][0]["results"] = [{"level": "terrible"}]
    assert not VALIDATOR.is_valid(log)


def test_every_rule_has_a_page(finds: Finds) -> None:
    run = read(Report(findings=tuple(Reported(finds(rule.id)) for rule in RULES)))
    described = run["tool"]["driver"]["rules"]
    assert [one["id"] for one in described] == [rule.id for rule in RULES]
    for one, rule in zip(described, RULES, strict=True):
        assert rule.page.why in one["help"]["markdown"]
        assert rule.page.bad in one["help"]["markdown"]
        assert rule.fix in one["help"]["text"]
        assert {f"practice/{code}" for code in rule.practices} < set(one["properties"]["tags"])
        # GitHub shows no more.
        assert len(one["properties"]["tags"]) <= 20


def test_severities_are_those_that_github_shows(finds: Finds) -> None:
    def word(score: float) -> str:
        over = {9.0: "critical", 6.9: "high", 3.9: "medium", 0.0: "low"}
        return next((name for least, name in over.items() if score > least), "info")

    run = read(Report(findings=tuple(Reported(finds(rule.id)) for rule in RULES)))
    for one, rule in zip(run["tool"]["driver"]["rules"], RULES, strict=True):
        assert word(float(one["properties"]["security-severity"])) == str(rule.severity)


def test_a_result_points_into_its_repository(finds: Finds) -> None:
    finding = finds(
        locations=(Location("in fra/main.py", 12, 5), Location("parts.py", 4)),
        related=((Location("keys.py", 9), "fetched here"),),
    )
    (result,) = read(Report(findings=(Reported(finding, "a#b"),)))["results"]
    (location,) = result["locations"]
    assert location["physicalLocation"] == {
        "artifactLocation": {"uri": "a%23b/in%20fra/main.py", "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": 12, "startColumn": 5},
    }
    assert location["logicalLocations"][0]["fullyQualifiedName"] == finding.subject.address
    assert [
        (one["message"]["text"], one["physicalLocation"]["region"]["startLine"])
        for one in result["relatedLocations"]
    ] == [("called from there", 4), ("fetched here", 9)]


def test_a_project_elsewhere_is_named_by_its_whole_path(finds: Finds) -> None:
    (result,) = read(Report(findings=(Reported(finds(), "/srv/a b"),)))["results"]
    artifact = result["locations"][0]["physicalLocation"]["artifactLocation"]
    assert artifact == {"uri": "file:///srv/a%20b/infra/__main__.py"}


def test_a_result_without_a_place_has_the_projects(finds: Finds) -> None:
    (result,) = read(Report(findings=(Reported(finds(locations=()), "plant"),)))["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == (
        "plant/Pulumi.yaml"
    )


def test_a_fingerprint_outlives_moved_lines(finds: Finds) -> None:
    here, moved = finds(), finds(locations=(Location("infra/__main__.py", 99),))
    one, two = read(Report(findings=(Reported(here), Reported(moved))))["results"]
    assert one["partialFingerprints"] == two["partialFingerprints"]
    assert list(one["partialFingerprints"].values()) == [here.fingerprint]


def test_what_passes_says_why(settled: Report) -> None:
    results = {one["ruleId"]: one for one in read(settled)["results"]}
    assert "suppressions" not in results["hub-local-auth"]
    for rule_id, why in (
        ("hub-without-logs", "Azure Policy does"),
        ("hub-public-network", "in the baseline"),
    ):
        (suppression,) = results[rule_id]["suppressions"]
        assert (suppression["kind"], suppression["justification"]) == ("external", why)
    gap = results["hub-old-tls"]
    assert (gap["kind"], gap["level"]) == ("open", "none")
    assert (results["hub-local-auth"]["kind"], results["hub-local-auth"]["level"]) == (
        "fail", "error",
    )  # fmt: skip


def test_errors_are_no_success(everything: Report) -> None:
    (invocation,) = read(everything)["invocations"]
    assert invocation["executionSuccessful"] is False
    error, unseen = invocation["toolExecutionNotifications"]
    assert (error["level"], error["descriptor"]["id"]) == ("error", "exception")
    assert "KeyError" in error["message"]["text"]
    assert unseen["level"] == "note"
    sound = read(replace(everything, errors=()))
    assert sound["invocations"][0]["executionSuccessful"] is True


def test_a_message_holds_no_link(hostile: Report) -> None:
    for result in read(hostile)["results"]:
        assert "[j](" not in result["message"]["text"].replace("\\[", "")
        assert "\\[j](" in result["message"]["text"]
