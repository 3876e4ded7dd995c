"""What `hubwarden check` says of a case, in this process: the report that every format prints."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from tests.corpus.files.case import Case, Expected

from hubwarden_cli.assemble import assemble
from hubwarden_cli.examination import inspect
from hubwarden_cli.guard import Refusal
from hubwarden_cli.inspected import Wish
from hubwarden_policies.reports.report import Report

TODAY: Final = date(2026, 11, 24)
# The doors that every bad resource of the corpus leaves open. Whatever else is said of one (it
# has no logs, no lock) does not count: it would hide that the bad value was not read.
DOORS: Final = frozenset(
    {"hub-local-auth", "hub-public-network", "kv-public-network", "kv-open-firewall"}
    | {"registry-deleted"}
)


@dataclass(frozen=True, slots=True)
class Said:
    """The exit code, the report (None for a sentence instead of one), and which resources fail."""

    exit_code: int
    report: Report | None
    failing: frozenset[tuple[str, str]] = frozenset()
    sentences: tuple[str, ...] = ()

    @property
    def verdict(self) -> Expected:
        """In the words of a case."""
        if self.exit_code == 0:
            undecided = self.report is not None and self.report.summary.undecided
            return "undecided" if undecided else "clean"
        words: Mapping[int, Expected] = {1: "finds", 2: "refuses", 3: "nothing", 4: "refuses"}
        return words[self.exit_code]


def judge(one: Case, folder: Path) -> Said:
    """The verdict on what lies in this folder; nothing of the environment plays a part."""

    def inside(path: str) -> Path | None:
        return folder / path if path else None

    wish = Wish(
        [folder / one.target],
        parameters=inside(one.parameters),
        policy_from=inside(one.policy_from),
    )
    try:
        found = list(inspect(wish, environ={}, today=TODAY, progress=lambda *_: None))
        report = assemble(found, {})
    except Refusal as refusal:
        return Said(2, None, sentences=(str(refusal),))
    failing = {
        (entry.finding.stack, entry.finding.subject.address)
        for entry in report.findings
        if entry.finding.status == "open"
        and entry.finding.level == "mandatory"
        and entry.finding.rule.id in DOORS
    }
    said = (problem.message for problem in report.errors)
    return Said(report.exit_code(), report, frozenset(failing), tuple(said))
