"""Checkov's checks in our process say what they say in Checkov's own, and never guess."""

from __future__ import annotations

import json
import os
import random
import re
import subprocess
import sys
import sysconfig
import venv
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from hubwarden_policies.advice import Opinion
from hubwarden_policies.advice_table import CHECKOV, TABLE, Reviewed
from hubwarden_policies.data import load
from hubwarden_policies.gates.checkov_advice import gate
from hubwarden_policies.gates.checkov_advice.engine import values
from hubwarden_policies.gates.checkov_advice.gate import Checkov, Said
from hubwarden_policies.model import UNKNOWN, Hole, Made, Resource, Secret, Stack

ROOT = Path(__file__).parents[3]
SCHEMA = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"
KEY = "Zm9vYmFy" + "c2VjcmV0" + "a2V5MTIz" + "NDU2Nzg="  # planted
PER_TYPE = 60
# What checks read beside what arm-types.json describes: two types without a description, and
# properties of API versions long gone.
ALSO = {
    "Microsoft.Network/virtualNetworks": {
        "properties.addressSpace.addressPrefixes[]": "'10.0.0.0/16' | '10.1.0.0/16' | 'x'",
        "properties.dhcpOptions.dnsServers[]": "'10.0.0.4' | '10.9.0.4'",
        "properties.dnsSettings.dnsServers[]": "'10.0.0.4' | '*'",
    },
    "Microsoft.Security/pricings": {"properties.tier": "'Free' | 'Standard'"},
    "Microsoft.Security/securityContacts": {
        "properties.alertNotifications": "'On' | 'Off'",
        "properties.alertsToAdmins": "'On' | 'Off'",
    },
    "Microsoft.Web/sites": {
        "identity.type": "'SystemAssigned' | 'UserAssigned' | 'SystemAssigned, UserAssigned'",
        "identity.userAssignedIdentities": "object",
        "properties.clientCertEnabled": "bool",
        "properties.httpsOnly": "bool",
        "properties.publicNetworkAccess": "'Enabled' | 'Disabled'",
        "properties.httpSettings.requireHttps": "bool",
        "properties.siteConfig.cors.allowedOrigins[]": "'*' | 'https://plant.example'",
        "properties.siteConfig.ftpsState": "'AllAllowed' | 'FtpsOnly' | 'Disabled'",
        "properties.siteConfig.healthCheckPath": "'/health'",
        "properties.siteConfig.http20Enabled": "bool",
        "properties.siteConfig.minTlsVersion": "'1.0' | '1.2' | '1.3'",
        "properties.siteConfig.numberOfWorkers": "int",
        "properties.siteConfig.phpVersion": "'7.4' | '8.2'",
        "properties.siteConfig.pythonVersion": "'3.12' | '2.7'",
        "properties.siteConfig.remoteDebuggingEnabled": "bool",
        "siteConfig.javaVersion": "'17' | '1.8'",
    },
}
# Values that checks look for and no description of a type has.
NAMES = ("KubernetesService", "KeyVaults", "StorageAccounts", "SqlServerVirtualMachines", "plant1")
LISTS: tuple[list[str], ...] = ([], ["*"], ["Write", "Delete", "Action"], ["/subscriptions/1"])
WORDS = ("Deny", "Standard", "1.2", "TLS1_2", "Disabled", "*", "/subscriptions/1", "10.0.0.4")


@cache
def everything() -> dict[str, dict[str, Any]]:
    """Every check class of the installed Checkov: its types and its module by its id."""
    script = """
import json, sys
from pathlib import Path
from importlib.util import find_spec
from hubwarden_policies.gates.checkov_advice.engine import micro
folder = Path(find_spec("checkov").submodule_search_locations[0]) / "arm/checks/resource"
registry, broken = micro.load(sorted(path.stem for path in folder.glob("[A-Za-z]*.py")))
found = {}
for checks in registry._checks.values():
    for arm_type, check in checks:
        module = type(check).__module__.rpartition(".")[2]
        one = found.setdefault(check.id, {"module": module, "types": []})
        one["types"].append(arm_type)
json.dump({"found": found, "broken": broken}, sys.stdout)
"""
    done = subprocess.run(
        [sys.executable, "-I", "-c", script], capture_output=True, check=True, encoding="utf-8"
    )
    answer = json.loads(done.stdout)
    assert answer["broken"] == {}
    found: dict[str, dict[str, Any]] = answer["found"]
    return found


