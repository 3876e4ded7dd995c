"""Rules applied to a stack: what becomes a finding, an undecided one, a crash."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from hubwarden_policies.evaluate import Judgement, NotExpressible, evaluate, fingerprint
from hubwarden_policies.model import INEXPRESSIBLE, STACK_TYPE, Location, Resource, Secret, Stack
from hubwarden_policies.page import read_page
from hubwarden_policies.rule import (
    HIGH,
    INFO,
    LOW,
    MEDIUM,
    Rule,
    Severity,
    Undecided,
    Verdicts,
    Violation,
    each,
    holds,
    rule,
)
from hubwarden_policies.team import Team
from hubwarden_policies.views import ResourceView
from hubwarden_policies.views.subjects import subject
from hubwarden_policies.views.text import Text

TEAM = Team(today=date(2026, 11, 24))
BOX = Resource("A/b", "box", "urn:box", {"size": 1}, locations=(Location("__main__.py", 3),))


class Box(ResourceView):
    arm_types = ("A/b",)
    size: int = 0
    names: tuple[Text, ...] = ()
    name: Text = Text("name", secret=False, shape=None)


def make(check: object, severity: Severity = HIGH) -> Rule:
    check.__doc__ = "Why.\n\nBad::\n\n    a\n\nGood::\n\n    b\n"
    return rule("A rule", severity=severity, practices=("P2",), fix="Fix it.")(check)  # type: ignore[arg-type]


def judge(made: Rule, *resources: Resource, team: Team = TEAM) -> Judgement:
    return evaluate([made], Stack("plant", "dev", resources or (BOX,)), team)


def test_a_violation_is_a_finding() -> None:
    def box_open(box: Box) -> Verdicts:
        yield box.violation("size", "is open")

    (finding,) = judge(make(box_open)).findings
    assert finding.rule.id == "box-open"
    assert (finding.status, finding.severity, finding.level) == ("open", HIGH, "mandatory")
    assert (finding.stack, finding.path, finding.message) == ("dev", "size", "is open")
    assert (finding.fix, finding.subject) == ("Fix it.", subject(BOX))
    assert finding.locations == (Location("__main__.py", 3),)
    assert finding.fingerprint == fingerprint("box-open", "urn:box", "size")


def test_a_violation_may_differ_from_its_rule() -> None:
    def box_open(_: Box) -> Verdicts:
        place = (Location("other.py", 9),)
        yield Violation(subject(BOX), "size", "x", LOW, "Other.", place, ((place[0], "y"),), "k")

    (finding,) = judge(make(box_open)).findings
    assert (finding.severity, finding.level, finding.fix) == (LOW, "advisory", "Other.")
    assert finding.locations == (Location("other.py", 9),)
    assert finding.related == ((Location("other.py", 9), "y"),)
    assert finding.fingerprint == fingerprint("box-open", "urn:box", "size", "k")


def test_a_severity_of_info_replaces_the_rules_too() -> None:
    def box_open(box: Box) -> Verdicts:
        yield box.violation("size", "x", severity=INFO)

    assert judge(make(box_open)).findings[0].severity == INFO


def test_reading_what_is_not_known_is_undecided() -> None:
    def box_open(box: Box) -> Verdicts:
        yield box.violation("first", "before")
        raise Undecided("size", "the value of size")

    found = judge(make(box_open)).findings
    assert [(finding.status, finding.path) for finding in found] == [
        ("open", "first"),
        ("undecided", "size"),
    ]
    assert found[1].message == "not known before deployment: the value of size"
    assert (found[1].level, found[1].subject.name) == ("advisory", "box")


@pytest.mark.parametrize("value", [INEXPRESSIBLE, Secret(INEXPRESSIBLE)])
def test_reading_what_the_format_has_no_words_for_is_no_finding(value: object) -> None:
    def box_open(box: Box) -> Verdicts:
        yield box.violation("first", "before")
        if not box.size:
            yield box.violation("size", "is open")

    judgement = judge(make(box_open), replace(BOX, properties={"size": value}))
    assert [finding.path for finding in judgement.findings] == ["first"]
    assert judgement.inexpressible == (NotExpressible("box-open", "urn:box", "size"),)


def test_no_words_for_one_item_do_not_hide_the_next() -> None:
    def box_open(box: Box) -> Verdicts:
        def check(value: Text) -> Verdicts:
            yield box.violation(value.path, value.known())

        yield from each(box.names, check)
        yield from each([0, 1], lambda _: check_size(box))

    def check_size(box: Box) -> Verdicts:
        yield box.violation("size", str(box.size))

    judgement = judge(
        make(box_open), replace(BOX, properties={"names": ["a"], "size": INEXPRESSIBLE})
    )
    assert [finding.message for finding in judgement.findings] == ["a"]
    assert [one.path for one in judgement.inexpressible] == ["size", "size"]


def test_a_text_without_words_in_the_format_is_no_unknown_text() -> None:
    def box_open(box: Box) -> Verdicts:
        yield box.violation("name", box.name.path)

    judgement = judge(make(box_open), replace(BOX, properties={"name": INEXPRESSIBLE}))
    assert judgement.findings == ()
    assert [one.path for one in judgement.inexpressible] == ["name"]


def test_an_undecided_verdict_may_be_about_something_else() -> None:
    def boxes_open(_: Stack) -> Verdicts:
        yield Undecided("size", "a", subject(BOX))
        yield Undecided("size", "b")

    one, two = judge(make(boxes_open)).findings
    assert one.subject.name == "box"
    assert (two.subject.type, two.subject.name) == (STACK_TYPE, "plant-dev")


def test_what_is_not_changed_is_seen_and_not_judged() -> None:
    def box_open(box: Box) -> Verdicts:
        yield box.violation("size", "x")

    def boxes_open(stack: Stack) -> Verdicts:
        for box in map(Box.of, stack.of_type("A/b")):
            yield box.violation("size", f"one of {len(stack.resources)}")

    new = replace(BOX, address="urn:new")
    stack = Stack("plant", "dev", (BOX, new), unchanged=frozenset({"urn:box"}))
    found = evaluate([make(box_open), make(boxes_open)], stack, TEAM).findings
    assert [(one.subject.address, one.message) for one in found] == [
        ("urn:new", "x"),
        ("urn:new", "one of 2"),
    ]


def test_a_rule_that_raises_is_no_pass() -> None:
    def box_open(box: Box) -> Verdicts:
        yield box.violation("size", "x")
        raise ZeroDivisionError

    judgement = judge(make(box_open))
    assert [(crash.rule, crash.address, crash.error) for crash in judgement.crashes] == [
        ("box-open", "urn:box", "ZeroDivisionError")
    ]
    assert len(judgement.findings) == 1


def test_one_crash_hides_no_other_resource() -> None:
    def box_open(box: Box) -> Verdicts:
        if box.size == 1:
            raise ValueError
        yield box.violation("size", "x")

    other = Resource("A/b", "other", "urn:other", {"size": 2})
    judgement = judge(make(box_open), BOX, other)
    assert len(judgement.crashes) == len(judgement.findings) == 1


def test_a_rule_sees_its_types_only_and_what_it_asks_for() -> None:
    seen: list[object] = []

    def box_open(box: Box, team: Team, stack: Stack) -> Verdicts:
        seen.append((box.address, team, stack.name))
        yield from ()

    made = make(box_open)
    judge(made, BOX, Resource("A/c", "no", "urn:no", {}))
    assert seen == [("urn:box", TEAM, "dev")]
    assert (made.whole_stack, made.arm_types, made.wants) == (False, ("A/b",), (Team, Stack))


@pytest.mark.parametrize(
    ("levels", "severity", "level"),
    [
        ({}, HIGH, "mandatory"),
        ({}, MEDIUM, "advisory"),
        ({"all": "advisory"}, HIGH, "advisory"),
        ({"all": "advisory", "box-open": "mandatory"}, LOW, "mandatory"),
    ],
)
def test_levels(levels: dict[str, str], severity: Severity, level: str) -> None:
    def box_open(box: Box) -> Verdicts:
        yield box.violation("size", "x")

    team = Team(today=date(2026, 11, 24), levels=levels)  # type: ignore[arg-type]
    assert judge(make(box_open, severity), team=team).findings[0].level == level


@pytest.mark.parametrize("levels", [{"box-open": "disabled"}, {"all": "disabled"}])
def test_a_disabled_rule_is_not_applied(levels: dict[str, str]) -> None:
    def box_open(_: Box) -> Verdicts:
        raise ValueError
        yield

    team = Team(today=date(2026, 11, 24), levels=levels)  # type: ignore[arg-type]
    judgement = judge(make(box_open), team=team)
    assert judgement == Judgement((), (), 0)


def test_the_level_of_undecided_findings() -> None:
    def box_open(_: Box) -> Verdicts:
        raise Undecided("size", "x")
        yield

    team = Team(today=date(2026, 11, 24), levels={"undecided": "mandatory"})
    assert judge(make(box_open), team=team).findings[0].level == "mandatory"


def test_fingerprints_are_of_their_parts() -> None:
    parts = [("r", "a", "p"), ("r", "a", "p", "k"), ("r", "ap", ""), ("ra", "", "p")]
    assert len({fingerprint(*each_of) for each_of in parts}) == len(parts)
    assert fingerprint("r", "a", "p") == fingerprint("r", "a", "p", "")


def test_each_goes_on_after_an_unknown() -> None:
    def check(item: int) -> Verdicts:
        if item == 1:
            raise Undecided("a", "b")
        yield Violation(subject(BOX), str(item), "x")

    first, second = each([1, 2], check, lambda _: subject(BOX))
    assert isinstance(first, Undecided)
    assert first.subject == subject(BOX)
    assert isinstance(second, Violation)
    (plain,) = each([1], check)
    assert isinstance(plain, Undecided)
    assert plain.subject is None


def test_holds() -> None:
    def unknown() -> bool:
        raise Undecided("a", "b")

    assert holds(lambda: False, lambda: True)
    assert not holds(lambda: False)
    assert holds(unknown, lambda: True)
    with pytest.raises(Undecided):
        holds(lambda: False, unknown)


def test_a_page() -> None:
    doc = "Why\nit is.\n\nBad::\n\n    a = 1\n\n    b = PLANTED\n\nGood::\n\n    c\n"
    page = read_page(doc)
    assert (page.why, page.bad, page.good) == ("Why\nit is.", "a = 1\n\nb = cGxhbnRlZA==", "c")
    assert page.file == "__main__.py"
    named = read_page("W\n\nBad (a.yaml)::\n\n    b\n\nGood (a.yaml)::\n\n    c\n")
    assert (named.file, named.bad) == ("a.yaml", "b")


@pytest.mark.parametrize(
    "doc",
    ["", "Bad::\n\n    a\n", "Good::\n\n    a\n\nBad::\n\n    b\n",
     "Bad::\n\n    a\n\nBad::\n\n    a\n\nGood::\n\n    b\n",
     "Bad (a.yaml)::\n\n    a\n\nGood::\n\n    b\n"],
)  # fmt: skip
def test_a_page_without_both_examples_is_refused(doc: str) -> None:
    with pytest.raises(ValueError, match="Bad::"):
        read_page(doc)
