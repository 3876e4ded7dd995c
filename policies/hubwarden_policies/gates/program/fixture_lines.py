"""The line to add to hubwarden.toml where a program cannot do with what was made up for it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from hubwarden_policies.gates.program.running.recording import Failure, MadeText, Recording

_CALL: Final = "call:"
_WORD: Final = 6  # characters of a made-up value by which it is known again


def missing_line(failure: Failure, recording: Recording) -> str:
    """The line for the output of a resource that the failure shows, else for the last one.

    For a program that ran well in preview: there it knew no outputs, but the results of calls.
    """
    types = {item.urn: item.type for item in recording.resources if item.custom}
    for made in _shown(failure, recording):
        if made.source in types:
            return _line("outputs", types[made.source], made.path)
    declared = [name for name in types.values() if not name.startswith("pulumi:")]
    return _line("outputs", declared[-1], "") if declared else call_line(failure, recording)


def call_line(failure: Failure, recording: Recording) -> str:
    """The line for the result of a function that the failure shows, else for the last one."""
    for made in _shown(failure, recording):
        if made.source.startswith(_CALL):
            return _line("calls", made.source.removeprefix(_CALL), made.path)
    tokens = [call.token for call in recording.calls if not call.credentials]
    return _line("calls", tokens[-1] if tokens else "FUNCTION", "")


def _shown(failure: Failure, recording: Recording) -> list[MadeText]:
    return [
        made
        for made in recording.made
        if any(word in failure.message for word in _words(made.text))
    ]


def _line(table: str, key: str, path: str) -> str:
    name = re.split(r"[.\[]", path)[0] or "NAME"
    return f'give the real value in hubwarden.toml: [check.{table}."{key}"] {name} = "…".'


def _words(text: str) -> list[str]:
    return [word for word in re.split(r"[^A-Za-z0-9-]+", text) if len(word) >= _WORD]
