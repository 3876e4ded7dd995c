"""What a SARIF log is made of, whoever found it: levels, places, texts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any, Final
from urllib.parse import quote

from hubwarden_policies.model import Location
from hubwarden_policies.reports.shared import file
from hubwarden_policies.rule import Severity, Subject

ROOT: Final = "%SRCROOT%"
# Not `primaryLocationLineHash`: that one is GitHub's own, made of the line's text when it is
# uploaded, and GitHub warns about every other value.
FINGERPRINT: Final = "hubwarden/v1"
LEVELS: Final[Mapping[Severity, str]] = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "note",
    Severity.INFO: "note",
}
# GitHub's scale: above 9 is critical, from 7 high, from 4 medium, above 0 low.
_SCORES: Final[Mapping[Severity, str]] = {
    Severity.CRITICAL: "9.5",
    Severity.HIGH: "8.0",
    Severity.MEDIUM: "5.5",
    Severity.LOW: "2.0",
    Severity.INFO: "0.0",
}
_LINK: Final = re.compile(r"\[(?=[^\]]*\]\()")


def weight(severity: Severity, *tags: str) -> dict[str, Any]:
    """How bad a rule's results are, as a descriptor says it; GitHub reads it with this tag only."""
    return {
        "defaultConfiguration": {"level": LEVELS[severity]},
        "properties": {"tags": ["security", *tags], "security-severity": _SCORES[severity]},
    }


def plain(text: str) -> str:
    """A message's text, in which a bracket would otherwise begin a link (3.11.6)."""
    return _LINK.sub(r"\\[", text)


def location(place: Location, folder: str) -> dict[str, Any]:
    """A line or a whole file, named from where the command was started."""
    region = {"startLine": place.line, "startColumn": place.column}
    known = {name: number for name, number in region.items() if number}
    artifact = {"artifactLocation": _artifact(file(place, folder))}
    return {"physicalLocation": artifact | ({"region": known} if known else {})}


def about(subject: Subject, places: tuple[Location, ...], folder: str) -> dict[str, Any]:
    """Where a result stands: the first of the places, and what it is about."""
    # GitHub refuses a whole log for one result without a place.
    first = places[0] if places else Location("Pulumi.yaml", 1)
    logical = {"fullyQualifiedName": subject.address, "name": subject.name, "kind": "resource"}
    return location(first, folder) | {"logicalLocations": [logical]}


def _artifact(named: str) -> dict[str, str]:
    path = PurePosixPath(named)
    return (
        {"uri": path.as_uri()} if path.is_absolute() else {"uri": quote(named), "uriBaseId": ROOT}
    )
