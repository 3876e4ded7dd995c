"""The two lines of the guard, in the program's own file."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Final

from hubwarden_cli.additions.addition import Addition, ByHand
from hubwarden_cli.diagnosis.pack import GUARD, entry_of
from hubwarden_policies.gates.program.pulumi_project.sources import parse

if TYPE_CHECKING:
    from pathlib import Path

    from hubwarden_policies.gates.program.pulumi_project.project import Project

_IMPORT: Final = f"from {GUARD} import guard"
_CALL: Final = "guard()"
# The guard sees what these made of a resource only if it is registered after them.
_TRANSFORMS: Final = frozenset(
    {
        "register_resource_transform",
        "register_stack_transform",
        "register_stack_transformation",
    }
)


def guard_addition(project: Project) -> Addition | ByHand | None:
    """What brings the guard into the program; None where it is there."""
    path = entry_of(project)
    text = _text(path)
    if text is not None and GUARD in text:
        return None
    guarded = _guarded(text) if text is not None else None
    if text is None or guarded is None:
        return ByHand(
            path,
            "where these lines belong cannot be told; they stand before the first resource and "
            "after every transform that is registered",
            f"{_IMPORT}\n{_CALL}\n",
        )
    return Addition(path, guarded, before=text)


def _guarded(text: str) -> str | None:
    """The text with the two lines; None where their place cannot be told."""
    tree = parse(text)
    line = _place(tree) if tree is not None else None
    if line is None:
        return None
    end = "\r\n" if "\r\n" in text else "\n"
    lines = text.splitlines(keepends=True)
    above, below = lines[:line], lines[line:]
    if not above[-1].endswith(("\n", "\r")):
        above[-1] += end
    new = [_IMPORT, "", _CALL, *([""] if below and below[0].strip() else [])]
    return "".join([*above, *(f"{each}{end}" for each in new), *below])


def _place(tree: ast.Module) -> int | None:
    """The number of the line that they follow: the last transform's, else the first imports'."""
    calls = [each for each in ast.walk(tree) if isinstance(each, ast.Call) and _registers(each)]
    own = [at for at, each in enumerate(tree.body) if _is_call_in(each, calls)]
    if len(own) != len(calls):  # one is in a function: who knows when that is called
        return None
    if own:
        return _end(tree, own[-1])
    first = 1 if ast.get_docstring(tree, clean=False) is not None else 0
    last = first
    while last < len(tree.body) and isinstance(tree.body[last], ast.Import | ast.ImportFrom):
        last += 1
    return _end(tree, last - 1) if last > first else None


def _end(tree: ast.Module, at: int) -> int | None:
    """The last line of a statement, None where the next one begins on it."""
    end = tree.body[at].end_lineno
    following = tree.body[at + 1].lineno if at + 1 < len(tree.body) else None
    return None if end == following else end


def _is_call_in(statement: ast.stmt, calls: list[ast.Call]) -> bool:
    return isinstance(statement, ast.Expr) and statement.value in calls


def _registers(call: ast.Call) -> bool:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else None
    return (call.func.id if isinstance(call.func, ast.Name) else name) in _TRANSFORMS


def _text(path: Path) -> str | None:
    """The text with its line ends as they are; None where it is no UTF-8."""
    try:
        return path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError):
        return None
