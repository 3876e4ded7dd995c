"""One redactor for everything that leaves: credentials go, their kind and length stay.

It knows three things: values that this run saw as secret (also under base64, hexadecimal, JSON
and URL-quoting), the shapes of credentials, and the canary's marks. Resource ids, GUIDs, hashes
in hexadecimal, rule ids and paths pass unchanged. Redacting twice changes nothing.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final
from urllib.parse import quote, quote_plus

from hubwarden_policies import shapes

# Shorter secrets are parts of every text, and hiding each of them would hide the report.
SHORTEST: Final = 5
# A secret shorter than this is hidden as a word only: "admin", but not "administrator".
WORD: Final = 12


class Redactor:
    """Takes credentials out of texts; `secrets` are the values that this run knows to be secret."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._known: dict[str, list[str]] = defaultdict(list)
        for form in sorted(set(_forms(secrets)), key=len, reverse=True):
            self._known[form[:SHORTEST]].append(form)

    def text(self, text: str) -> str:
        """The text without credentials: each is replaced by its kind and its length."""
        return shapes.hide(self._hide_known(text) if self._known else text)

    def line(self, line: str, *, yaml: bool) -> str:
        """A line of a source file without credentials (`shapes.hide_blocks` took those of many).

        In YAML (a stack file) the value under a name such as `dbPassword` goes, whatever it is.
        """
        line = self.text(line)
        return shapes.hide_yaml(line) if yaml else line

    def _hide_known(self, text: str) -> str:
        parts, done, at = [], 0, 0
        while at <= len(text) - SHORTEST:
            form = self._known_at(text, at)
            if form is None:
                at += 1
                continue
            parts += [text[done:at], shapes.gone("secret", form)]
            done = at = at + len(form)
        return "".join([*parts, text[done:]])

    def _known_at(self, text: str, at: int) -> str | None:
        for form in self._known.get(text[at : at + SHORTEST], ()):
            end = at + len(form)
            if text.startswith(form, at) and (len(form) >= WORD or _is_word(text, at, end)):
                return form
        return None


def _is_word(text: str, start: int, end: int) -> bool:
    return not (text[:start][-1:].isalnum() or text[end : end + 1].isalnum())


def _forms(secrets: Iterable[str]) -> Iterator[str]:
    """Every spelling under which a secret may come out."""
    for secret in secrets:
        for value in {secret, *secret.splitlines()}:
            if len(value.strip()) < SHORTEST:
                continue
            data = value.encode("utf-8", "surrogatepass")
            yield from (value, quote(value, safe=""), quote(value), quote_plus(value))
            yield from (json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1])
            yield from (repr(value)[1:-1], data.hex(), data.hex().upper())
            for core in shapes.base64_cores(data):
                yield from (core, core.replace("+", "-").replace("/", "_"))