@cache
def judged_types() -> dict[str, str]:
    """The ARM types that hubwarden knows and a check reads, as Checkov spells them."""
    ours = {name.lower(): name for name in load("arm-types.json")["types"]}
    theirs = {name for one in everything().values() for name in one["types"]}
    return {ours[name.lower()]: name for name in sorted(theirs) if name.lower() in ours}


def test_the_table_is_of_the_version_that_is_locked_and_installed() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert re.findall(r"^checkov==([^\s;]+)", lock, flags=re.MULTILINE) == [CHECKOV]
    assert version("checkov") == CHECKOV


def test_every_check_of_a_type_of_ours_was_reviewed() -> None:
    ours = {name.lower() for name in judged_types()}
    known = {
        check: one["module"]
        for check, one in everything().items()
        if any(name.lower() in ours for name in one["types"])
    }
    assert {check: reviewed.module for check, reviewed in TABLE.items()} == known


def bodies(arm_type: str, chance: random.Random) -> Iterator[dict[str, Any]]:
    """Bodies of this type with varied properties, some of a kind that the type does not have."""
    described = load("arm-types.json")["types"][arm_type].get("properties", {})
    described = {**described, **ALSO.get(arm_type, {})}
    for _ in range(PER_TYPE):
        body: dict[str, Any] = {"properties": {}}
        for path, kind in described.items():
            # No check reads what lies deep in the services of a storage account.
            likely = 0.6 if path.count(".") < 4 else 0.1
            if "<" not in path and chance.random() < likely:
                _put(body, path.split("."), _value(kind, chance))
        yield body | {"name": chance.choice(NAMES)}


def _put(body: dict[str, Any], steps: list[str], value: Any) -> None:
    *inner, last = steps
    here: Any = body
    for step in inner:
        name, _, listed = step.partition("[")
        below = here.setdefault(name, [{}] if listed else {})
        here = below[0] if isinstance(below, list) and below else below
        if not isinstance(here, dict):
            return
    if last.endswith("[]"):
        here.setdefault(last[:-2], []).append(value)
    elif ".*" not in ".".join(steps):
        here.setdefault(last, value)


def _value(kind: str, chance: random.Random) -> Any:
    if chance.random() < 0.03:
        return chance.choice([None, [], 7, "true"])
    if words := re.findall(r"'([^']*)'", kind):
        return chance.choice([*words, words[0].lower()])
    match kind.split(maxsplit=1)[0]:
        case "bool":
            return chance.random() < 0.5
        case "int":
            return chance.choice([0, 1, 2, 90, 365])
        case "object":
            return {}
        case "array":
            return [{}] if kind.startswith("array of object") else list(chance.choice(LISTS))
    return chance.choice(WORDS)


@pytest.fixture(scope="module")
def resources() -> tuple[Resource, ...]:
    chance = random.Random(20261124)
    return tuple(
        Resource(arm_type, f"r{number}", f"urn:{arm_type}:{number}", body, year)
        for arm_type in judged_types()
        for number, body in enumerate(bodies(arm_type, chance))
        for year in [chance.choice(["2018-11-01", "2023-01-01", "2016-01-01"])]
    )


def opinions(*resources: Resource, checks: list[str] | None = None) -> list[dict[str, Opinion]]:
    """What the gate says of each resource, by the check."""
    stack = Stack("plant", "dev", resources)
    with Checkov(os.environ, list(TABLE) if checks is None else checks) as checkov:
        said = checkov.results([stack])
    assert (said.why, said.broken) == (None, ())
    return [{opinion.check: opinion for opinion in one} for one in said.opinions[0]]


@pytest.fixture(scope="module")
def ours(resources: tuple[Resource, ...]) -> list[dict[str, Opinion]]:
    return opinions(*resources)


@pytest.fixture(scope="module")
def official(
    resources: tuple[Resource, ...], tmp_path_factory: pytest.TempPathFactory
) -> Mapping[int, Mapping[str, str]]:
    """The verdicts of the command `checkov` on a template of these resources."""
    folder = tmp_path_factory.mktemp("official")
    template = folder / "main.json"
    written = [
        {
            **resource.properties,
            "type": judged_types()[resource.type],
            "apiVersion": resource.api_version,
        }
        for resource in resources
    ]
    template.write_text(
        json.dumps({"$schema": SCHEMA, "contentVersion": "1.0.0.0", "resources": written}, indent=1)
    )
    home = folder / "home"
    home.mkdir()
    command = Path(sysconfig.get_path("scripts")) / "checkov"
    done = subprocess.run(
        [command, "-f", template, "--framework", "arm", "--skip-download", "-o", "json"],
        cwd=home,
        env={"HOME": str(home), "PATH": os.environ["PATH"], "LOG_LEVEL": "CRITICAL"},
        capture_output=True,
        check=False,
    )
    results = json.loads(done.stdout)["results"]
    # Names repeat, because checks read them: the line tells which resource a verdict is about.
    starts = [
        number for number, line in enumerate(template.read_text().splitlines(), 1) if line == "  {"
    ]
    found: dict[int, dict[str, str]] = defaultdict(dict)
    for record in (*results["passed_checks"], *results["failed_checks"]):
        verdict = record["check_result"]["result"].lower()
        found[starts.index(record["file_line_range"][0])][record["check_id"]] = verdict
    return found


