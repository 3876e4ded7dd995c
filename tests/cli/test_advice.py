"""Checkov's advice as a user gets it."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from hubwarden_cli.advised import Advised, advised
from hubwarden_cli.decided import Decided
from hubwarden_cli.inspected import Inspected
from hubwarden_cli.outputs import Format
from hubwarden_policies.advice_table import CHECKOV
from hubwarden_policies.evaluate import Judgement
from hubwarden_policies.gates.checkov_advice import gate
from hubwarden_policies.gates.checkov_advice.gate import Checkov
from hubwarden_policies.gates.collected import Examined
from hubwarden_policies.model import Resource, Stack
from hubwarden_policies.policy import Policy
from hubwarden_policies.settings import Settings
from hubwarden_policies.team import Level

Hubwarden = Callable[..., subprocess.CompletedProcess[str]]

KEY = "Q2x" + "planted" * 5 + "Zm8v9="  # planted
PROGRAM = f'''\
from pulumi_azure_native import iothub, resources, security, storage

group = resources.ResourceGroup("plant")
iothub.IotHubResource("telemetry", resource_group_name=group.name, sku={{"name": "S1"}})
storage.StorageAccount(
    "files",
    resource_group_name=group.name,
    kind="StorageV2",
    sku={{"name": "Standard_ZRS"}},
    public_network_access="Enabled",
    network_rule_set={{"default_action": group.location}},
    tags={{"key": "{KEY}"}},
)
security.Pricing("plan", pricing_name="KubernetesService", scope_id="{KEY}", pricing_tier="Free")
'''
# What of it is shown, at which line; CKV_AZURE_3 and others pass, 44 and 206 are hidden.
SHOWN = {
    ("CKV_AZURE_19", "failed", 14),
    ("CKV_AZURE_35", "undecided", 5),
    ("CKV_AZURE_59", "failed", 5),
    ("CKV_AZURE_85", "failed", 14),
}


@pytest.fixture
def plant(tmp_path: Path) -> Path:
    folder = tmp_path / "plant"
    folder.mkdir()
    (folder / "Pulumi.yaml").write_text("name: plant\nruntime: python\n")
    (folder / "Pulumi.dev.yaml").write_text("{}\n")
    (folder / "__main__.py").write_text(PROGRAM)
    # Only what Checkov says fails here, if anything does.
    (folder / "hubwarden.toml").write_text('[levels]\nall = "advisory"\n')
    return folder


def test_is_a_section_of_its_own_and_fails_nothing(plant: Path, hubwarden: Hubwarden) -> None:
    done = hubwarden("check", cwd=plant)
    assert done.returncode == 0, done.stderr
    _, _, after = done.stdout.partition("\nCheckov's advice\n")
    said = after.partition("\n\n")[0]
    assert all(check in said for check, _, _ in SHOWN)
    assert "files, __main__.py:5 (dev)" in " ".join(said.split())
    assert "CKV_" not in hubwarden("check", "--no-advice", cwd=plant).stdout
    assert "CKV_" not in hubwarden("check", "--quiet", cwd=plant).stdout


def test_is_in_json_with_its_place(plant: Path, hubwarden: Hubwarden) -> None:
    said = json.loads(hubwarden("check", "--format", "json", cwd=plant).stdout)["advice"]
    found = {(one["check"], one["verdict"], one["location"]["line"]) for one in said}
    assert found == SHOWN
    assert {one["stack"] for one in said} == {"dev"}


@pytest.mark.parametrize(
    ("levels", "code"),
    [
        ('checkov = "mandatory"', 1),
        ('"checkov:CKV_AZURE_59" = "mandatory"', 1),
        ('"checkov:CKV_AZURE_34" = "mandatory"', 0),
        ('checkov = "mandatory"\n"checkov:CKV_AZURE_59" = "disabled"', 1),
        ('checkov = "disabled"', 0),
    ],
)
def test_counts_where_the_team_says_so(
    plant: Path, hubwarden: Hubwarden, levels: str, code: int
) -> None:
    (plant / "hubwarden.toml").write_text(f'[levels]\nall = "advisory"\n{levels}\n')
    done = hubwarden("check", cwd=plant)
    assert done.returncode == code, done.stdout
    assert ("(fails the check)" in done.stdout) is bool(code)
    assert ("CKV_" in done.stdout) is ("checkov =" not in levels or "mandatory" in levels)


def test_no_key_comes_out(plant: Path, hubwarden: Hubwarden) -> None:
    (plant / "hubwarden.toml").write_text('[levels]\nall = "advisory"\ncheckov = "mandatory"\n')
    forms = [form for form in Format if form is not Format.AUTO]
    asked = [word for form in forms for word in ("--format", form, "--output", f"report.{form}")]
    done = hubwarden("check", *asked, cwd=plant)
    assert done.returncode == 1
    for text in (done.stdout, done.stderr, *((plant / f"report.{f}").read_text() for f in forms)):
        assert KEY not in text


def project(levels: dict[str, Level]) -> Inspected:
    stack = Stack("plant", "dev", (Resource("A/b", "box", "urn:box", {}),))
    judged = Examined("plant", "dev", stack, Judgement((), (), 1))
    policy = Policy(date(2026, 11, 24), Settings(levels=levels))
    return Inspected("", Path(), decided=Decided(policy), examined=(judged,))


@pytest.fixture
def unanswered(monkeypatch: pytest.MonkeyPatch) -> Callable[[dict[str, Level]], Advised]:
    """What comes of a Checkov that is not the reviewed one."""
    monkeypatch.setattr(gate, "CHECKOV", "3.2.1")

    def ask(levels: dict[str, Level]) -> Advised:
        with Checkov(os.environ) as checkov:
            return advised([project(levels)], checkov)

    return ask


def test_another_checkov_is_one_line(
    unanswered: Callable[[dict[str, Level]], Advised],
) -> None:
    said = unanswered({})
    assert said.problems == ()
    (note,) = said.notes
    assert note.startswith(f"this is Checkov {CHECKOV}, not the reviewed one")


@pytest.mark.parametrize("name", ["checkov", "checkov:CKV_AZURE_34"])
def test_what_is_mandatory_and_was_not_run_is_an_error(
    unanswered: Callable[[dict[str, Level]], Advised], name: str
) -> None:
    said = unanswered({name: "mandatory"})
    assert said.notes == ()
    assert [problem.exit_code for problem in said.problems] == [4]


def test_who_does_not_want_it_is_not_told(
    unanswered: Callable[[dict[str, Level]], Advised],
) -> None:
    assert unanswered({"checkov": "disabled"}) == Advised()


def test_where_nothing_was_judged_nobody_asks() -> None:
    with Checkov(os.environ) as checkov:
        assert advised([Inspected("", Path())], checkov) == Advised()
