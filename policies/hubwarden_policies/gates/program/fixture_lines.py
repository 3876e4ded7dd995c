"""The line to add to hubwarden.toml where a program cannot do with what was made up for it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from hubwarden_policies.gates.program.recording import Failure, Recording

_WORD: Final = 6  # characters of a made-up value by which it is known again


def missing_line(failure: Failure, recording: Recording) -> str:
    """The line for the value that the failure's text shows, else for the last that may be meant."""
    types = {item.urn: item.type for item in recording.resources if item.custom}
    for made in recording.made:
        if any(word in failure.message for word in _words(made.text)):
            if made.source in types:
                return _line("outputs", types[made.source], made.path)
            if made.source.startswith("call:"):
                return _line("calls", made.source.removeprefix("call:"), made.path)
    declared = [name for name in types.values() if not name.startswith("pulumi:")]
    return _line("outputs", declared[-1], "") if declared else call_line(recording)


def call_line(recording: Recording) -> str:
    """The line for the result of the last function that was called."""
    tokens = [call.token for call in recording.calls if not call.credentials]
    return _line("calls", tokens[-1] if tokens else "FUNCTION", "")


def _line(table: str, key: str, path: str) -> str:
    name = re.split(r"[.\[]", path)[0] or "NAME"
    return f'give the real value in hubwarden.toml: [check.{table}."{key}"] {name} = "…".'


def _words(text: str) -> list[str]:
    return [word for word in re.split(r"[^A-Za-z0-9-]+", text) if len(word) >= _WORD]
