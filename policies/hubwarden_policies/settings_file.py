"""Reads `hubwarden.toml`, and the files that it extends."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeGuard

from hubwarden_policies.model import Location
from hubwarden_policies.policy_file import (
    SettingsError,
    line_of,
    parse_toml,
    read_text,
    validated,
)
from hubwarden_policies.settings import FILE, Settings


def read_settings(root: Path, *, shown_from: Path | None = None) -> Settings:
    """The settings of the project in this folder; the defaults where it has no `hubwarden.toml`.

    Each key of its own wins over what it extends: tables are joined, lists replaced.
    Sentences name files relative to `shown_from`, the folder itself by default. Raises
    `SettingsError` where a file cannot be read, is no TOML or says what nobody knows.
    """
    merged: dict[str, Any] = {}
    for _, data in _chain(root / FILE, shown_from or root):
        merged = _joined(merged, data)
    return Settings.model_validate(merged)


def settings_files(root: Path) -> list[Path]:
    """Every file that `read_settings` reads, the project's own first."""
    return [path for path, _ in _chain(root / FILE, root)]


def _chain(path: Path, shown_from: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    """The file and all that it extends, each valid by itself."""
    seen: list[Path] = []
    told = Location(FILE, 1)
    while True:
        shown = os.path.relpath(path, shown_from).replace(os.sep, "/")
        text = read_text(path, shown)
        if text is None and not seen:
            return
        if text is None or path.resolve() in seen:
            why = "and there is no such file" if text is None else "which extends it in turn"
            sentence = f"{told.file}:{told.line}: it extends {shown}, {why}"
            raise SettingsError(sentence, told)
        data = parse_toml(text, shown)
        validated(Settings, data, text, shown)
        yield path, data
        seen.append(path.resolve())
        if "extends" not in data:
            return
        told = Location(shown, line_of(text, ("extends",)))
        path = path.parent / data["extends"]
        path = path / FILE if path.is_dir() else path


def _joined(over: Mapping[str, Any], under: Mapping[str, Any]) -> dict[str, Any]:
    both = {
        key: _joined(value, below)
        for key, value in over.items()
        if _is_table(value) and _is_table(below := under.get(key))
    }
    return {**under, **over, **both}


def _is_table(value: object) -> TypeGuard[Mapping[str, Any]]:
    return isinstance(value, Mapping)
