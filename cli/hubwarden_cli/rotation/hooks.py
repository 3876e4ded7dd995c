"""Commands of the consumers: to make them read again, and to hear that they did.

They get names and a version's id, no key, and nothing of our environment that could act on Azure.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from hubwarden_cli.guard import Refusal

_PASSED: Final = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "SYSTEMROOT")
_SECONDS: Final = 120


class HookFailed(Refusal):
    """A consumer was not told. It still works: nothing is retired before its hook has run."""


@dataclass(frozen=True)
class Hooks:
    """Runs argv lists in the folder of consumers.toml, without a shell."""

    folder: Path
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ, repr=False)

    def notify(self, argv: Sequence[str], told: Mapping[str, str]) -> None:
        """Returns when the hook exited 0; HookFailed otherwise. It may be run more than once."""
        code = self._run(argv, told)
        if code != 0:
            raise HookFailed(
                f"the hook {argv[0]!r} of {told['HUBWARDEN_CONSUMER']} ended with {code}; the old"
                " key stays valid; mend the hook, then resume the run."
            )

    def acknowledged(self, argv: Sequence[str], told: Mapping[str, str]) -> bool:
        """Whether the consumer says that it holds the version."""
        return self._run(argv, told) == 0

    def _run(self, argv: Sequence[str], told: Mapping[str, str]) -> int | str:
        environ = {name: self.environ[name] for name in _PASSED if name in self.environ}
        try:
            ended = subprocess.run(
                list(argv),
                cwd=self.folder,
                env={**environ, **told},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                timeout=_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return f"no answer in {_SECONDS} s"
        except OSError as error:
            return error.strerror or "no start"
        return ended.returncode
