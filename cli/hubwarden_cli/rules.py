"""`hubwarden rules`: what is checked."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

if TYPE_CHECKING:
    from hubwarden_policies.rule import Rule


def rules(
    table_format: Annotated[
        Literal["text", "json"], typer.Option("--format", help="For people, or for programs.")
    ] = "text",
) -> None:
    """List all rules, with severity and practices."""
    from hubwarden_cli.streams import columns, write
    from hubwarden_policies.catalogue import RULES
    from hubwarden_policies.reports.page import page_for

    if table_format == "json":
        import json

        text = json.dumps([_entry(rule) for rule in RULES], indent=2)
    else:
        page = page_for(sys.stdout, os.environ, columns())
        width = max(len(rule.id) for rule in RULES) + 2
        lines = [
            line
            for rule in RULES
            for line in page.wrap(
                f"{rule.title} ({', '.join(rule.practices)})",
                0,
                f"{rule.severity!s:10}{rule.id:{width}}",
                str(rule.severity),
            )
        ]
        text = "\n".join(
            [*lines, "", f"{len(RULES)} rules; `hubwarden explain RULE` has a page of each"]
        )
    write(text + "\n", sys.stdout)


def _entry(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "title": rule.title,
        "severity": str(rule.severity),
        "practices": list(rule.practices),
        "types": list(rule.arm_types),
        "why": rule.page.why,
        "fix": rule.fix,
        "covers": list(rule.covers),
        "maps": {framework: list(controls) for framework, controls in rule.maps.items()},
        "also": list(rule.also),
        "aliases": list(rule.aliases),
    }
