"""Two opinions must agree: what the components do by default, and what the rules ask for."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import sys
from collections.abc import Mapping
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

import hubwarden_infra
from hubwarden_policies.catalogue import RULES
from hubwarden_policies.evaluate import Finding
from hubwarden_policies.gates.collected import Examined
from hubwarden_policies.gates.program.gate import Conditions, examine
from hubwarden_policies.gates.program.pulumi_project.project import read_project
from hubwarden_policies.team import Team

PROGRAM: Final = Path(__file__).with_name("switched_off")
CATALOGUE: Final = files("hubwarden_policies") / "data" / "catalogue.json"
COMPONENTS: Final = ("nothing", "hub", "dps", "vault", "storage", "access", "linked", "uploading")
COVERED: Final = frozenset(covered for rule in RULES for covered in rule.covers)

# What a component has to say and what makes nothing safer. `DEFAULTS` holds all else.
NEUTRAL: Final = re.compile(
    r"""
    .*\ (location | tags\[.*\] | (properties\.)?sku\.(name|capacity|family) | kind)
    | (network\ network | network\ subnet)\ .* | network\ zone\ private_zone_name
    | \w+\ endpoint\ (subnet\..* | private_link_service_connections\[0\]\.(name|group_ids\[0\]))
    | \w+\ zones\ private_dns_zone_configs\[\d\]\.name
    | \w+\ setting\ logs\[\d\]\.(category|category_group)
    | hub\ hub\ properties\.routing\.\w+(\[\d\])?\.(name|condition|source|endpoint_names\[0\])
    | (hub\ hub | dps\ dps)\ properties\.authorization_policies\[0\]\.key_name
    | dps\ dps\ properties\.iot_hubs\[0\]\.location
    | storage\ account\ encryption\.(key_source | services\..*)
    | storage\ service\ blob_services_name
    | audit\ workspace\ public_network_access_for_query
    | access\ assignment\ principal_id
    """,
    re.VERBOSE,
)


def table() -> Any:
    spec = importlib.util.spec_from_file_location("switched_off_defaults", PROGRAM / "defaults.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


TABLE: Final = table()
NOTICED: Final = [(place, d) for place, d in enumerate(TABLE.DEFAULTS) if d in TABLE.NOTICED]


@pytest.fixture(scope="module")
def examined(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Examined]:
    """Every stack of the test's program, judged: one run of the gate for all of them."""
    folder = tmp_path_factory.mktemp("switched-off")
    shutil.copytree(PROGRAM, folder, dirs_exist_ok=True)
    # In the folder, as in infra/, so that the gate sees which SDK modules it imports, and does
    # so once for all stacks.
    shutil.copytree(Path(hubwarden_infra.__file__).parent, folder / "hubwarden_infra")
    (folder / "Pulumi.yaml").write_text("name: switched\nruntime: python\n")
    stacks: dict[str, dict[str, object]] = {
        **{component: {"component": component} for component in COMPONENTS},
        **{f"off-{place}": {"component": d.component, "off": place} for place, d in NOTICED},
    }
    for name, config in stacks.items():
        text = yaml.safe_dump({"config": {f"switched:{key}": v for key, v in config.items()}})
        (folder / f"Pulumi.{name}.yaml").write_text(text)
    judged = examine(
        read_project(folder),
        sorted(stacks),
        rules=RULES,
        team=lambda _stack: Team(today=date(2026, 11, 24)),
        conditions=Conditions(environ=os.environ),
    )
    return {stack.name: stack for stack in judged}


def findings(examined: Mapping[str, Examined], stack: str) -> tuple[Finding, ...]:
    one = examined[stack]
    assert not one.errors
    assert one.judgement is not None
    assert not one.judgement.crashes
    return one.judgement.findings


@pytest.mark.parametrize("component", COMPONENTS)
def test_required_arguments_alone_have_no_finding(
    examined: Mapping[str, Examined], component: str
) -> None:
    found = findings(examined, component)
    assert [(f.rule.id, f.status, f.subject.name, f.path, f.message) for f in found] == []


@pytest.mark.parametrize(("place", "default"), NOTICED, ids=[d.id for _, d in NOTICED])
def test_a_default_switched_off_is_noticed(
    examined: Mapping[str, Examined], place: int, default: Any
) -> None:
    noticed = {
        covered
        for finding in findings(examined, f"off-{place}")
        if finding.status == "open"
        for covered in finding.rule.covers
    }
    assert default.noticed_by in noticed


@pytest.mark.parametrize("component", COMPONENTS)
def test_every_default_is_in_the_table(examined: Mapping[str, Examined], component: str) -> None:
    stack = examined[component].stack
    assert stack is not None
    known = {f"{d.of} {d.part} {d.path}" for d in TABLE.DEFAULTS}
    assert [
        p for p in stack.exports["decided"] if p not in known and not NEUTRAL.fullmatch(p)
    ] == []


def test_what_no_rule_notices_yet_is_named_with_the_rule_that_will() -> None:
    catalogue = {entry["id"] for entry in json.loads(CATALOGUE.read_text())}
    assert {d.noticed_by for d in TABLE.DEFAULTS} <= catalogue
    now = sorted({d.noticed_by for d in TABLE.LATER} & COVERED)
    assert now == [], f"rules cover {now} by now: move their defaults from LATER to NOTICED"
