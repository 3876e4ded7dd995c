"""The levels that a team gives rules, as Pulumi's `--policy-pack-config` writes them.

    {"all": "advisory", "hub-local-auth": "mandatory", "kv-purge": {"enforcementLevel": "disabled"}}

Beside the ids of rules there are `all`, `undecided`, `checkov` and `checkov:CKV_…`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, TypeGuard, get_args

from hubwarden_policies.catalogue import RULES, find
from hubwarden_policies.model import Location
from hubwarden_policies.policy_file import SettingsError, nearest, read_text
from hubwarden_policies.team import Level

if TYPE_CHECKING:
    from pathlib import Path

_LEVELS: Final = get_args(Level)
_GENERAL: Final = ("all", "undecided", "checkov")
_CHECKOV: Final = re.compile(r"checkov:CKV2?_[A-Z]+_\d+")


def read_levels(path: Path, shown: str) -> dict[str, Level]:
    """The levels in this file by today's ids of the rules; none where there is no file.

    Raises `SettingsError` at the line of what nobody knows.
    """
    text = read_text(path, shown)
    if text is None:
        return {}
    try:
        said = json.loads(text, object_pairs_hook=_once)
    except json.JSONDecodeError as error:
        place = Location(shown, error.lineno, error.colno)
        sentence = f"{shown}:{error.lineno}: this is no JSON: {error.msg}"
        raise SettingsError(sentence, place) from None
    except _Twice as error:
        raise _at(text, shown, error.key, f"{error.key} is there twice") from None
    if not isinstance(said, Mapping):
        raise SettingsError(f"{shown}:1: this is no JSON object", Location(shown, 1))
    found: dict[str, Level] = {}
    for name, value in said.items():
        try:
            found[known_name(name)] = _level(name, value)
        except ValueError as error:
            raise _at(text, shown, name, str(error)) from None
    return found


def known_name(name: str) -> str:
    """Today's name of what a level is for; raises ValueError with a way out."""
    if name in _GENERAL or _CHECKOV.fullmatch(name):
        return name
    rule = find(name)
    if rule is None:
        known = [*_GENERAL, *(rule.id for rule in RULES)]
        raise ValueError(f"there is no rule {name}; {nearest(name, known)}")
    return rule.id


def _level(name: str, value: object) -> Level:
    said = value if isinstance(value, Mapping) else {"enforcementLevel": value}
    word = said.get("enforcementLevel")
    if not _is_level(word):
        raise ValueError(f"{name} has no level {json.dumps(word)}; there are {', '.join(_LEVELS)}")
    if further := [key for key in said if key != "enforcementLevel"]:
        # The engine would hand it to the pack's rule, and the check would judge by another word.
        raise ValueError(f"{name} has {further[0]}, which only hubwarden.toml may say")
    return word


def _is_level(word: object) -> TypeGuard[Level]:
    return word in _LEVELS


def _at(text: str, shown: str, key: str, sentence: str) -> SettingsError:
    before = text.partition(json.dumps(key))[0]
    line = before.count("\n") + 1 if before != text else 1
    return SettingsError(f"{shown}:{line}: {sentence}", Location(shown, line))


class _Twice(Exception):
    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """JSON lets a key stand twice, and a reader would see one and Python the other."""
    found: dict[str, object] = {}
    for key, value in pairs:
        if key in found:
            raise _Twice(key)
        found[key] = value
    return found
