"""From what was examined to the report."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from hubwarden_cli.assemble import assemble
from hubwarden_cli.changes import Changes
from hubwarden_cli.decided import Decided
from hubwarden_cli.inspected import Inspected
from hubwarden_policies.catalogue import RULES
from hubwarden_policies.evaluate import evaluate
from hubwarden_policies.gates.collected import Examined, InputError
from hubwarden_policies.gates.program.pulumi_project.project import read_project
from hubwarden_policies.model import Call, Location, Resource, Secret, Stack, Unseen
from hubwarden_policies.policy import Policy
from hubwarden_policies.reports.report import Report
from hubwarden_policies.settings import Settings
from hubwarden_policies.team import Team
from hubwarden_policies.views.standing import ChangedFile

URN = "urn:pulumi:dev::plant::azure-native:iothub:IotHubResource::telemetry"
HUB = Resource(
    "Microsoft.Devices/IotHubs",
    "telemetry",
    URN,
    {"properties": {"minTlsVersion": "1.2"}},
    locations=(Location("__main__.py", 2, 1),),
)
GROUP = Resource("Microsoft.Resources/resourceGroups", "plant", "urn:group", {})
TEAM = Team(date(2026, 11, 24))


def stack(*resources: Resource, name: str = "dev", **said: Any) -> Stack:
    return Stack("plant", name, resources, flows=(), **said)


def examined(of: Stack, **said: Any) -> Examined:
    return Examined("plant", of.name, of, evaluate(RULES, of, TEAM), **said)


def report(*parts: Examined, root: Path = Path(), **said: Any) -> Report:
    return assemble([Inspected("", root, examined=parts, **said)], {})


def test_findings_come_with_their_line() -> None:
    source = "import x\nhub('t', minimum=1)\n"
    found = report(examined(stack(HUB, sources={"__main__.py": source})))
    assert found.exit_code() == 1
    assert {entry.finding.subject.name for entry in found.findings} == {"telemetry"}
    texts = {entry.excerpt.text for entry in found.findings if entry.excerpt}
    assert texts == {"hub('t', minimum=1)"}


def test_a_line_of_a_file_that_the_stack_did_not_bring(tmp_path: Path) -> None:
    (tmp_path / "__main__.py").write_text("first\nsecond\n")
    found = report(examined(stack(HUB)), root=tmp_path)
    assert {entry.excerpt.text for entry in found.findings if entry.excerpt} == {"second"}


@pytest.mark.parametrize(
    "empty", [stack(), stack(GROUP), stack(other={"random:index/randomId:RandomId": 3})]
)
def test_nothing_that_a_rule_reads_is_no_pass(empty: Stack) -> None:
    found = report(examined(empty))
    assert found.exit_code() == 3
    assert [problem.kind for problem in found.errors] == ["nothing-checked"]
    assert "allow_empty = true" in found.errors[0].message
    assert found.stacks[0].notes == ()


def test_that_no_canary_ran_says_nothing_of_any_resource() -> None:
    found = report(examined(replace(stack(), flows=None)))
    assert [entry.finding.status for entry in found.findings] == ["undecided"]
    assert found.exit_code() == 3


def test_a_change_of_what_decides_is_first_of_all_projects() -> None:
    policy = Policy(TEAM.today)
    change = ChangedFile(Location("hubwarden.toml", 1), "origin/main")
    projects = [
        Inspected("a", Path(), decided=Decided(policy), examined=(examined(stack(HUB)),)),
        Inspected("b", Path(), decided=Decided(policy, Changes((change,)))),
    ]
    first, *others = assemble(projects, {}).findings
    assert (first.finding.rule.id, first.folder) == ("policy-changed", "b")
    assert others


def test_unless_it_is_allowed_and_then_it_is_said() -> None:
    found = report(examined(stack(GROUP)), settings=Settings(allow_empty=True))
    assert found.exit_code() == 0
    assert any("allow_empty" in note for note in found.stacks[0].notes)


def test_a_call_that_fetches_credentials_is_something() -> None:
    call = Call("azure-native:iothub:listIotHubResourceKeys", ())
    assert report(examined(stack(GROUP, calls=(call,)))).exit_code() == 0


def test_counts_of_a_stack() -> None:
    found = report(
        examined(stack(HUB, GROUP, other={"x:y:Z": 2}), seconds=1.5, isolation="observed")
    )
    (one,) = found.stacks
    assert (one.resources, one.judged, one.seconds, one.isolation) == (4, 1, 1.5, "observed")
    assert one.other == {"Microsoft.Resources/resourceGroups": 1, "x:y:Z": 2}
    assert one.rules == len(RULES)


def test_what_could_not_be_judged_is_an_error_beside_the_others() -> None:
    error = InputError("exception", "It raised.", Location("a.py", 3), traceback=("a.py:3",))
    found = report(Examined("plant", "dev", errors=(error,)), examined(stack(HUB, name="prod")))
    (problem,) = found.errors
    assert (problem.input, problem.stack, problem.exit_code) == ("plant", "dev", 4)
    assert problem.traceback == ("a.py:3",)
    assert [one.stack for one in found.stacks] == ["prod"]
    assert found.exit_code() == 4


def test_what_was_not_seen_inside_is_named() -> None:
    unseen = Unseen("command:local:Command build", "it runs a command", "urn", ())
    found = report(examined(stack(HUB, unseen=(unseen,))))
    assert [(one.input, one.stack) for one in found.skipped] == [(unseen.what, "dev")]


def test_a_stack_that_was_made_up_and_a_declared_endpoint_are_said(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: plant\nruntime: python\n")
    (tmp_path / "__main__.py").write_text("")
    project = read_project(tmp_path)
    notes = [
        report(examined(stack(HUB, name="check")), project=project, settings=settings)
        .stacks[0]
        .notes
        for settings in (
            Settings(devices="internet"),
            Settings(devices={"check": "internet"}),
            Settings(devices={"check": "private"}),
        )
    ]
    assert all("`check`" in said[0] for said in notes)
    assert ["public by declaration" in " ".join(said) for said in notes] == [True, True, False]


def test_no_secret_of_any_stack_is_shown() -> None:
    one = replace(HUB, properties={"tags": {"a": Secret("planted-secret")}})
    error = InputError("exception", "It raised planted-secret and planted-token.")
    found = assemble(
        [Inspected("", Path(), examined=(examined(stack(one), errors=(error,)),))],
        {"APP_TOKEN": "planted-token"},
    )
    assert found.errors[0].message == (
        "It raised [redacted: secret, 14 characters] and [redacted: secret, 13 characters]."
    )
