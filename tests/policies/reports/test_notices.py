"""What the logs of GitHub Actions and Azure Pipelines are told, as their runners read it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest

from hubwarden_policies.model import Location
from hubwarden_policies.reports import azure, github
from hubwarden_policies.reports.notices import SHOWN
from hubwarden_policies.reports.report import Report, Reported
from hubwarden_policies.rule import CRITICAL, LOW, Severity

from .conftest import Finds


@dataclass(frozen=True)
class Command:
    """A command as the runner obeys it."""

    name: str
    properties: dict[str, str]
    message: str


def _github(line: str) -> Command:
    """As GitHub's runner does: the name ends at a space, the properties at two colons."""
    found = re.fullmatch(r"::(\w+) (.*?)::(.*)", line)
    assert found
    pairs = (one.split("=", 1) for one in found[2].split(","))
    codes = (("%0D", "\r"), ("%0A", "\n"), ("%25", "%"))
    inner = (("%3A", ":"), ("%2C", ","), *codes)
    return Command(found[1], {k: _decoded(v, inner) for k, v in pairs}, _decoded(found[3], codes))


def _azure(line: str) -> Command:
    """As Azure's agent does: the properties end at a bracket, each at a semicolon."""
    found = re.fullmatch(r"##vso\[([\w.]+) ?([^\]]*)\](.*)", line)
    assert found
    pairs = (one.split("=", 1) for one in found[2].split(";") if one)
    codes = (("%0D", "\r"), ("%0A", "\n"), ("%AZP25", "%"))
    inner = (("%3B", ";"), ("%5D", "]"), *codes)
    return Command(found[1], {k: _decoded(v, inner) for k, v in pairs}, _decoded(found[3], codes))


def _decoded(text: str, codes: tuple[tuple[str, str], ...]) -> str:
    for code, character in codes:
        text = text.replace(code, character)
    return text


def to_github(report: Report, **how: Severity | bool) -> list[Command]:
    return [_github(line) for line in github.render(report, **how).splitlines()]  # type: ignore[arg-type]


def to_azure(report: Report, summary: str | None = None) -> list[Command]:
    return [_azure(line) for line in azure.render(report, summary=summary).splitlines()]


def test_github_shows_each_at_its_line(everything: Report) -> None:
    error, *findings = to_github(everything)
    assert (error.name, error.properties["file"], error.properties["line"]) == (
        "error", "infra/__main__.py", "3",
    )  # fmt: skip
    assert error.message == "The program raised KeyError; give it what it asks for."
    shared = next(one for one in findings if "[hub-local-auth]" in one.properties["title"])
    assert shared.properties["title"].startswith("high: ")
    assert (shared.properties["line"], shared.properties["col"]) == ("12", "5")
    said, fix = shared.message.split("\n")
    assert said.endswith("properties.disableLocalAuth of telemetry (dev, prod)")
    assert fix.startswith("fix: ")


def test_weight_is_what_it_means_for_the_check(settled: Report) -> None:
    def weights(**how: Severity | bool) -> dict[str, str]:
        return {
            one.properties["title"].split("[")[1].rstrip("]"): one.name
            for one in to_github(settled, **how)
        }

    usual = {"hub-local-auth": "error", "hub-device-sas": "warning", "hub-old-tls": "notice"}
    assert weights() == usual
    assert weights(strict=True) == usual | {"hub-old-tls": "error"}
    assert weights(fail_on=LOW) == usual | {"hub-device-sas": "error"}
    assert weights(fail_on=CRITICAL) == usual | {"hub-local-auth": "warning"}


@pytest.mark.parametrize("number", [SHOWN, SHOWN + 1, 10_000])
def test_the_worst_are_shown_and_the_rest_is_a_number(finds: Finds, number: int) -> None:
    findings = [
        finds(locations=(Location("a.py", line),), path=f"{line}") for line in range(1, number)
    ]
    worst = finds("credential-in-output", locations=(Location("z.py", 1),))
    commands = to_github(Report(findings=(*map(Reported, findings), Reported(worst))))
    assert len(commands) == SHOWN
    assert "[credential-in-output]" in commands[0].properties["title"]
    more = re.match(r"and (\d+) more", commands[-1].message)
    assert (int(more[1]) if more else 1) + SHOWN - 1 == number


def test_what_passes_is_not_shown(settled: Report) -> None:
    text = github.render(settled)
    assert "hub-without-logs" not in text
    assert "hub-public-network" not in text


def test_nothing_to_say_is_nothing() -> None:
    assert github.render(Report()) == azure.render(Report()) == ""


@pytest.mark.parametrize("read", [to_github, to_azure])
def test_a_strangers_words_are_words(
    hostile: Report, read: Callable[[Report], list[Command]]
) -> None:
    """One command for each notice, with the properties that we gave and no other."""
    commands = read(hostile)
    assert len(commands) == 4
    for one in commands:
        assert "<script>alert(1)</script>&amp;|g" in one.message
        assert ";%0A" in one.message
        assert "\x1b" not in one.message
        assert one.properties.keys() <= {
            "title", "file", "line", "col", "type", "sourcepath", "linenumber", "columnnumber",
        }  # fmt: skip


def test_azure_has_two_weights(settled: Report) -> None:
    types = Counter(one.properties["type"] for one in to_azure(settled))
    assert types == {"error": 1, "warning": 2}


def test_azure_is_told_of_the_summary_last(settled: Report) -> None:
    *_, last = to_azure(settled, summary="/tmp/100% a]b/c.md")
    assert (last.name, last.message) == ("task.uploadsummary", "/tmp/100% a]b/c.md")


def test_a_finding_without_a_place_names_no_file(finds: Finds) -> None:
    report = Report(findings=(Reported(finds(locations=())),))
    assert to_github(report)[0].properties.keys() == {"title"}
    assert to_azure(report)[0].properties.keys() == {"type"}


def test_a_file_is_named_from_where_the_check_began(finds: Finds) -> None:
    folder = "plant, east:1 [50%];"
    report = Report(findings=(Reported(finds(), folder),))
    assert to_github(report)[0].properties["file"] == f"{folder}/infra/__main__.py"
    assert to_azure(report)[0].properties["sourcepath"] == f"{folder}/infra/__main__.py"
    gap = replace(report.findings[0].finding, locations=())
    assert "file" not in to_github(Report(findings=(Reported(gap),)))[0].properties
