"""The examples on every rule's page do what the page says, in the program gate."""

from __future__ import annotations

import ast
import copy
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from hubwarden_policies.catalogue import RULES
from hubwarden_policies.evaluate import Finding, evaluate
from hubwarden_policies.gates.program.gate import Conditions, Examined, examine
from hubwarden_policies.gates.program.pulumi_project.project import read_project
from hubwarden_policies.model import UNKNOWN, Stack
from hubwarden_policies.page import PROGRAM_FILE
from hubwarden_policies.rule import Rule
from hubwarden_policies.rules import PREAMBLE
from hubwarden_policies.team import Team

TEAM: Final = Team(today=date(2026, 11, 24), devices="private")
IDS: Final = [rule.id for rule in RULES]
FLAG: Final = "# flagged"
# What the examples read from the config.
SECRETS: Final = ("hubKey", "alarms", "storageKey", "enrolKey", "hub", "caKey")
NETWORK: Final = "/subscriptions/s/resourceGroups/net/providers/Microsoft.Network"
OPEN: Final = {
    "plant:subnet": f"{NETWORK}/virtualNetworks/plant/subnets/endpoints",
    "plant:hubZone": f"{NETWORK}/privateDnsZones/privatelink.azure-devices.net",
    "plant:eventsZone": f"{NETWORK}/privateDnsZones/privatelink.servicebus.windows.net",
    "plant:tenant": "6f0a1f4e-3f0e-4d64-9d0c-3c7f5d9b8a11",
    "plant:caCertificate": "what it says is not judged where an example takes it from here",
}
MAIN: Final = """\
import runpy
from pathlib import Path

import pulumi

runpy.run_path(str(Path(__file__).parent / "examples" / f"{pulumi.get_stack()}.py"))
"""


@dataclass(frozen=True)
class Example:
    """One block of one rule's page, as a stack of its own; `file` is where its text stands."""

    rule: Rule
    bad: bool

    @property
    def stack(self) -> str:
        return f"{self.rule.id}-{'bad' if self.bad else 'good'}"

    @property
    def is_program(self) -> bool:
        return self.rule.example_file == PROGRAM_FILE

    @property
    def file(self) -> str:
        return f"examples/{self.stack}.py" if self.is_program else f"Pulumi.{self.stack}.yaml"

    @property
    def text(self) -> str:
        block = self.rule.bad if self.bad else self.rule.good
        return f"{PREAMBLE}\n{block}\n" if self.is_program else f"{block}\n"

    @property
    def flagged(self) -> set[int]:
        lines = enumerate(self.text.splitlines(), 1)
        return {number for number, line in lines if line.endswith(FLAG)}

    def write(self, folder: Path) -> None:
        config: dict[str, object] = {f"plant:{name}": {"secure": "v1:a:b"} for name in SECRETS}
        files = {
            f"examples/{self.stack}.py": f"{PREAMBLE}\n",
            f"Pulumi.{self.stack}.yaml": yaml.safe_dump({"config": {**config, **OPEN}}),
            self.file: self.text,
        }
        for name, text in files.items():
            (folder / name).write_text(text, encoding="utf-8")


EXAMPLES: Final = [Example(rule, bad) for rule in RULES for bad in (True, False)]


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


@pytest.mark.parametrize("rule", RULES, ids=IDS)
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


@pytest.mark.parametrize("rule", RULES, ids=IDS)
def test_the_good_example_passes(rule: Rule, judged: Mapping[str, Examined]) -> None:
    found = findings(judged, Example(rule, bad=False))
    assert [(finding.status, finding.path, finding.message) for finding in found] == []


@pytest.mark.parametrize("rule", RULES, ids=IDS)
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
