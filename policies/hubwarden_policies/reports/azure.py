"""The report as logging commands to Azure Pipelines, which lists them on a run's page.

https://learn.microsoft.com/azure/devops/pipelines/scripts/logging-commands
"""

from __future__ import annotations

from typing import Final

from hubwarden_policies.reports.notices import Notice, notices
from hubwarden_policies.reports.report import Report
from hubwarden_policies.rule import Severity

_DATA: Final = str.maketrans({"%": "%AZP25", "\r": "%0D", "\n": "%0A"})
_PROPERTY: Final = _DATA | str.maketrans({";": "%3B", "]": "%5D"})


def render(
    report: Report,
    *,
    strict: bool = False,
    fail_on: Severity | None = None,
    summary: str | None = None,
) -> str:
    """A command a line; `summary` is the Markdown file to show on the run's page, if any."""
    commands = [_command(one) for one in notices(report, strict=strict, fail_on=fail_on)]
    if summary is not None:
        commands.append(f"##vso[task.uploadsummary]{summary.translate(_DATA)}\n")
    return "".join(commands)


def _command(one: Notice) -> str:
    # There is no weight below a warning.
    properties = {"type": "error" if one.weight == "error" else "warning"}
    if one.file:
        properties["sourcepath"] = one.file
    if one.line:
        properties["linenumber"] = str(one.line)
    if one.column:
        properties["columnnumber"] = str(one.column)
    said = "".join(f"{name}={text.translate(_PROPERTY)};" for name, text in properties.items())
    message = f"{one.title}: {one.message}".translate(_DATA)
    return f"##vso[task.logissue {said}]{message}\n"
