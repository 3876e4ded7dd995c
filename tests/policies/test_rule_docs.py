"""The examples on every rule's page do what the page says, in the program gate."""

from __future__ import annotations

import ast
import copy
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, Final

import pytest
import yaml
from tests.policies.rule_examples import DECLARING, EXAMPLES, FLAG, Example

from hubwarden_policies.catalogue import RULES
from hubwarden_policies.evaluate import Finding, evaluate
from hubwarden_policies.gates.collected import Examined
from hubwarden_policies.gates.program.gate import Conditions, examine
from hubwarden_policies.gates.program.pulumi_project.project import read_project
from hubwarden_policies.model import UNKNOWN, Stack
from hubwarden_policies.page import PROGRAM_FILE
from hubwarden_policies.rule import Rule
from hubwarden_policies.rules import PREAMBLE
from hubwarden_policies.team import Team

TEAM: Final = Team(today=date(2026, 11, 24), devices="private")
IDS: Final = [rule.id for rule in DECLARING]
MAIN: Final = """\
import runpy
from pathlib import Path

import pulumi

runpy.run_path(str(Path(__file__).parent / "examples" / f"{pulumi.get_stack()}.py"))
"""


def project(folder: Path) -> Path:
    (folder / "examples").mkdir(parents=True)
    (folder / "Pulumi.yaml").write_text("name: plant\nruntime: python\n")
    (folder / PROGRAM_FILE).write_text(MAIN)
    return folder


@pytest.fixture(scope="module")
def judged(
    tmp_path_factory: pytest.TempPathFactory, environ: dict[str, str]
) -> Mapping[str, Examined]:
    """Every example, judged by every rule: all in one project, but for those about its files."""
    together = project(tmp_path_factory.mktemp("docs") / "all")
    folders = {together: [e for e in EXAMPLES if e.rule.id != "source-connection-string"]}
    for example in EXAMPLES:
        if example not in folders[together]:
            folders[project(together.parent / example.stack)] = [example]
    found: dict[str, Examined] = {}
    for folder, examples in folders.items():
        for example in examples:
            example.write(folder)
        judged = examine(
            read_project(folder),
            [example.stack for example in examples],
            rules=RULES,
            team=lambda _: TEAM,
            conditions=Conditions(environ=environ),
        )
        found.update((each.name, each) for each in judged)
    return found


def findings(judged: Mapping[str, Examined], example: Example) -> list[Finding]:
    examined = judged[example.stack]
    assert examined.errors == ()
    assert examined.judgement is not None
    assert examined.judgement.crashes == ()
    return [found for found in examined.judgement.findings if found.rule is example.rule]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.stack)
def test_an_example_stands_by_itself(example: Example) -> None:
    if example.is_program:
        tree = ast.parse(example.text)
        assert len(tree.body) > len(ast.parse(PREAMBLE).body)
    else:
        assert isinstance(yaml.safe_load(example.text), dict)
    assert bool(example.flagged) == example.bad
    assert example.text.count(FLAG) == len(example.flagged)


@pytest.mark.parametrize("rule", DECLARING, ids=IDS)
def test_the_bad_example_is_found_at_its_marked_lines(
    rule: Rule, judged: Mapping[str, Examined]
) -> None:
    example = Example(rule, bad=True)
    found = findings(judged, example)
    assert {finding.status for finding in found} == {"open"}
    lines = [
        next((place.line for place in finding.locations if place.file == example.file), None)
        for finding in found
    ]
    assert set(lines) == example.flagged
    assert rule.severity in {finding.severity for finding in found}


@pytest.mark.parametrize("rule", DECLARING, ids=IDS)
def test_the_good_example_passes(rule: Rule, judged: Mapping[str, Examined]) -> None:
    found = findings(judged, Example(rule, bad=False))
    assert [(finding.status, finding.path, finding.message) for finding in found] == []


@pytest.mark.parametrize("rule", DECLARING, ids=IDS)
def test_unknown_is_not_pass(rule: Rule, judged: Mapping[str, Examined]) -> None:
    if rule.no_unknown:
        return
    bad, *_ = findings(judged, Example(rule, bad=True))
    good = judged[Example(rule, bad=False).stack].stack
    assert good is not None
    judgement = evaluate([rule], unknown_at(good, bad), TEAM)
    assert judgement.crashes == ()
    assert [finding.status for finding in judgement.findings] == ["undecided"]


def unknown_at(stack: Stack, finding: Finding) -> Stack:
    """The stack with UNKNOWN at the finding's path, in its resource of the finding's type.

    It comes from nowhere: what is known to come from a resource of the stack is not wholly unknown.
    """
    changed, *_ = stack.of_type(finding.subject.type)
    properties = copy.deepcopy(dict(changed.properties))
    *way, last = steps(finding.path)
    target: Any = properties
    for step, following in zip(way, [*way, last][1:], strict=True):
        empty: Any = [] if isinstance(following, int) else {}
        if isinstance(target, dict):
            target = target.setdefault(step, empty)
        else:
            target = target[step] if len(target) > int(step) else target.append(empty) or empty
    if isinstance(target, list) and len(target) <= int(last):
        target.append(UNKNOWN)
    else:
        target[last] = UNKNOWN
    references = {p: found for p, found in changed.references.items() if p != finding.path}
    unknown = replace(changed, properties=properties, references=references)
    resources = tuple(unknown if each is changed else each for each in stack.resources)
    return replace(stack, resources=resources)


def steps(path: str) -> list[str | int]:
    return list(_steps(path))


def _steps(path: str) -> Iterator[str | int]:
    for name, index in re.findall(r"([^.\[\]]+)|\[(\d+)\]", path):
        yield int(index) if index else name


def test_the_examples_cover_what_they_import() -> None:
    # A name that no example uses makes every reader wonder.
    said = ast.parse("\n".join(example.text for example in EXAMPLES if example.is_program))
    imported = {
        alias.asname or alias.name
        for node in ast.walk(said)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    used = {node.id for node in ast.walk(said) if isinstance(node, ast.Name)}
    assert imported <= used
