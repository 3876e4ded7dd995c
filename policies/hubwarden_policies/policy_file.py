"""Reads a file that a team writes by hand, and says where and why it cannot be used."""

from __future__ import annotations

import difflib
import errno
import re
import tomllib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, TypeVar, cast, get_args

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic.fields import FieldInfo

from hubwarden_policies.model import Location


class SettingsError(Exception):
    """The settings cannot be used; the text is one sentence with the place and a way out."""

    def __init__(self, sentence: str, location: Location) -> None:
        super().__init__(sentence)
        self.location = location


class Table(BaseModel):
    """A table of such a file: unknown keys are errors, `"1"` is no number."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True, strict=True)


Model = TypeVar("Model", bound=BaseModel)


def read_text(path: Path, shown: str) -> str | None:
    """The text of the file, None where there is none; `shown` is its name in sentences."""
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        if path.is_symlink():
            # What it leads to was meant to decide, and may be stricter than nothing.
            raise SettingsError(
                f"{shown} leads nowhere: restore what it is a link to, or take it away",
                Location(shown, 1),
            ) from None
        return None
    except (OSError, UnicodeDecodeError) as error:
        if isinstance(error, OSError) and error.errno == errno.ENAMETOOLONG:
            return None
        reason = (
            "is not UTF-8" if isinstance(error, ValueError) else f"cannot be read: {error.strerror}"
        )
        raise SettingsError(f"{shown} {reason}", Location(shown, 1)) from None


def parse_toml(text: str, shown: str) -> dict[str, Any]:
    """The tables of a TOML text; raises `SettingsError`."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = re.search(r" \(at line (\d+), column (\d+)\)", str(error))
        line = int(place[1]) if place else text.count("\n") + 1
        reason = str(error)[: place.start() if place else None].split(" (at ")[0]
        raise SettingsError(
            f"{shown}:{line}: this is no TOML: {reason}",
            Location(shown, line, int(place[2]) if place else None),
        ) from None


def validated(model: type[Model], data: object, text: str, shown: str) -> Model:
    """The data as this model; raises `SettingsError` at the line of the first thing wrong."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise _wrong(error, model, text, shown) from None


def nearest(word: str, known: Iterable[str]) -> str:
    """A way out for a word that nobody knows: the nearest one, or all of a few."""
    known = list(known)
    near = difflib.get_close_matches(word, known, 1, cutoff=0.5)
    return f'did you mean "{near[0]}"?' if near else f"there are {', '.join(known)}"


def line_of(text: str, keys: Sequence[str | int]) -> int:
    """The line of the statement that brings this key in: TOML's parser alone knows its grammar."""
    lines = text.splitlines(keepends=True)
    start = 1
    for end in range(1, len(lines) + 1):
        try:
            data: Any = tomllib.loads("".join(lines[:end]))
        except tomllib.TOMLDecodeError:
            continue
        if _found(data, keys):
            return next(
                (n for n in range(start, end + 1) if lines[n - 1].strip().partition("#")[0]), end
            )
        start = end + 1
    return 1


def _found(data: Any, keys: Sequence[str | int]) -> bool:
    for key in keys:
        if isinstance(key, int) and isinstance(data, list):
            data = data[key] if key < len(data) else None
        else:
            data = data.get(key) if isinstance(data, dict) else data
    return data is not None


def _wrong(error: ValidationError, model: type[BaseModel], text: str, shown: str) -> SettingsError:
    errors = error.errors(include_url=False, include_input=False)
    # A key that is misspelt is missing too, and its misspelling says more.
    first = next((one for one in errors if one["type"] == "extra_forbidden"), errors[0])
    keys = first["loc"]
    names = [str(key) for key in keys]
    missing = first["type"] == "missing"
    line = line_of(text, keys[:-1] if missing else keys)
    *tables, key = names
    where = f" in [{'.'.join(t for t in tables if not t.isdigit())}]" if tables else ""
    if first["type"] == "extra_forbidden":
        way_out = nearest(key, _keys(model, tables))
        sentence = f'there is no key "{key}"{where}; {way_out}'
    elif missing:
        sentence = f'the key "{key}" is missing{where}'
    else:
        said = (
            first["msg"].removeprefix("Value error, ").removeprefix("Input ").removeprefix("input ")
        )
        sentence = f"{'.'.join(n for n in names if not n.isdigit())} {_in_toml(said)}"
    return SettingsError(f"{shown}:{line}: {sentence}", Location(shown, line))


def _in_toml(said: str) -> str:
    said = re.sub(r"dictionary.*", "table", said)
    return said.replace("valid boolean", "true or false").replace("a true", "true")


def _keys(model: type[BaseModel], tables: Sequence[str]) -> list[str]:
    for table in tables:
        if not table.isdigit():
            kind = _fields(model)[table].annotation
            model = cast("type[BaseModel]", next(iter(get_args(kind)), kind))
    return list(_fields(model))


def _fields(model: type[BaseModel]) -> dict[str, FieldInfo]:
    return {field.alias or name: field for name, field in model.model_fields.items()}
