"""What hubwarden's own readers and rules say of a file that Checkov asks about.

Every check asks for the same file, so it is read and judged once, until it changes on disk.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from hubwarden_policies.catalogue import RULES
from hubwarden_policies.gates.collected import Collected, InputError
from hubwarden_policies.gates.judged import judged
from hubwarden_policies.model import Stack
from hubwarden_policies.team import Team

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from hubwarden_policies.evaluate import Finding

# Files whose verdicts are held at a time.
_HELD: Final = 64
_UNREADABLE_BICEP: Final = InputError(
    "bicep",
    "hubwarden reads Bicep with tree-sitter, which is not installed beside this Checkov; "
    "`pip install tree-sitter tree-sitter-bicep` there, or check what `bicep build` makes of it.",
)


@dataclass(frozen=True)
class Read:
    """A file's resources and what the rules say; `errors` are what kept it from being read whole.

    `findings`, `crashes` and `inexpressible` are by rule and then by address.
    """

    stack: Stack | None = None
    errors: tuple[str, ...] = ()
    findings: Mapping[str, Mapping[str, list[Finding]]] = field(default_factory=dict)
    crashes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    inexpressible: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def judge(collected: Collected, name: str, today: date) -> Read:
    """Every rule on what was collected, as a careful team without settings of its own has it."""
    examined = judged(
        Collected(collected.stack, (), collected.notes, collected.locate),
        name=name,
        rules=RULES,
        team=Team(today),
    )
    findings: dict[str, dict[str, list[Finding]]] = defaultdict(lambda: defaultdict(list))
    crashes: dict[str, dict[str, str]] = defaultdict(dict)
    inexpressible: dict[str, dict[str, str]] = defaultdict(dict)
    if examined.judgement is not None:
        for finding in examined.judgement.findings:
            findings[finding.rule.id][finding.subject.address].append(finding)
        for crash in examined.judgement.crashes:
            crashes[crash.rule][crash.address] = crash.error
        for one in examined.judgement.inexpressible:
            inexpressible[one.rule][one.resource] = one.path
    errors = tuple(_sentence(error) for error in collected.errors)
    return Read(collected.stack, errors, findings, crashes, inexpressible)


def read_file(file: str, today: date) -> Read:
    """A template, a Bicep file or a plan, by its path; never raises."""
    path = Path(file).absolute()
    try:
        return _read(path, path.stat().st_mtime_ns, today)
    except Exception as error:  # noqa: BLE001 (Checkov would take it for nothing to say)
        return Read(errors=(f"hubwarden could not read it ({type(error).__name__}).",))


@lru_cache(maxsize=_HELD)
def _read(path: Path, _changed: int, today: date) -> Read:
    return judge(_collected(path), path.name, today)


def _collected(path: Path) -> Collected:
    if path.suffix.lower() == ".bicep":
        return _bicep(path)
    raw = path.read_bytes()
    gate: Callable[[bytes, str], Collected]
    if b'"resource_changes"' in raw or b'"planned_values"' in raw:
        from hubwarden_policies.gates.terraform.gate import collect as gate
    else:
        from hubwarden_policies.gates.arm.gate import collect as gate
    return gate(raw, path.name)


def _bicep(path: Path) -> Collected:
    try:
        from hubwarden_policies.gates.bicep.gate import collect
    except ImportError:
        return Collected(errors=(_UNREADABLE_BICEP,))
    # Its modules may stand anywhere in what Checkov was started in.
    root = Path.cwd() if path.is_relative_to(Path.cwd()) else path.parent
    return collect(path, root)


def _sentence(error: InputError) -> str:
    place = error.location
    return error.message if place is None else f"{error.message} ({place.file}:{place.line})"
