"""The lines of source that a project's findings are about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hubwarden_cli.inspected import Inspected
    from hubwarden_policies.evaluate import Finding
    from hubwarden_policies.model import Location
    from hubwarden_policies.redact import Redactor
    from hubwarden_policies.reports.report import Excerpt


def excerpts_of(
    one: Inspected, findings: Iterable[Finding], redactor: Redactor
) -> Mapping[Location, Excerpt]:
    """The excerpt of every finding's first place, out of the texts that were checked."""
    from hubwarden_policies.reports.excerpt import excerpts

    sources = {
        file: text
        for each in one.examined
        if each.stack is not None
        for file, text in each.stack.sources.items()
    }
    return excerpts(
        (finding.locations[0] for finding in findings if finding.locations),
        lambda file: sources.get(file) or _read(one.root / file),
        redactor,
    )


def _read(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
