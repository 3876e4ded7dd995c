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


def render(report: Report, *, strict: bool = False, fail_on: Severity | None = None) -> str:
    """A command a line; none where all is well."""
    return "".join(map(_command, notices(report, strict=strict, fail_on=fail_on)))


def summary_command(path: str) -> str:
    """The command that puts a Markdown file onto the run's page."""
    return f"##vso[task.uploadsummary]{path.translate(_DATA)}\n"


def _command(one: Notice) -> str:
    # There is no weight below a warning.
    properties = {"type": "error" if one.weight == "error" else "warning"}
    if one.file:
        properties |= {"sourcepath": one.file, "linenumber": str(one.line)}
    if one.column:
        properties["columnnumber"] = str(one.column)
    said = "".join(f"{name}={text.translate(_PROPERTY)};" for name, text in properties.items())
    message = f"{one.title}: {one.message}".translate(_DATA)
    return f"##vso[task.logissue {said}]{message}\n"
