"""The resources of Terraform: HCL by its headers, JSON syntax, and plans."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from hubwarden_policies.gates.stock_checkov.readers.declared import Declared, Gap, Reading
from hubwarden_policies.gates.stock_checkov.readers.lenient_json import NotJson, parse
from hubwarden_policies.gates.stock_checkov.readers.lines import Lines

_HEREDOC: Final = r"<<-?(?P<end>\w+)[^\n]*\n.*?(?:^[ \t]*(?P=end)[ \t]*$|\Z)"
_HIDDEN: Final = re.compile(
    rf'{_HEREDOC}|"(?:\\.|[^"\\\n])*"|#[^\n]*|//[^\n]*|/\*.*?(?:\*/|\Z)', re.DOTALL | re.MULTILINE
)
_HEADER: Final = re.compile(r"^[ \t]*(?:resource|module)\b(?=[ \t]+[\"\w])", re.MULTILINE)
_RESOURCE: Final = re.compile(
    r"[ \t]*resource[ \t]+\"?([\w-]+)\"?[ \t]+\"?([\w-]+)\"?\s*\{(\s*count\s*=\s*0\s*$)?",
    re.MULTILINE,
)
_MODULE: Final = re.compile(
    r"[ \t]*module[ \t]+\"?([\w-]+)\"?\s*\{[^{}]*?\bsource\s*=\s*\"([^\"]*)\""
)
_DEEPEST: Final = 60


def read_hcl(text: str) -> Reading:
    """What a file in HCL declares. What is counted with a plain zero is not deployed."""
    return _reading(_statements(text))


def _statements(text: str) -> Iterator[Declared | Gap]:
    shown = _HIDDEN.sub(_blank, text.removeprefix("\ufeff"))
    lines = Lines(shown)
    for header in _HEADER.finditer(shown):
        line = lines.at(header.end())
        if header[0].strip() == "module":
            match = _MODULE.match(shown, header.start())
            if match is not None and not match[2].startswith("."):
                yield Gap(f"the module {match[1]} is not in this folder", line, harmless=True)
            continue
        match = _RESOURCE.match(shown, header.start())
        if match is None:
            yield Gap("a resource has no type that can be read", line)
        elif not match[3]:
            yield Declared(match[1], match[2], line)


def read_json(text: str) -> Reading:
    """What a file in Terraform's JSON syntax declares."""
    try:
        document = parse(text)
    except NotJson as error:
        return Reading(gaps=(Gap(str(error)),))
    return _reading(_json(document))


def _json(document: Any) -> Iterator[Declared | Gap]:
    for block in _each(document, "resource"):
        for type_, names in block.items():
            for name in names if isinstance(names, dict) else ():
                yield Declared(type_, name)
            if not isinstance(names, dict):
                yield Gap(f"a resource of type {type_} has no name that can be read")


def read_plan(text: str) -> Reading:
    """What a plan (`terraform show -json`) leaves in place."""
    try:
        document = parse(text)
    except NotJson as error:
        return Reading(gaps=(Gap(str(error)),))
    root: Any = document
    for step in ("planned_values", "root_module"):
        root = root.get(step) if isinstance(root, dict) else None
    return _reading(_module(root, 0))


def _module(module: Any, depth: int) -> Iterator[Declared | Gap]:
    if depth > _DEEPEST:
        yield Gap("its modules are nested too deeply")
        return
    for one in _each(module, "resources"):
        if one.get("mode", "managed") == "managed":
            if isinstance(one.get("type"), str) and isinstance(one.get("name"), str):
                yield Declared(one["type"], one["name"])
            else:
                yield Gap("a resource has no type or no name that can be read")
    for child in _each(module, "child_modules"):
        yield from _module(child, depth + 1)


def _each(parent: Any, name: str) -> list[dict[str, Any]]:
    """The objects of this name: one, or several in a list."""
    found = parent.get(name) if isinstance(parent, dict) else None
    return [one for one in (found if isinstance(found, list) else [found]) if isinstance(one, dict)]


def _reading(found: Iterator[Declared | Gap]) -> Reading:
    everything = tuple(found)
    return Reading(
        tuple(one for one in everything if isinstance(one, Declared)),
        tuple(one for one in everything if isinstance(one, Gap)),
    )


def _blank(match: re.Match[str]) -> str:
    found = match[0]
    return found if found.startswith('"') else re.sub(r"[^\n]", " ", found)
