"""From examined projects to the one report that every format prints."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Final

from hubwarden_cli import secrets, settled
from hubwarden_cli.advised import Advised, advised
from hubwarden_cli.excerpted import excerpts_of
from hubwarden_cli.inspected import Inspected
from hubwarden_cli.notes import notes
from hubwarden_policies.catalogue import RULES
from hubwarden_policies.gates.collected import Examined
from hubwarden_policies.model import Stack
from hubwarden_policies.redact import Redactor
from hubwarden_policies.reports.clean import clean
from hubwarden_policies.reports.problem import Problem
from hubwarden_policies.reports.report import Report, Reported, Skipped, StackReport
from hubwarden_policies.rules.upkeep import policy_changed

if TYPE_CHECKING:
    from hubwarden_policies.gates.checkov_advice.gate import Checkov
    from hubwarden_policies.gates.program.pulumi_project.project import Project
    from hubwarden_policies.model import ConfigValue

NOTHING: Final = 3
# The types that some rule reads: a stack without any of them was not checked.
READ: Final = frozenset(arm_type for rule in RULES for arm_type in rule.arm_types)


def assemble(
    projects: Iterable[Inspected],
    environ: Mapping[str, str],
    checkov: Checkov | None = None,
    *,
    excerpts: bool = True,
) -> Report:
    """The report on these projects, in their order, without any credential.

    `checkov` is asked for its advice. Without `excerpts` no finding has the line that it is about.
    """
    projects = list(projects)
    redactor = Redactor([*secrets.of_environment(environ), *_secrets(projects)])
    parts = [_report(one, redactor, excerpts=excerpts) for one in projects]
    said = advised(projects, checkov) if checkov else Advised()
    whole = Report(
        stacks=tuple(stack for part in parts for stack in part.stacks),
        # What decides about others comes first, of whatever project.
        findings=tuple(
            sorted(
                (entry for part in parts for entry in part.findings),
                key=lambda entry: entry.finding.rule is not policy_changed,
            )
        ),
        errors=(*(problem for part in parts for problem in part.errors), *said.problems),
        skipped=tuple(one for part in parts for one in part.skipped),
        next_expiry=min(
            (part.next_expiry for part in parts if part.next_expiry),
            key=lambda expiry: expiry.expires,
            default=None,
        ),
        inexpressible=tuple(one for part in parts for one in part.inexpressible),
        advice=said.advice,
        advice_notes=said.notes,
    )
    return clean(whole, redactor)


def _secrets(projects: Iterable[Inspected]) -> Iterator[str]:
    for one in projects:
        for examined in one.examined:
            if examined.stack is not None:
                yield from secrets.of_stack(examined.stack)
            # A stack that could not be judged has a configuration all the same.
            if one.project is not None:
                yield from secrets.of_config(_config(one.project, examined.name))


def _config(project: Project, stack: str) -> Mapping[str, ConfigValue]:
    from hubwarden_policies.gates.program.pulumi_project.project import ProjectError, read_stack

    try:
        return read_stack(project, stack).judged
    except ProjectError:
        return {}


def _report(one: Inspected, redactor: Redactor, *, excerpts: bool) -> Report:
    judged = [(each, each.stack) for each in one.examined if each.stack is not None]
    return Report(
        stacks=tuple(_stack(each, stack, one) for each, stack in judged),
        findings=tuple(_reported(one, redactor, excerpts=excerpts)),
        errors=(*one.problems, *_problems(one)),
        skipped=tuple(_skipped(one)),
        inexpressible=tuple(
            said
            for each in one.examined
            for said in (each.judgement.inexpressible if each.judgement else ())
        ),
        next_expiry=settled.next_expiry(one),
    )


def _reported(one: Inspected, redactor: Redactor, *, excerpts: bool) -> Iterator[Reported]:
    findings = [finding for finding in settled.findings(one) if finding.level != "disabled"]
    shown = excerpts_of(one, findings, redactor) if excerpts else {}
    for finding in findings:
        excerpt = shown.get(finding.locations[0]) if excerpts and finding.locations else None
        yield Reported(finding, one.folder, excerpt)


def _problems(one: Inspected) -> Iterator[Problem]:
    for each in one.examined:
        for error in each.errors:
            yield Problem(
                input=each.project or each.name,
                stack=each.name if each.project else None,
                kind=error.kind,
                message=error.message,
                exit_code=error.exit_code,
                location=error.location,
                folder=one.folder,
                traceback=error.traceback,
            )
        if not one.settings.allow_empty and _is_empty(each) and not _is_beside(each, one):
            yield Problem(
                input=each.project or each.name,
                stack=each.name if each.project else None,
                kind="nothing-checked",
                message=(
                    "nothing was checked, because no resource is of a type that a rule reads; "
                    "if that is right, write `allow_empty = true` in hubwarden.toml."
                ),
                exit_code=NOTHING,
                folder=one.folder,
            )


def _is_empty(each: Examined) -> bool:
    stack = each.stack
    if stack is None or each.judgement is None:
        return False
    # What is undecided because no canary ran says nothing about any resource.
    if any(finding.status == "open" for finding in each.judgement.findings):
        return False
    return not (_judged(stack) or stack.calls or stack.uncovered or stack.unmapped)


def _is_beside(each: Examined, one: Inspected) -> bool:
    """Whether a walk found it beside what was checked: most templates deploy nothing of these."""
    return each.name in one.found and any(
        other.judgement and not _is_empty(other) for other in one.examined
    )


def _judged(stack: Stack) -> int:
    passed_by = stack.unchanged | stack.unread
    return sum(r.type in READ and r.address not in passed_by for r in stack.resources)


def _skipped(one: Inspected) -> Iterator[Skipped]:
    yield from one.skipped
    for each in one.examined:
        for unseen in each.stack.unseen if each.stack else ():
            place = unseen.locations[0] if unseen.locations else None
            yield Skipped(unseen.what, unseen.reason, each.name, place, one.folder)
    for name in one.absent:
        project = one.project.name if one.project else one.folder
        yield Skipped(project, f"it has no stack {name}, another project does", name)


def _stack(each: Examined, stack: Stack, one: Inspected) -> StackReport:
    findings = each.judgement.findings if each.judgement else ()
    there = [r for r in stack.resources if r.address not in stack.unread]
    unread = Counter(r.type for r in there if r.type not in READ)
    return StackReport(
        project=each.project,
        stack=each.name,
        resources=len(there) + len(stack.uncovered) + sum(stack.other.values()),
        judged=_judged(stack),
        rules=each.judgement.rules if each.judgement else 0,
        undecided=sum(finding.status == "undecided" for finding in findings),
        seconds=each.seconds,
        isolation=each.isolation,
        other=dict(unread + Counter(stack.other)),
        notes=tuple(notes(each, stack, one, empty=_is_empty(each), beside=_is_beside(each, one))),
        folder=one.folder,
    )
