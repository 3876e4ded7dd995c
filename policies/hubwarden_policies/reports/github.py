"""The report as commands to GitHub Actions, which shows them beside the lines of a change.

https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
"""

from __future__ import annotations

from typing import Final

from hubwarden_policies.reports.notices import Notice, notices
from hubwarden_policies.reports.report import Report
from hubwarden_policies.rule import Severity

_DATA: Final = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_PROPERTY: Final = _DATA | str.maketrans({":": "%3A", ",": "%2C"})


def render(report: Report, *, strict: bool = False, fail_on: Severity | None = None) -> str:
    """A command a line; none where all is well."""
    return "".join(map(_command, notices(report, strict=strict, fail_on=fail_on)))


def _command(one: Notice) -> str:
    properties = {"title": one.title}
    if one.file:
        properties["file"] = one.file
    if one.line:
        properties["line"] = str(one.line)
    if one.column:
        properties["col"] = str(one.column)
    said = ",".join(f"{name}={text.translate(_PROPERTY)}" for name, text in properties.items())
    return f"::{one.weight} {said}::{one.message.translate(_DATA)}\n"
