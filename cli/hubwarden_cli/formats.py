"""One report in the form that was asked for. Nothing is imported before it is needed."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from hubwarden_cli.outputs import Format, Output
from hubwarden_policies.record import record

if TYPE_CHECKING:
    from hubwarden_policies.reports.report import Report
    from hubwarden_policies.rule import Severity


@record
class Terms:
    """What fails this run, and whether a text says more than that."""

    strict: bool = False
    fail_on: Severity | None = None
    quiet: bool = False


def rendered(report: Report, output: Output, terms: Terms) -> str:
    """The text of a report."""
    strict, fail_on = terms.strict, terms.fail_on
    match output.form:
        case Format.TEXT:
            return _text(report, output, terms)
        case Format.JSON:
            from hubwarden_policies.reports import json

            return json.render(report)
        case Format.SARIF:
            from hubwarden_cli import __version__
            from hubwarden_policies.reports import sarif

            return sarif.render(report, __version__)
        case Format.JUNIT:
            from hubwarden_policies.reports import junit

            return junit.render(report, strict=strict, fail_on=fail_on)
        case Format.GITHUB:
            from hubwarden_policies.reports import github

            return github.render(report, strict=strict, fail_on=fail_on)
        case Format.AZURE:
            from hubwarden_policies.reports import azure

            summary = str(output.summary) if output.summary else None
            return azure.render(report, strict=strict, fail_on=fail_on, summary=summary)
        case Format.MARKDOWN:
            from hubwarden_policies.reports import markdown

            return markdown.render(report, strict=strict, fail_on=fail_on)
        case Format.AUTO:
            raise ValueError("what `auto` means is decided before anything is written")


def _text(report: Report, output: Output, terms: Terms) -> str:
    from hubwarden_cli.streams import columns
    from hubwarden_policies.reports.page import Page, page_for
    from hubwarden_policies.reports.text import render

    page = Page() if output.path else page_for(sys.stdout, os.environ, columns())
    return render(report, page, strict=terms.strict, fail_on=terms.fail_on, quiet=terms.quiet)
