"""The resources of a Bicep file by their headers: `resource symbol 'type@version' =`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from hubwarden_policies.gates.stock_checkov.readers.declared import Declared, Gap, Reading
from hubwarden_policies.gates.stock_checkov.readers.lines import Lines

_HIDDEN: Final = re.compile(
    r"'''.*?(?:'''|\Z)|'(?:\\.|[^'\\\n])*'|//[^\n]*|/\*.*?(?:\*/|\Z)", re.DOTALL
)
_HEADER: Final = re.compile(r"^[ \t]*(?:resource|module)\b[ \t]+(?=\w)", re.MULTILINE)
_RESOURCE: Final = re.compile(r"[ \t]*resource\s+(\w+)\s+'([^'@\s]+)(@[^']*)?'\s*(existing\b)?\s*=")
_MODULE: Final = re.compile(r"[ \t]*module\s+(\w+)\s+'([^']+)'")


def read(text: str) -> Reading:
    """What the file declares. Of what is `existing` nothing is deployed, so it is no resource."""
    found = tuple(_statements(text))
    return Reading(
        tuple(one for one in found if isinstance(one, Declared)),
        tuple(one for one in found if isinstance(one, Gap)),
    )


def _statements(text: str) -> Iterator[Declared | Gap]:
    # Without comments and long strings, which may hold anything; then without any string.
    shown = _HIDDEN.sub(lambda match: _blank(match[0], keep="'"), text)
    bare = _HIDDEN.sub(lambda match: _blank(match[0], keep=""), text)
    lines = Lines(text)
    parents: list[tuple[int, str]] = []
    depth, seen = 0, 0
    for header in _HEADER.finditer(bare):
        start = header.start()
        depth += bare.count("{", seen, start) - bare.count("}", seen, start)
        seen = start
        line = lines.at(header.end())
        if "module" in header[0]:
            yield from _module(shown, start, line)
            continue
        match = _RESOURCE.match(shown, start)
        if match is None:
            yield Gap("a resource has no type that can be read", line)
            continue
        while parents and parents[-1][0] >= depth:
            parents.pop()
        symbol, type_, _, existing = match.groups()
        if "." not in type_.partition("/")[0] and parents:
            type_ = f"{parents[-1][1]}/{type_}"
        parents.append((depth, type_))
        if not existing:
            yield Declared(type_, symbol, line)


def _module(shown: str, start: int, line: int) -> Iterator[Gap]:
    match = _MODULE.match(shown, start)
    if match is None:
        yield Gap("a module has no source that can be read", line)
    elif match[2].startswith(("br:", "br/", "ts:", "ts/")):
        yield Gap(f"the module {match[1]} is not in this folder", line, harmless=True)


def _blank(found: str, keep: str) -> str:
    """The same number of characters and lines, and a short string as it is where it is kept."""
    if keep and found.startswith(keep) and not found.startswith(keep * 3):
        return found
    return re.sub(r"[^\n]", " ", found)
