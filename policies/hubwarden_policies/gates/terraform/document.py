"""From bytes to what `terraform show -json` prints, or a sentence on what it is instead."""

from __future__ import annotations

import codecs
import json
import re
from typing import Any, Final, NoReturn

# Terraform's own plans are some fifteen levels deep, whatever is in them.
DEEPEST: Final = 100
# The major version that this reader was written for; minor ones only add to it.
MAJOR: Final = "1"
_WAY: Final = "run `terraform show -json PLANFILE > plan.json` and check that file."
_SURROGATE: Final = re.compile(r"\\u[dD][89a-fA-F]")


class Unreadable(Exception):
    """Why a file is no plan to judge: a word for machines and a sentence with a way out."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind, self.message = kind, message


def document(raw: bytes) -> dict[str, Any]:
    """The JSON object of a plan or a state; raises `Unreadable`."""
    if raw.startswith(b"PK\x03\x04"):
        raise Unreadable("binary-plan", f"This is a plan in Terraform's binary form: {_WAY}")
    found = _parsed(_text(raw))
    if isinstance(found, dict) and {"lineage", "serial"} <= found.keys():
        message = "This is a raw state file: run `terraform show -json > state.json` and check that"
        raise Unreadable("raw-state", f"{message} file.")
    if not isinstance(found, dict) or "format_version" not in found:
        raise Unreadable("no-plan", f"This is no output of `terraform show -json`: {_WAY}")
    version = found["format_version"]
    if not isinstance(version, str) or version.partition(".")[0] != MAJOR:
        said = version if isinstance(version, str) and len(version) < 20 else "another kind of"
        message = f"Its format_version is {said}, and hubwarden reads {MAJOR}.x: write the plan"
        raise Unreadable("plan-version", f"{message} with a Terraform or OpenTofu of today.")
    return found


def _text(raw: bytes) -> str:
    # PowerShell's `>` writes UTF-16.
    utf16 = raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        return raw.decode("utf-16" if utf16 else "utf-8-sig")
    except UnicodeDecodeError:
        raise Unreadable("encoding", "The file is neither UTF-8 nor UTF-16: save it so.") from None


def _parsed(text: str) -> Any:
    try:
        found = json.loads(text, object_pairs_hook=_object, parse_constant=_no_number)
    except json.JSONDecodeError as error:
        if '"@level"' in text[:2000]:
            message = f"This is the log of `terraform plan -json`, not a plan: {_WAY}"
            raise Unreadable("plan-log", message) from None
        message = f"It is no JSON ({error.msg}, line {error.lineno}, column {error.colno}): {_WAY}"
        raise Unreadable("json", message) from None
    except RecursionError:
        raise _too_deep() from None
    except ValueError:
        raise Unreadable("json", f"It holds a number that is too long to read: {_WAY}") from None
    _check(found, surrogates=_SURROGATE.search(text) is not None)
    return found


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Unreadable("json", f"An object in it has one key twice, which one is meant?: {_WAY}")
    return found


def _no_number(name: str) -> NoReturn:
    raise Unreadable("json", f"It holds {name}, which is no JSON: {_WAY}")


def _too_deep() -> Unreadable:
    return Unreadable("json", f"It is nested deeper than {DEEPEST} levels, as no plan is: {_WAY}")


def _check(value: Any, *, surrogates: bool) -> None:
    level = [value]
    for _ in range(DEEPEST):
        below: list[Any] = []
        for item in level:
            if isinstance(item, dict):
                below += item.values()
                below += item if surrogates else ()
            elif isinstance(item, list):
                below += item
            elif surrogates and isinstance(item, str):
                _encodable(item)
        if not below:
            return
        level = below
    raise _too_deep()


def _encodable(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError:
        message = f"A text in it has half a character (a lone surrogate): {_WAY}"
        raise Unreadable("encoding", message) from None
