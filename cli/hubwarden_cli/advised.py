"""Checkov asked about everything that was examined, and its answer as the team wants it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from hubwarden_cli import settled
from hubwarden_policies.advice import Advice, advise
from hubwarden_policies.advice_table import TABLE
from hubwarden_policies.record import record
from hubwarden_policies.reports.problem import Problem

if TYPE_CHECKING:
    from hubwarden_cli.inspected import Inspected
    from hubwarden_policies.gates.checkov_advice.gate import Checkov, Said
    from hubwarden_policies.model import Stack
    from hubwarden_policies.team import Level

UNANSWERED: Final = 4


@record
class Advised:
    """What Checkov advises, what is to be said of it, and where it was needed and did not come."""

    advice: tuple[Advice, ...] = ()
    notes: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()


def advised(projects: Sequence[Inspected], checkov: Checkov) -> Advised:
    """Checkov's advice on all stacks that were judged."""
    judged = [(one, stack) for one in projects for stack in _stacks(one)]
    if not judged:
        return Advised()
    said = checkov.results([stack for _, stack in judged])
    if said.why is not None:
        return _unanswered(projects, said.why)
    return Advised(tuple(_advice(projects, said)), tuple(said.broken))


def _stacks(one: Inspected) -> list[Stack]:
    # Without a policy nobody knows what the team wants to hear.
    return [each.stack for each in one.examined if each.stack and one.policy]


def _advice(projects: Sequence[Inspected], said: Said) -> Iterator[Advice]:
    opinions = iter(said.opinions)
    for one in projects:
        if one.policy is None:
            continue
        findings = list(settled.findings(one))
        for stack in _stacks(one):
            about = [finding for finding in findings if finding.stack == stack.name]
            yield from advise(stack, next(opinions), about, one.policy.team(stack.name), one.folder)


def _unanswered(projects: Sequence[Inspected], why: str) -> Advised:
    """A team that made advice mandatory must not pass without it; another one is told why."""
    levels = {one.folder: _levels(one) for one in projects if _stacks(one)}
    problems = [
        Problem(
            input=one.project.name if one.project else one.folder,
            stack=None,
            kind="no-checkov",
            message=f"Checkov's checks are mandatory here and were not run: {why}.",
            exit_code=UNANSWERED,
            folder=one.folder,
        )
        for one in projects
        if "mandatory" in levels.get(one.folder, ())
    ]
    wanted = any(said != {"disabled"} for said in levels.values())
    return Advised(notes=(why,) if wanted and not problems else (), problems=tuple(problems))


def _levels(one: Inspected) -> set[Level]:
    """How loud the checks that can be shown are in the stacks of a project."""
    shown = [check for check, reviewed in TABLE.items() if reviewed.hidden is None]
    teams = [one.policy.team(stack.name) for stack in _stacks(one) if one.policy]
    return {team.advice(check) for team in teams for check in shown}
