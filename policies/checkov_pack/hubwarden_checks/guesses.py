"""Where Checkov guesses in HCL: of a condition that it cannot evaluate it takes a branch all the
same, and of `for` it may make an empty list.

So the files are read a second time, by Checkov's own reader, which then takes a branch only where
the condition is plain, and leaves `for` alone. What it reads otherwise was a guess, and no value.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from checkov.common.graph.db_connectors.networkx.networkx_db_connector import NetworkxConnector
from checkov.terraform.graph_builder.variable_rendering import evaluate_terraform as evaluator
from checkov.terraform.graph_manager import TerraformGraphManager

from checkov_pack.hubwarden_checks.blocks import Block, unkeyed
from checkov_pack.hubwarden_checks.sensitive import is_sensitive

_WRAPPED: Final = ("['${", "}']")
_BOOL: Final = re.compile(r"""(["']?)(true|false)\1""", re.IGNORECASE)
_LITERAL: Final = r"""("[^"]*"|'[^']*'|-?\d+(?:\.\d+)?|[A-Za-z][\w-]*)"""
_COMPARED: Final = re.compile(rf"{_LITERAL}\s*(==|!=)\s*{_LITERAL}")
# Of a key that only one of the readings has.
_NONE: Final = object()


def without(found: list[Block], given: Sequence[str]) -> list[Block]:
    """The blocks, with an expression where Checkov guessed a value; `given` are files of values."""
    folders = [folder for folder in _outermost(one.root for one in found) if _asks(folder)]
    if not folders:
        return found
    with _careful():
        read = {key: conf for folder in folders for key, conf in _read(folder, given)}
    return [replace(one, conf=_held(one.conf, _again(one, read), one.type)) for one in found]


def is_true(condition: str) -> bool | None:
    """Whether a condition holds; None where it is not plain enough to tell."""
    for operator, decides in (("||", True), ("&&", False)):
        if operator in condition:
            told = [is_true(part) for part in condition.split(operator)]
            if decides in told:
                return decides
            return None if None in told else not decides
    text = condition.strip()
    if said := _BOOL.fullmatch(text):
        return said[2].lower() == "true"
    if said := _COMPARED.fullmatch(text):
        left, right = (_plain(side) for side in (said[1], said[3]))
        return (left == right) is (said[2] == "==")
    return None


def _plain(literal: str) -> str:
    """A literal as Checkov may write it: without its quotes, or as Python has it."""
    text = literal.strip("\"'")
    return {"none": "null", "true": "true", "false": "false"}.get(text.lower(), text)


@contextmanager
def _careful() -> Iterator[None]:
    """Let Checkov's reader leave a condition alone that it cannot evaluate."""
    compared = evaluator.evaluate_compare

    def take(text: str) -> str:
        while (held := _condition(text)) is not None:
            inner, groups, whole = held
            holds = is_true(groups[0])
            if holds is None:
                break
            branch = groups[1] if holds else groups[2]
            text = inner.replace(whole, str(evaluator.evaluate_terraform(branch)).strip())
        return text

    def compare(text: str) -> str | bool | int:
        return text if isinstance(text, str) and _condition(text) else compared(text)

    instead = {
        "evaluate_conditional_expression": take,
        "evaluate_compare": compare,
        "handle_for_loop": _as_it_is,
    }
    own = {name: getattr(evaluator, name) for name in instead}
    try:
        for name, function in instead.items():
            setattr(evaluator, name, function)
        yield
    finally:
        for name, function in own.items():
            setattr(evaluator, name, function)


def _as_it_is(text: Any) -> Any:
    return text


def _condition(text: str) -> tuple[str, list[str], str] | None:
    """The first conditional expression in a text: where it stands, its three parts, and itself."""
    first, last = _WRAPPED
    wrapped = text.startswith(first) and text.endswith(last)
    inner = text[len(first) : -len(last)] if wrapped else text
    found = evaluator.find_conditional_expression_groups(inner)
    if found is None or len(found[0]) != 3:
        return None
    groups, start, end = found
    return inner, groups, inner[start:end]


def _outermost(folders: Iterable[str]) -> list[Path]:
    paths = sorted({Path(folder).absolute() for folder in folders})
    return [one for one in paths if not any(other in one.parents for other in paths)]


def _asks(folder: Path) -> bool:
    texts = (path.read_bytes() for path in folder.rglob("*.tf") if path.is_file())
    return any(b"?" in text or b"for " in text for text in texts)


def _read(
    folder: Path, given: Sequence[str]
) -> Iterator[tuple[tuple[str, str], Mapping[str, Any]]]:
    manager = TerraformGraphManager(db_connector=NetworkxConnector())
    graph, _ = manager.build_graph_from_source_directory(str(folder), vars_files=given)
    for vertex in graph.vertices:
        if vertex.block_type != "resource":
            continue
        for named in vertex.config.values():
            for label, conf in named.items():
                address = str(conf.get("__address__") or label)
                file = str(Path(vertex.path).absolute())
                yield (file, address), conf
                yield (file, unkeyed(address)), conf


def _again(one: Block, read: Mapping[tuple[str, str], Mapping[str, Any]]) -> Mapping[str, Any]:
    file = str(Path(one.file).absolute())
    bare = read.get((file, unkeyed(one.address)), one.conf)
    return read.get((file, one.address), bare)


def _held(value: Any, again: Any, type_: str) -> Any:
    """The value, with an expression where the two readings differ: one of them is a guess."""
    if value == again:
        return value
    if isinstance(value, Mapping) and isinstance(again, Mapping):
        # A text that may be a secret in clear is told as such: an expression would hide it.
        told = {key: held for key, held in value.items() if _stays(key, type_)}
        keys = [key for key in {**value, **again} if not _stays(key, type_)]
        return told | {k: _held(value.get(k, _NONE), again.get(k, _NONE), type_) for k in keys}
    if isinstance(value, list) and isinstance(again, list) and len(value) == len(again):
        return [_held(*pair, type_) for pair in zip(value, again, strict=True)]
    return f"${{{again}}}" if isinstance(again, str) else "${guess}"


def _stays(key: object, type_: str) -> bool:
    return str(key).startswith("__") or is_sensitive(type_, str(key))
