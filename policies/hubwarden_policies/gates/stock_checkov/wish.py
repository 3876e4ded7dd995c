"""What is asked of stock Checkov, and what comes of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final, get_args

from hubwarden_policies.advice import Advice
from hubwarden_policies.gates.stock_checkov.fault import Fault, LeftOut
from hubwarden_policies.gates.stock_checkov.frameworks import Framework
from hubwarden_policies.record import record

FRAMEWORKS: Final[tuple[Framework, ...]] = get_args(Framework)


@record
class Wish:
    """What is to be judged, and by which of Checkov's checks; the names are Checkov's own.

    `checks` and `skip_checks` are ids, with `*`. `timeout` in seconds for one framework.
    """

    folders: Sequence[Path] = ()
    files: Sequence[Path] = ()
    frameworks: Sequence[Framework] = FRAMEWORKS
    checks: Sequence[str] = ()
    skip_checks: Sequence[str] = ()
    skip_paths: Sequence[str] = ()
    var_files: Sequence[Path] = ()
    external: Sequence[Path] = ()
    timeout: float = 600.0

    def wants(self, check: str) -> bool:
        """Whether this check is to be heard."""
        chosen = not self.checks or any(fnmatchcase(check, one) for one in self.checks)
        return chosen and not any(fnmatchcase(check, one) for one in self.skip_checks)


@record
class Judged:
    """One framework: how many resources it declares, how many of a type with checks.

    `checks` counts Checkov's, `held` says what held it, `other` are types without a check.
    """

    framework: Framework
    resources: int
    judged: int
    checks: int
    seconds: float
    held: str | None
    other: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


@record
class Outcome:
    """All that a run has to say."""

    judged: tuple[Judged, ...] = ()
    advice: tuple[Advice, ...] = ()
    faults: tuple[Fault, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
