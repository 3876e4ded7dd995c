"""What a check found, as one value that every format prints and that knows its exit code."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from hubwarden_policies.advice import Advice
from hubwarden_policies.evaluate import Finding, NotExpressible, Status
from hubwarden_policies.model import Location
from hubwarden_policies.record import record
from hubwarden_policies.reports.problem import Problem
from hubwarden_policies.rule import Severity

# Of several reasons, the one that most needs a person's attention is the exit code.
PRECEDENCE: Final = (2, 70, 4, 3, 1, 0)


@record
class Excerpt:
    """The line of source that a finding points at, redacted.

    The caret goes under the `width` characters from column `column` (from 1), None where that
    place is not known.
    """

    text: str
    column: int | None = None
    width: int = 1


@record
class Reported:
    """A finding of one project. `folder` is the project's as the user named it, '' for here."""

    finding: Finding
    folder: str = ""
    excerpt: Excerpt | None = None


@record
class StackReport:
    """One stack that was judged.

    `resources` counts all, `judged` those of a type that a rule reads, `other` the rest by type.
    `rules` counts the rules that were applied, `undecided` their undecided findings. `seconds` is
    wall time, `isolation` what held the program. `notes` are sentences that a reader should know.
    `folder` is the project's, as in `Reported`. `by_checkov` are the files of one framework, which
    stock Checkov has judged.
    """

    project: str
    stack: str
    resources: int
    judged: int
    rules: int
    undecided: int
    seconds: float
    isolation: str | None = None
    other: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    folder: str = ""
    by_checkov: bool = False

    @property
    def title(self) -> str:
        """What the stack is called: with its project's name, where it has one."""
        return f"{self.project}/{self.stack}" if self.project else self.stack


@record
class Skipped:
    """Something that was not looked into, and why; in a stack, or beside all of them."""

    input: str
    reason: str
    stack: str = ""
    location: Location | None = None
    folder: str = ""


@record
class Expiry:
    """The waiver that holds and expires next."""

    rule: str
    expires: date


@record
class Summary:
    """Counts of findings by status, of errors, and of open findings by severity (all five)."""

    open: int
    waived: int
    baseline: int
    undecided: int
    errors: int
    by_severity: Mapping[Severity, int]


@dataclass(frozen=True)
class Report:
    """Everything that one run of `check` has to say.

    `advice` is Checkov's; `advice_notes` are sentences on what it could not say.
    """

    stacks: tuple[StackReport, ...] = ()
    findings: tuple[Reported, ...] = ()
    errors: tuple[Problem, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    inexpressible: tuple[NotExpressible, ...] = ()
    advice: tuple[Advice, ...] = ()
    advice_notes: tuple[str, ...] = ()
    next_expiry: Expiry | None = None

    @property
    def summary(self) -> Summary:
        """The counts of this report."""
        findings = [entry.finding for entry in self.findings]
        statuses = Counter[str](finding.status for finding in findings)
        severities = Counter(f.severity for f in findings if f.status == "open")
        return Summary(
            open=statuses["open"],
            waived=statuses["waived"],
            baseline=statuses["baseline"],
            undecided=statuses["undecided"],
            errors=len(self.errors),
            by_severity={s: severities[s] for s in sorted(Severity, reverse=True)},
        )

    def having(self, status: Status) -> tuple[Reported, ...]:
        """The findings of a status."""
        return tuple(entry for entry in self.findings if entry.finding.status == status)

    def failing(
        self, *, strict: bool = False, fail_on: Severity | None = None
    ) -> tuple[Reported, ...]:
        """The findings for which the check fails.

        Those whose level is mandatory; with `fail_on` the open ones of that severity and above
        instead; with `strict` every undecided one too.
        """

        def fails(finding: Finding) -> bool:
            if finding.status == "undecided":
                return strict or finding.level == "mandatory"
            if finding.status != "open":
                return False
            return finding.level == "mandatory" if fail_on is None else finding.severity >= fail_on

        return tuple(entry for entry in self.findings if fails(entry.finding))

    def failing_advice(
        self, *, strict: bool = False, fail_on: Severity | None = None
    ) -> tuple[Advice, ...]:
        """The advice for which the check fails: only what the team made mandatory."""

        def fails(one: Advice) -> bool:
            counts = one.verdict == "failed" or (strict and one.verdict != "passed")
            return counts and one.level == "mandatory" and one.severity >= (fail_on or 0)

        return tuple(one for one in self.advice if fails(one))

    def exit_code(self, *, strict: bool = False, fail_on: Severity | None = None) -> int:
        """The exit code: of several reasons the first in `PRECEDENCE`."""
        codes = {problem.exit_code for problem in self.errors}
        failing = self.failing(strict=strict, fail_on=fail_on)
        advised = self.failing_advice(strict=strict, fail_on=fail_on)
        codes.add(1 if failing or advised else 0)
        return next(code for code in PRECEDENCE if code in codes)
