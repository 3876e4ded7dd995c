"""JUnit's XML, as a parser reads it."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from hubwarden_policies.reports import junit
from hubwarden_policies.reports.report import Report, Reported
from hubwarden_policies.rule import Severity

from .conftest import Finds, stack


def read(
    report: Report, *, strict: bool = False, fail_on: Severity | None = None
) -> dict[str, ET.Element]:
    """The suites by name, after their counts were found right."""
    text = junit.render(report, strict=strict, fail_on=fail_on)
    suites = list(ET.fromstring(text.encode()))
    for suite in suites:
        found = Counter(child.tag for case in suite for child in case)
        assert int(suite.attrib["tests"]) == len(suite)
        for name, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            assert int(suite.attrib[name]) == found[tag]
    return {suite.attrib["name"]: suite for suite in suites}


def outcomes(suite: ET.Element) -> dict[str, str]:
    """The outcome of each rule's case."""
    return {case.attrib["name"].split()[0]: case[0].tag for case in suite if len(case)}


def test_a_suite_a_stack_and_one_for_what_was_not_judged(everything: Report) -> None:
    suites = read(everything)
    assert list(suites) == ["plant/dev", "plant/prod", "plant/test"]
    assert [case.tag for case in suites["plant/test"][0]] == ["error"]
    assert outcomes(suites["plant/prod"]) == {"hub-local-auth": "failure"}
    assert suites["plant/dev"].attrib["time"] == "1.235"


def test_what_passes_is_skipped_and_says_why(settled: Report) -> None:
    (suite,) = read(settled).values()
    assert outcomes(suite) == {
        "hub-local-auth": "failure",
        "hub-device-sas": "skipped",
        "hub-without-logs": "skipped",
        "hub-public-network": "skipped",
        "hub-old-tls": "skipped",
    }
    messages = [case[0].attrib["message"] for case in suite if len(case)]
    begins = ["shared", "advisory: ", "waived, Azure Policy does: ", "baseline, ", "undecided: "]
    assert all(said.startswith(start) for said, start in zip(messages, begins, strict=True))


def test_fails_what_fails_the_check(settled: Report) -> None:
    (suite,) = read(settled, strict=True).values()
    assert outcomes(suite)["hub-old-tls"] == "failure"
    (suite,) = read(settled, fail_on=Severity.MEDIUM).values()
    assert outcomes(suite)["hub-device-sas"] == "failure"
    (suite,) = read(settled, fail_on=Severity.CRITICAL).values()
    assert "failure" not in outcomes(suite).values()


def test_a_clean_stack_has_a_case_that_passed() -> None:
    (suite,) = read(Report(stacks=(stack(),))).values()
    assert [len(case) for case in suite] == [0]


def test_two_projects_may_name_a_stack_alike(finds: Finds) -> None:
    suites = read(
        Report(
            stacks=(stack(folder="one"), stack(project="other", folder="two")),
            findings=(Reported(finds(), "two"),),
        )
    )
    assert {name: len(suite) for name, suite in suites.items()} == {"plant/dev": 1, "other/dev": 2}


def test_what_went_wrong_stands_with_what_was_judged(everything: Report) -> None:
    (problem,) = everything.errors
    suites = read(replace(everything, errors=(replace(problem, stack="dev"),)))
    assert list(suites) == ["plant/dev", "plant/prod"]
    assert outcomes(suites["plant/dev"])["exception"] == "error"


def test_a_finding_of_no_judged_stack_is_there(everything: Report, finds: Finds) -> None:
    report = replace(everything, findings=(Reported(finds(stack="*")),))
    assert outcomes(read(report)["*"]) == {"hub-local-auth": "failure"}


def test_strangers_words_stay_words(hostile: Report) -> None:
    (suite,) = read(hostile).values()
    cases = [case for case in suite if len(case)]
    assert len(cases) == 6
    for case in cases:
        assert "<script>alert(1)</script>&amp;" in case[0].attrib["message"]
        assert "\\x1b[31m\\x00" in case[0].attrib["message"]


@pytest.mark.parametrize("character", ["\x00", "\x0b", "\x1b", "\x7f", "\x85", "\ufffe", "\uffff"])
def test_what_xml_cannot_say_is_spelled(finds: Finds, character: str) -> None:
    (suite,) = read(
        Report(stacks=(stack(),), findings=(Reported(finds(message=f"a{character}b")),))
    ).values()
    said = suite[1][0].attrib["message"]
    assert character not in said
    assert said.startswith("a\\")
