"""The row of Checkov in the README's table is what Checkov says of the same deployment here."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from importlib.metadata import version
from pathlib import Path

from bench.template import write_template

from hubwarden_policies.catalogue import RULES
from hubwarden_policies.gates.program.gate import Conditions, examine
from hubwarden_policies.gates.program.pulumi_project.project import read_project
from hubwarden_policies.model import Resource, Stack
from hubwarden_policies.team import Team

ROOT = Path(__file__).parents[2]
COMPARED = ROOT / "tests/examples/compared"
README = (ROOT / "README.md").read_text(encoding="utf-8")
OURS = "Microsoft.Devices/"
# Checkov judges it, so that no finding on hub and DPS does not come from no template.
WITNESS = Resource("Microsoft.Storage/storageAccounts", "witness", "witness", {"properties": {}})


def test_what_is_found_on_hub_and_dps(tmp_path: Path, environ: dict[str, str]) -> None:
    project = read_project(COMPARED)
    (examined,) = examine(
        project,
        project.stacks,
        rules=RULES,
        team=lambda _: Team(today=date(2026, 11, 24)),
        conditions=Conditions(environ=environ),
    )
    assert examined.stack is not None
    assert examined.judgement is not None
    ours = [
        f for f in examined.judgement.findings if f.status == "open" and is_ours(f.subject.type)
    ]
    write_template(with_witness(examined.stack), tmp_path / "main.json")
    theirs = [
        check
        for check in checkov(tmp_path / "main.json", environ)
        if is_ours(str(check["resource"]))
    ]
    rows = {row[0]: row for row in cells()}
    assert rows["hubwarden"][1] == str(len(ours))
    assert rows[f"Checkov {version('checkov')}"][1] == str(len(theirs))


def test_checkov_reads_no_pulumi_program(environ: dict[str, str]) -> None:
    command = [sys.executable, "-m", "checkov.main", "--framework", "pulumi", "-d", str(COMPARED)]
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "Invalid frameworks specified: pulumi" in done.stderr


def is_ours(resource: str) -> bool:
    return resource.startswith(OURS)


def checkov(template: Path, environ: dict[str, str]) -> list[Mapping[str, object]]:
    """The checks of stock Checkov that fail on the template; it has read the template."""
    command = ["-m", "checkov.main", "--framework", "arm", "--skip-download", "-o", "json"]
    done = subprocess.run(
        [sys.executable, *command, "--file", str(template)],
        env=environ,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    report = json.loads(done.stdout)
    failed: list[Mapping[str, object]] = report["results"]["failed_checks"]
    assert any(WITNESS.type in str(one["resource"]) for one in failed), "it read no template"
    return failed


def with_witness(stack: Stack) -> Stack:
    return replace(stack, resources=(*stack.resources, WITNESS))


def cells() -> list[list[str]]:
    table = re.findall(r"^\| (.*) \|$", README.partition("## Against")[2], flags=re.MULTILINE)
    return [[cell.strip() for cell in row.split(" | ")] for row in table]
