"""What stands for the secret values of the configuration, which nobody here decrypts.

A stand-in is a mark of the type that the program asks for: a text, a number, or an object that
answers any key. A flag cannot be told from another and is true.
"""

from __future__ import annotations

import functools
import json
from typing import TYPE_CHECKING, Any

from . import references
from .any_object import AnyObject, keep_whole
from .marks import UNIT

if TYPE_CHECKING:
    from collections.abc import Callable

    from .marks import Marks

_STANDS = "$hw"


def install(
    config: dict[str, Any], marks: Marks, fixtures: dict[str, Any]
) -> tuple[dict[str, str], list[str]]:
    """Make the stand-ins; returns the configuration as the SDK takes it, and its secret keys.

    `config` is keyed `namespace:key`; a value is a text, or `{"$hw": "secret"}`, which also stands
    within a JSON text. "config" in `fixtures` has values for what is secret or missing, "stacks"
    the outputs of referenced stacks.
    """
    texts: dict[str, str] = {}
    secret: list[str] = []
    wholly: list[str] = []
    given: dict[str, Any] = fixtures.get("config") or {}
    for key, value in config.items():
        if _is_secret(value):
            secret.append(key)
            if key in given:
                texts[key] = _fixed(given[key], key, marks)
            else:
                wholly.append(key)
                texts[key] = marks.mark(f"config:{key}", "", "config")
        elif isinstance(value, str) and _STANDS in value:
            secret.append(key)
            texts[key] = _text(_filled(json.loads(value), key, "", marks))
        else:
            texts[key] = _text(value)
    texts.update({key: _text(value) for key, value in given.items() if key not in texts})
    if wholly:
        _watch_types(frozenset(wholly), marks)
    keep_whole()
    references.install(marks, fixtures.get("stacks") or {})
    return texts, secret


def _fixed(value: Any, key: str, marks: Marks) -> str:
    """A stand-in that the user chose, followed as a mark where it is long enough for that."""
    text = _text(value)
    return marks.adopt(text, f"config:{key}", "", "config") if len(text) >= UNIT else text


def _is_secret(value: Any) -> bool:
    return isinstance(value, dict) and value.get(_STANDS) == "secret"


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _filled(value: Any, key: str, path: str, marks: Marks) -> Any:
    if _is_secret(value):
        return marks.mark(f"config:{key}", path, "config")
    if isinstance(value, dict):
        return {
            name: _filled(item, key, f"{path}.{name}" if path else name, marks)
            for name, item in value.items()
        }
    if isinstance(value, list):
        return [_filled(item, key, f"{path}[{n}]", marks) for n, item in enumerate(value)]
    return value


def any_object(marks: Marks, source: str) -> AnyObject:
    """Stands for a secret object: whatever key is asked for has a mark as its value."""
    made = AnyObject(lambda key: AnyText.of(marks, source, str(key)))
    # So that the whole of it shows a mark too, wherever it is written out.
    made[marks.token(source, "*")]
    return made


class AnyText(str):  # noqa: SLOT000 (it has attributes)
    """A mark that is asked as if it were an object answers that too."""

    _marks: Marks
    _source: str
    _path: str

    @classmethod
    def of(cls, marks: Marks, source: str, path: str) -> AnyText:
        """The mark of this source and path."""
        text = cls(marks.mark(source, path, "config"))
        text._marks, text._source, text._path = marks, source, path
        return text

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, str):
            return AnyText.of(self._marks, self._source, f"{self._path}.{key}")
        return super().__getitem__(key)

    def get(self, key: str, default: Any = None) -> Any:
        """The value below a key, as an object has it."""
        return self[key]


def _watch_types(keys: frozenset[str], marks: Marks) -> None:
    """Answer the getters of other types than text, for the values that are secret as a whole."""
    from pulumi import Config, Output

    def number(key: str) -> int:
        return marks.number(f"config:{key}", "")

    def fields(key: str) -> AnyObject:
        return any_object(marks, f"config:{key}")

    # By the end of the getters' names: get_int, get_secret_int, require_int, require_secret_int.
    kinds: dict[str, Callable[[str], Any]] = {
        "bool": lambda _key: True,
        "int": number,
        "float": lambda key: float(number(key)),
        "object": fields,
    }

    def answering(getter: Any, make: Callable[[str], Any], *, secret: bool) -> Any:
        @functools.wraps(getter)
        def answered(self: Any, key: str, *args: Any, **kwargs: Any) -> Any:
            full = self.full_key(key)
            if full not in keys:
                return getter(self, key, *args, **kwargs)
            value = make(full)
            return Output.secret(value) if secret else value

        return answered

    for kind, make in kinds.items():
        for verb in ("get", "require"):
            for secret in (False, True):
                name = f"{verb}_secret_{kind}" if secret else f"{verb}_{kind}"
                if hasattr(Config, name):
                    setattr(Config, name, answering(getattr(Config, name), make, secret=secret))
