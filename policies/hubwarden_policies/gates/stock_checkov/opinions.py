"""What Checkov says, as advice: with the file as the user names it and a severity of ours."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from hubwarden_policies.advice import Advice
from hubwarden_policies.advice_table import TABLE
from hubwarden_policies.gates.stock_checkov.engine.heard import PACK
from hubwarden_policies.gates.stock_checkov.fault import LeftOut
from hubwarden_policies.gates.stock_checkov.readers.declared import Reading
from hubwarden_policies.gates.stock_checkov.stage import Stage
from hubwarden_policies.model import Location
from hubwarden_policies.rule import MEDIUM, Severity, Subject

# How comments of hubwarden's own checks begin: they skip, for Checkov shows neither under a word of
# its own. What is unknown to them is what they are not about.
_UNDECIDED: Final = "undecided: "
_INEXPRESSIBLE: Final = "not expressible: "
_SOURCE: Final = "https://github.com/bridgecrewio/checkov"
# Where a check has no page and no file that is known: what such checks are.
_CUSTOM: Final = "https://www.checkov.io/3.Custom%20Policies/Custom%20Policies%20Overview.html"


def advice(
    stage: Stage,
    said: Mapping[str, Any],
    readings: Mapping[str, Reading],
    wanted: Callable[[str], bool],
) -> Iterator[Advice]:
    """The failed checks, then what was not decided for want of a value."""
    subjects = _Subjects(stage, said, readings)
    for one in said["records"]:
        undecided = _is_told(one, _UNDECIDED)
        told = undecided or one["verdict"] == "failed"
        if told and one["file"] in stage.inputs and wanted(one["check"]):
            line = one["lines"][0] if one["lines"] else 1
            yield Advice(
                check=one["check"],
                name=one["name"],
                verdict="undecided" if undecided else "failed",
                severity=severity(one["check"], one["severity"]),
                level="mandatory",
                stack=stage.framework,
                subject=subjects.named(one["file"], one["resource"], line),
                guideline=one["guideline"] or _source(one["module"], said["version"]),
            )
    for file, type_, name, line, check, verdict, _ in said["runs"]:
        theirs = verdict == "unknown" and not check.startswith(PACK)
        if theirs and file in stage.inputs and wanted(check):
            yield Advice(
                check=check,
                name=said["checks"].get(check, check),
                verdict="undecided",
                severity=severity(check, None),
                level="mandatory",
                stack=stage.framework,
                subject=subjects.made(file, type_, name, line or 1),
                guideline=_source("", said["version"]),
            )


def suppressed(stage: Stage, said: Mapping[str, Any]) -> Iterator[LeftOut]:
    """What the files themselves ask Checkov not to say."""
    for one in said["records"]:
        skipped = one["verdict"] == "skipped" and not _is_told(one, _UNDECIDED, _INEXPRESSIBLE)
        if skipped and one["file"] in stage.inputs:
            shown = stage.inputs[one["file"]].shown
            line = one["lines"][0] if one["lines"] else 1
            yield LeftOut(
                shown,
                f"{one['check']} is suppressed on {one['resource']} (line {line}): "
                f"{one['comment'] or 'without a reason'}",
                stage.framework,
                line,
            )


def severity(check: str, said: str | None) -> Severity:
    """Ours where the check was reviewed; else what the check says, which built-in ones do not."""
    reviewed = TABLE.get(check)
    if reviewed is not None and reviewed.hidden is None:
        return reviewed.severity
    return Severity.__members__.get(said or "", MEDIUM)


def _is_told(record: Mapping[str, Any], *beginnings: str) -> bool:
    """Whether a check of ours told this in the comment with which it skipped."""
    ours = record["verdict"] == "skipped" and record["check"].startswith(PACK)
    return ours and str(record["comment"] or "").startswith(beginnings)


class _Subjects:
    """Resources under Checkov's names for them, as ours."""

    def __init__(
        self, stage: Stage, said: Mapping[str, Any], readings: Mapping[str, Reading]
    ) -> None:
        self._stage = stage
        self._parts = {f"{one[1]}.{one[2]}": (one[1], one[2]) for one in said["runs"]}
        for reading in readings.values():
            for one in reading.resources:
                self._parts.setdefault(f"{one.type}.{one.name}", (one.type, one.name))

    def named(self, file: str, resource: str, line: int) -> Subject:
        type_, name = self._parts.get(resource) or self._split(resource)
        return self._subject(file, type_, name, resource, line)

    def made(self, file: str, type_: str, name: str, line: int) -> Subject:
        return self._subject(file, type_, name, f"{type_}.{name}", line)

    def _subject(self, file: str, type_: str, name: str, address: str, line: int) -> Subject:
        place = Location(self._stage.inputs[file].shown, max(line, 1))
        return Subject(type_, name, address, (place,))

    def _split(self, resource: str) -> tuple[str, str]:
        """Modules before, type and name at the end, which may have a key with dots in it."""
        match = re.search(r"([\w-]+)\.([\w-]+(?:\[.*\])?)$", resource)
        if self._stage.framework.startswith("terraform") and match:
            return match[1], match[2]
        return resource.rpartition(".")[0] or resource, resource.rpartition(".")[2]


def _source(module: str, version: str) -> str:
    """Where one can read what a check asks."""
    if module.startswith("checkov.common.graph"):
        return f"{_SOURCE}/tree/{version}/checkov"
    if module.startswith("checkov."):
        return f"{_SOURCE}/blob/{version}/{module.replace('.', '/')}.py"
    return _CUSTOM if module else f"{_SOURCE}/tree/{version}/checkov"
