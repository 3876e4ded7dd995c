"""Checkov's opinion on judged stacks, from a process of its own.

In the process of the check Checkov would cost its dependencies' start, and its stand-ins
(`engine/micro.py`) would be in the way of a real Checkov.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self

from hubwarden_policies.advice_table import CHECKOV, TABLE
from hubwarden_policies.gates.checkov_advice.request import request
from hubwarden_policies.record import record

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hubwarden_policies.advice import Opinion
    from hubwarden_policies.model import Stack

_ENGINE: Final = "hubwarden_policies.gates.checkov_advice.engine"
# Windows' Python does not start without it. Nothing else of the caller's is any use to Checkov.
_NEEDED: Final = ("SYSTEMROOT",)
_INSTALL: Final = f"install it with `pip install checkov=={CHECKOV}`"
_PATIENCE: Final = 60.0  # seconds for all stacks, which take well under one


@record
class Said:
    """What Checkov says of each resource of each stack, in their order, or `why` it says nothing.

    `broken` are sentences on checks that did not load.
    """

    opinions: tuple[tuple[tuple[Opinion, ...], ...], ...] = ()
    why: str | None = None
    broken: tuple[str, ...] = ()


class Checkov:
    """Checkov at work. Use it as a context: leaving ends it.

    It has begun to load when the constructor returns, so programs can run meanwhile. `checks` are
    ids of the table; by default those that are not hidden.
    """

    def __init__(self, environ: Mapping[str, str], checks: Sequence[str] | None = None) -> None:
        shown = [check for check, reviewed in TABLE.items() if reviewed.hidden is None]
        modules = [TABLE[check].module for check in (shown if checks is None else checks)]
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-m", _ENGINE, CHECKOV, *modules],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={name: environ[name] for name in _NEEDED if name in environ},
            cwd=Path(__file__).parent,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        if self._process.poll() is None:
            self._process.kill()
        with suppress(OSError):
            self._process.communicate()

    def results(self, stacks: Sequence[Stack]) -> Said:
        """What it says of these stacks. It can be asked once."""
        # Not before: this loads every rule, which the caller does while programs run.
        from hubwarden_policies.advice import Opinion

        asked = [request(resource) for stack in stacks for resource in stack.resources]
        answer = self._answer(json.dumps(asked).encode())
        if answer is None:
            return Said(why="Checkov ended without an answer")
        if answer["version"] is None:
            return Said(why=f"Checkov is not installed; {_INSTALL}")
        if answer["version"] != CHECKOV:
            return Said(
                why=f"this is Checkov {answer['version']}, not the reviewed one; {_INSTALL}"
            )
        said = iter(answer["opinions"])
        return Said(
            opinions=tuple(
                tuple(tuple(Opinion(**one) for one in next(said)) for _ in stack.resources)
                for stack in stacks
            ),
            broken=tuple(
                f"{check} could not be loaded: {answer['broken'][reviewed.module]}"
                for check, reviewed in TABLE.items()
                if reviewed.module in answer["broken"]
            ),
        )

    def _answer(self, asked: bytes) -> dict[str, Any] | None:
        try:
            output, _ = self._process.communicate(asked, _PATIENCE)
            answer: dict[str, Any] = json.loads(output)
        except (subprocess.TimeoutExpired, ValueError):
            return None
        return answer
