"""`hubwarden explain RULE`: the page of a rule, as its docstring says it."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    import ast
    from collections.abc import Iterator

    from hubwarden_policies.reports.page import Page
    from hubwarden_policies.rule import Rule


def _names(incomplete: str) -> list[str]:
    from hubwarden_policies.catalogue import RULES

    return [rule.id for rule in RULES if rule.id.startswith(incomplete)]


def explain(
    rule: Annotated[
        str, typer.Argument(help="A rule's id, as a report shows it.", autocompletion=_names)
    ],
) -> None:
    """Show why a rule is one, a bad and a good example, and the fix."""
    from hubwarden_cli.streams import columns, write
    from hubwarden_policies.catalogue import find
    from hubwarden_policies.reports.page import page_for

    found = find(rule)
    if found is None:
        raise _unknown(rule)
    page = page_for(sys.stdout, os.environ, columns())
    write("\n".join(_lines(found, page)) + "\n", sys.stdout)


def _unknown(name: str) -> Exception:
    import difflib

    from hubwarden_cli.guard import Refusal
    from hubwarden_policies.catalogue import RULES

    near = difflib.get_close_matches(name, _names(""), 3, cutoff=0.4)
    near += [r.id for r in RULES if name in r.covers and r.id not in near]
    guess = f"; did you mean {' or '.join(near)}?" if near else "; `hubwarden rules` lists all."
    return Refusal(f"there is no rule {name}{guess}")


def _lines(rule: Rule, page: Page) -> Iterator[str]:
    from hubwarden_policies.catalogue import peers
    from hubwarden_policies.page import PROGRAM_FILE
    from hubwarden_policies.practices import PRACTICES

    titles = {practice.code: practice.title for practice in PRACTICES}
    yield page.paint("bold", page.plain(f"{rule.title} [{rule.id}]"))
    yield ""
    yield from page.wrap(str(rule.severity), 0, "severity: ", "dim")
    for code in rule.practices:
        yield from page.wrap(f"{code} {titles.get(code, '')}", 0, "practice: ")
    if rule.aliases:
        yield from page.wrap(", ".join(rule.aliases), 0, "formerly: ")
    for paragraph in rule.page.why.split("\n\n"):
        yield ""
        yield from page.wrap(paragraph)
    bad, good = rule.page.bad, rule.page.good
    if rule.page.file == PROGRAM_FILE and (needed := preamble(f"{bad}\n{good}")):
        yield ""
        yield page.paint("bold", "before both examples")
        yield from (f"    {page.plain(line)}" for line in needed)
    for label, example in (("bad", bad), ("good", good)):
        yield ""
        yield page.paint("bold", f"{label} ({rule.page.file})")
        yield from (f"    {page.plain(line)}".rstrip() for line in example.splitlines())
    yield ""
    yield from page.wrap(rule.fix, 0, "fix: ")
    yield ""
    if rule.covers:
        yield from page.wrap(", ".join(rule.covers), 0, "decides: ")
    others = [f"{tool} {one}" for tool, ids in peers(rule).items() for one in ids]
    if others:
        yield from page.wrap(", ".join(others), 0, "of others: ")
    for framework, controls in rule.maps.items():
        yield from page.wrap(", ".join(controls), 0, f"{framework}: ")


def preamble(code: str) -> list[str]:
    """The lines of the rules' preamble that an example needs to be a program."""
    import ast

    from hubwarden_policies.rules import PREAMBLE

    names = _used(ast.parse(code))
    lines = []
    for node in reversed(ast.parse(PREAMBLE).body):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)]) if name in names:
                names |= _used(node)
            case ast.Import(names=found) | ast.ImportFrom(names=found):
                node.names = [alias for alias in found if (alias.asname or alias.name) in names]
                if not node.names:
                    continue
            case _:
                continue
        lines.append(ast.unparse(node))
    return lines[::-1]


def _used(tree: ast.AST) -> set[str]:
    import ast

    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