def test_verdicts_are_those_of_the_official_runner(
    resources: tuple[Resource, ...],
    ours: list[dict[str, Opinion]],
    official: Mapping[int, Mapping[str, str]],
) -> None:
    """Where the official runner says nothing, a check raised or would not say, which we tell."""
    seen = defaultdict(set)
    for number, resource in enumerate(resources):
        said = {check: one.verdict for check, one in ours[number].items()}
        decided = {c: verdict for c, verdict in said.items() if verdict in ("passed", "failed")}
        assert decided == official[number], f"{resource.type} {dict(resource.properties)}"
        for check, verdict in decided.items():
            seen[check].add(verdict)
    assert sum(len(one) for one in official.values()) >= 150
    assert {check: len(verdicts) for check, verdicts in seen.items()} == dict.fromkeys(TABLE, 2)


def leaves(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The path of everything in a body, objects and lists too."""
    if path:
        yield path
    below = value.items() if isinstance(value, dict) else ()
    for step, item in enumerate(value) if isinstance(value, list) else below:
        yield from leaves(item, (*path, step))


def put(value: Any, path: tuple[str | int, ...], new: object) -> Any:
    """A copy of the body with another value there."""
    if not path:
        return new
    step, *rest = path
    copied: Any = dict(value) if isinstance(value, dict) else list(value)
    copied[step] = put(value[step], tuple(rest), new)
    return copied


def test_an_unknown_value_changes_no_verdict(
    resources: tuple[Resource, ...], ours: list[dict[str, Opinion]]
) -> None:
    """It may leave a check undecided, but what is decided is what any known value decides."""
    chance = random.Random(7)
    picked = [
        (number, put(resource.properties, path, hidden))
        for number, resource in enumerate(resources)
        for path in chance.choices(list(leaves(resource.properties)), k=3)
        for hidden in [chance.choice([UNKNOWN, Secret("Deny"), Made((Hole("urn:b", "id"),))])]
    ]
    made = [
        Resource(one.type, one.name, one.address, body, one.api_version)
        for number, body in picked
        for one in [resources[number]]
    ]
    undecided = 0
    for (number, body), said in zip(picked, opinions(*made), strict=True):
        for check, opinion in said.items():
            undecided += opinion.verdict == "undecided"
            known = ours[number][check]
            assert opinion.verdict in ("undecided", known.verdict), f"{check} {body}"
    assert undecided > 100


@pytest.mark.parametrize(
    "properties",
    [
        UNKNOWN,
        {"enablePurgeProtection": UNKNOWN},
        {"enablePurgeProtection": Secret(True)},
        {"enablePurgeProtection": Made(("tr", Hole("urn:b", "id")))},
    ],
)
def test_what_nobody_knows_is_undecided(properties: object) -> None:
    vault = Resource("Microsoft.KeyVault/vaults", "v", "urn:v", {"properties": properties})
    (said,) = opinions(vault, checks=["CKV_AZURE_110"])
    assert said["CKV_AZURE_110"].verdict == "undecided"


@pytest.mark.parametrize(
    "use",
    [
        bool,
        str,
        len,
        repr,
        hash,
        list,
        lambda value: isinstance(value, str),
        lambda value: value == "Deny",
        lambda value: value in ["Allow", "Deny"],
        lambda value: "Deny" in value,
        lambda value: value < 2,
        lambda value: value + "x",
        lambda value: value["x"],
        lambda value: value.lower(),
        lambda value: f"{value}",
        lambda value: json.dumps([value]),
    ],
)
def test_every_use_of_an_unknown_value_raises(use: Any) -> None:
    with pytest.raises(values.NotKnown):
        use(values.UNKNOWN)


@pytest.mark.parametrize(
    "read",
    [
        lambda body: body["properties"]["a"] is None,
        lambda body: body["properties"].get("a") is None,
        lambda body: body["properties"].pop("a") is True,
        lambda body: body["properties"].setdefault("a", 1) is True,
        lambda body: "x" in body["properties"]["list"],
        lambda body: [one for one in body["properties"]["list"] if one],
    ],
)
def test_an_unknown_value_cannot_be_read_out_of_a_body(read: Any) -> None:
    body = values.revive(
        {"properties": {"a": None, "list": ["known", None]}},
        [["properties", "a"], ["properties", "list", 1]],
    )
    with pytest.raises(values.NotKnown):
        read(body)
    assert "known" in body["properties"]["list"]


def test_a_check_that_catches_everything_decides_nothing() -> None:
    def careless() -> str:
        try:
            return str(values.UNKNOWN)
        except BaseException:  # noqa: BLE001 (checks are as careless)
            return "PASSED"

    with pytest.raises(values.NotKnown):
        values.decided(careless)


def test_a_check_that_raises_is_an_opinion_without_any_value() -> None:
    plan = Resource("Microsoft.Security/pricings", "p", "urn:p", {"name": "KubernetesService"})
    vault = Resource(
        "Microsoft.KeyVault/vaults", "v", "urn:v", {"properties": {"publicNetworkAccess": [KEY]}}
    )
    said, other = opinions(plan, vault)
    assert (said["CKV_AZURE_85"].verdict, said["CKV_AZURE_85"].error) == ("error", "KeyError")
    assert said["CKV_AZURE_19"].verdict == "failed"
    assert (other["CKV_AZURE_189"].verdict, other["CKV_AZURE_189"].error) == (
        "error",
        "AttributeError",
    )
    assert KEY not in repr((said, other))


def test_a_key_is_in_no_opinion_whatever_holds_it(resources: tuple[Resource, ...]) -> None:
    chance = random.Random(11)
    made = [
        Resource(one.type, KEY, KEY, put(one.properties, path, KEY), one.api_version)
        for one in resources[::3]
        for path in chance.sample(list(leaves(one.properties)), 1)
    ]
    said = opinions(*made)
    assert any(one.verdict == "error" for each in said for one in each.values())
    assert KEY not in repr(said)


def test_types_are_found_in_whatever_case_they_are_spelt() -> None:
    profile = Resource("Microsoft.Insights/logProfiles", "p", "urn:p", {"properties": {}})
    (said,) = opinions(profile)
    assert said.keys() == {"CKV_AZURE_37", "CKV_AZURE_38"}


def asked(environ: Mapping[str, str] = os.environ) -> Said:
    with Checkov(environ) as checkov:
        return checkov.results([Stack("plant", "dev", ())])


def test_another_version_is_named_and_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "CHECKOV", "3.2.1")
    said = asked()
    assert said.opinions == ()
    assert said.why is not None
    assert said.why.startswith(f"this is Checkov {CHECKOV}, not the reviewed one")


def test_without_checkov_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    venv.create(tmp_path, symlinks=True)
    python = tmp_path / "bin/python"
    packages = next(tmp_path.glob("lib/python*/site-packages"))
    (packages / "hubwarden.pth").write_text(f"{ROOT / 'policies'}\n")
    monkeypatch.setattr(sys, "executable", str(python))
    assert asked().why == (
        f"Checkov is not installed; install it with `pip install checkov=={CHECKOV}`"
    )


def test_a_checkov_that_breaks_is_no_crash(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "_ENGINE", "this_is_no_module")
    assert asked().why == "Checkov ended without an answer"


def test_a_module_that_does_not_load_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(TABLE, "CKV_AZURE_35", Reviewed("GoneFromCheckov"))
    said = asked()
    assert said.broken == ("CKV_AZURE_35 could not be loaded: ModuleNotFoundError",)


def test_checkov_reaches_neither_network_nor_programs() -> None:
    script = """
import sys
from hubwarden_policies.gates.checkov_advice.engine import __main__ as engine
sys.addaudithook(engine._offline)
import socket, subprocess
for act in (lambda: socket.getaddrinfo("localhost", 80), lambda: subprocess.run(["true"])):
    try:
        act()
    except PermissionError:
        continue
    sys.exit(1)
"""
    subprocess.run([sys.executable, "-I", "-c", script], check=True)


def test_it_sees_nothing_of_the_callers_environment(tmp_path: Path) -> None:
    """What the variables of Checkov and Python would do: load code, phone home."""
    (tmp_path / "sitecustomize.py").write_text("raise SystemExit(3)")
    hostile = {
        "PYTHONPATH": str(tmp_path),
        "CHECKOV_CHECK_FAIL_LEVEL": "WARNING",
        "BC_API_KEY": KEY,
    }
    assert asked({**os.environ, **hostile}).why is None
