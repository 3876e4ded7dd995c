"""The baseline: findings that were there when a team began to check, by fingerprint.

It lets old findings pass and new ones not. A finding that has become worse since is new: a higher
severity, or a violation where nobody could tell before.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from hubwarden_policies.model import Location
from hubwarden_policies.policy_file import SettingsError, read_text
from hubwarden_policies.record import record
from hubwarden_policies.rule import Severity

if TYPE_CHECKING:
    from pathlib import Path

    from hubwarden_policies.evaluate import Finding

FILE: Final = "baseline.json"
VERSION: Final = 1


class Old(BaseModel):
    """One finding of the baseline."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    stack: str
    rule: str
    address: str
    path: str
    severity: Literal["info", "low", "medium", "high", "critical"]
    status: Literal["open", "undecided"]
    fingerprint: str

    @property
    def key(self) -> tuple[str, str]:
        """What tells it from others: the same finding may be in several stacks."""
        return self.stack, self.fingerprint


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    version: Literal[1]
    findings: list[Old]


@record
class Baseline:
    """The old findings of a project."""

    findings: Mapping[tuple[str, str], Old]

    def holds(self, finding: Finding) -> bool:
        """Whether the finding is an old one that has not become worse."""
        old = self.findings.get((finding.stack, finding.fingerprint))
        if old is None or finding.severity > Severity[old.severity.upper()]:
            return False
        return old.status == "open" or finding.status == "undecided"

    def fixed(self, findings: Iterable[Finding], stacks: Iterable[str]) -> list[Old]:
        """The old findings that these stacks, which were judged, no longer have."""
        left = {(finding.stack, finding.fingerprint) for finding in findings}
        judged = set(stacks)
        return [o for key, o in self.findings.items() if o.stack in judged and key not in left]


def old(finding: Finding) -> Old:
    """A finding as the baseline keeps it."""
    return Old(
        stack=finding.stack,
        rule=finding.rule.id,
        address=finding.subject.address,
        path=finding.path,
        severity=str(finding.severity),  # type: ignore[arg-type]
        status="undecided" if finding.status == "undecided" else "open",
        fingerprint=finding.fingerprint,
    )


def read_baseline(path: Path, shown: str) -> Baseline:
    """The baseline in this file, empty where there is no file; raises `SettingsError`."""
    text = read_text(path, shown)
    if text is None:
        return Baseline({})
    way_out = "`hubwarden baseline write` makes a new one"
    try:
        found = _File.model_validate_json(text)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        reason = f"{where}: {first['msg']}" if where else first["msg"]
        sentence = f"{shown}: this is no baseline: {reason}; {way_out}"
        raise SettingsError(sentence, Location(shown, 1)) from None
    return Baseline({one.key: one for one in found.findings})


def dumped(findings: Sequence[Old]) -> str:
    """The text of the file: sorted, a line a finding, so that two branches merge."""
    rows = sorted((one.model_dump() for one in findings), key=_order)
    lines = ",\n".join(f"    {json.dumps(row, ensure_ascii=False)}" for row in rows)
    body = f"[\n{lines}\n  ]" if lines else "[]"
    return f'{{\n  "version": {VERSION},\n  "findings": {body}\n}}\n'


def _order(row: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(str(row[name]) for name in ("stack", "rule", "address", "path", "fingerprint"))
