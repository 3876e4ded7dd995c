"""Stock Checkov with the pack, in an environment that has no hubwarden."""

from __future__ import annotations

import ast
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.policies.checkov_pack.stock import BARE, PACK, ROOT, SITE, Report, checkov

from checkov_pack.hubwarden_checks.ids import id_of
from hubwarden_policies.gates.arm.gate import collect
from hubwarden_policies.gates.judged import judged

TEMPLATES = ROOT / "tests" / "policies" / "gates" / "arm" / "templates"
SCHEMA = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"
HUB = "Microsoft.Devices/IotHubs"
LOCAL_AUTH = id_of("hub-local-auth")
# Planted: no key of anybody's.
CONNECTION = "HostName=plant.azure-devices.net;SharedAccessKeyName=service;SharedAccessKey="
PLANTED = CONNECTION + "UExBTlRFRFBMQU5URURQTEFOVEVEUExBTlRFRCEhISE="


def template(*resources: dict[str, Any], **also: Any) -> str:
    """A template; it is written with a line for each bracket, as people do."""
    said = {"$schema": SCHEMA, "contentVersion": "1.0.0.0", "resources": list(resources), **also}
    return json.dumps(said, indent=2)


def hub(name: str, **properties: Any) -> dict[str, Any]:
    """A hub with these properties."""
    return {
        "type": HUB,
        "apiVersion": "2023-06-30",
        "name": name,
        "location": "westeurope",
        "sku": {"name": "S1", "capacity": 1},
        "properties": properties,
    }


def nested(inner: dict[str, Any]) -> dict[str, Any]:
    """A deployment of another template, with parameters of its own."""
    return {
        "type": "Microsoft.Resources/deployments",
        "apiVersion": "2022-09-01",
        "name": "nested",
        "properties": {
            "mode": "Incremental",
            "expressionEvaluationOptions": {"scope": "inner"},
            "template": {"$schema": SCHEMA, "contentVersion": "1.0.0.0", **inner},
        },
    }


UNKNOWN = {"off": {"type": "bool"}}
CASES = {
    "bad.json": template(hub("bad", disableLocalAuth=False)),
    "good.json": template(hub("good", disableLocalAuth=True)),
    "unknown.json": template(
        hub("unknown", disableLocalAuth="[parameters('off')]"), parameters=UNKNOWN
    ),
    "case.json": template({**hub("case"), "type": HUB.upper()}),
    "loop.json": template(
        {
            **hub("x", disableLocalAuth="[equals(copyIndex(), 0)]"),
            "name": "[concat('loop', copyIndex())]",
            "copy": {"name": "hubs", "count": 2},
        }
    ),
    # All on one line, where a place tells nothing.
    "line.json": json.dumps(
        json.loads(
            template(hub("kept", disableLocalAuth=True), hub("lost", disableLocalAuth=False))
        )
    ),
    "never.json": template({**hub("never"), "condition": False}),
    "unreadable.json": template(
        hub("unreadable", disableLocalAuth=True),
        hub("beside", disableLocalAuth="[noSuchFunction('x')]"),
    ),
    "parameter.json": template(
        hub("parameter", disableLocalAuth=True),
        parameters={"hub": {"type": "string", "defaultValue": PLANTED}},
    ),
    "symbolic.json": template(parameters=UNKNOWN, languageVersion="2.0")
    .replace('"resources": []', '"resources": {"hub": ' + json.dumps(hub("symbolic")) + "}"),
    "nested_symbolic.json": template(
        nested({"languageVersion": "2.0", "resources": {"hub": hub("symbolic")}}),
        parameters=UNKNOWN,
    ),
    "nested_output.json": template(
        nested(
            {
                "resources": [hub("shown", disableLocalAuth=True)],
                "outputs": {
                    "key": {
                        "type": "string",
                        "value": "[listKeys(resourceId('Microsoft.Devices/IotHubs', 'shown'), "
                        "'2023-06-30').value[0].primaryKey]",
                    }
                },
            }
        )
    ),
    # Nothing in it is of a type that a rule reads.
    "foreign.json": template(
        {"type": "Microsoft.Devices/noSuchType", "apiVersion": "2023-06-30", "name": "foreign"},
        outputs={
            "key": {
                "type": "string",
                "value": "[listKeys(resourceId('Microsoft.Devices/IotHubs', 'h'), '2023-06-30')"
                ".value[0].primaryKey]",
            }
        },
    ),
    "computed.json": template(
        {**hub("x", disableLocalAuth=False), "name": "[toLower(parameters('name'))]"},
        parameters={"name": {"type": "string"}},
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """What Checkov says of the cases, and of the templates that teams have."""
    folder = tmp_path_factory.mktemp("templates")
    for name, text in CASES.items():
        (folder / name).write_text(text)
    for file in TEMPLATES.glob("*.json"):
        # Checkov reads no template with comments.
        text = re.sub(r"(?m)(^|\s)//\s.*$", "", file.read_text(encoding="utf-8"))
        (folder / file.name).write_text(text)
    return checkov(folder, "arm", home=folder / "home")


@pytest.mark.parametrize(
    ("file", "resource", "said"),
    [
        ("bad.json", f"{HUB}.bad", "FAILED"),
        ("good.json", f"{HUB}.good", "PASSED"),
        ("unknown.json", f"{HUB}.unknown", "SKIPPED"),
        ("case.json", f"{HUB.upper()}.case", "FAILED"),
        # The second hub of the loop is the bad one.
        ("loop.json", f"{HUB}.[concat('loop', copyIndex())]", "FAILED"),
        ("line.json", f"{HUB}.kept", "PASSED"),
        ("line.json", f"{HUB}.lost", "FAILED"),
        ("never.json", f"{HUB}.never", None),
        # Another resource of its file cannot be read.
        ("unreadable.json", f"{HUB}.unreadable", "FAILED"),
    ],
)
def test_a_check_says_what_the_rule_says(
    report: Report, file: str, resource: str, said: str | None
) -> None:
    assert report.verdicts(file).get((LOCAL_AUTH, resource)) == said


def test_a_finding_has_message_path_fix_severity_and_page(report: Report) -> None:
    (found,) = (
        one
        for one in report.records
        if one["file_path"].endswith("/bad.json") and one["check_id"] == LOCAL_AUTH
    )
    assert found["severity"] == "HIGH"
    assert found["guideline"] == "docs/checkov.md#hub-local-auth"
    assert found["check_result"]["evaluated_keys"] == ["properties/disableLocalAuth"]
    assert "properties.disableLocalAuth: shared access keys are accepted" in found["check_name"]
    assert any("disableLocalAuth: true" in line for line in found["check_result"]["hubwarden"])


def test_what_is_undecided_is_shown_with_its_expression(report: Report) -> None:
    (found,) = (
        one
        for one in report.records
        if one["file_path"].endswith("/unknown.json") and one["check_id"] == LOCAL_AUTH
    )
    assert "parameters('off')" in found["check_result"]["suppress_comment"]


def test_a_key_in_a_parameter_is_a_finding_on_it(report: Report) -> None:
    said = report.verdicts("parameter.json")
    assert said[id_of("config-connection-string"), "parameter.hub"] == "FAILED"


def test_a_file_without_a_resource_of_ours_is_judged_too(report: Report) -> None:
    said = report.verdicts("foreign.json")
    resource = "Microsoft.Devices/noSuchType.foreign"
    assert said[id_of("credential-in-output"), resource] == "FAILED"
    assert said[id_of("not-covered"), resource] == "SKIPPED"
    assert (LOCAL_AUTH, resource) not in said


def test_an_output_of_a_nested_template_is_judged(report: Report) -> None:
    assert id_of("credential-in-output") in report.failed("nested_output.json")


@pytest.mark.parametrize("file", ["symbolic.json", "nested_symbolic.json", "computed.json"])
def test_what_checkov_overlooks_or_drops_is_not_silent(report: Report, file: str) -> None:
    assert report.failed(file) == {"CKV_HUBWARDEN_0"}
    assert "CKV_HUBWARDEN_0" not in report.failed("unknown.json")


@pytest.mark.parametrize("file", sorted(TEMPLATES.glob("*.json")), ids=lambda file: file.stem)
def test_real_templates_are_judged_as_by_a_check(report: Report, file: Path, careful: Any) -> None:
    found = judged(collect(file.read_bytes(), file.name), name=file.name, **careful).judgement
    assert found is not None
    failed = report.failed(file.name)
    if "CKV_HUBWARDEN_0" in failed:
        return
    assert failed == {id_of(one.rule.id) for one in found.findings if one.status == "open"}
    said = report.verdicts(file.name).items()
    skipped = {check for (check, _), verdict in said if verdict == "SKIPPED"}
    assert skipped <= {id_of(one.rule.id) for one in found.findings if one.status == "undecided"}


def test_few_real_templates_are_overlooked() -> None:
    """Else the test above would prove little."""
    overlooked = [f for f in TEMPLATES.glob("*.json") if '"languageVersion"' in f.read_text()]
    assert len(overlooked) < 5


def test_a_strict_pipeline_fails_by_what_is_undecided(tmp_path: Path) -> None:
    (tmp_path / "unknown.json").write_text(CASES["unknown.json"])
    strict = {"HUBWARDEN_UNDECIDED": "fail"}
    found = checkov(tmp_path, "arm", home=tmp_path / "home", environ=strict)
    assert found.verdicts("unknown.json")[LOCAL_AUTH, f"{HUB}.unknown"] == "FAILED"


def test_a_pack_without_its_rules_fails_everything(tmp_path: Path) -> None:
    pack = tmp_path / "policies" / "checkov_pack"
    shutil.copytree(PACK, pack)
    inputs = tmp_path / "inputs"
    inputs.mkdir()
    (inputs / "good.json").write_text(CASES["good.json"])
    found = checkov(inputs, "arm", home=tmp_path / "home", pack=pack)
    assert found.code == 1
    assert found.failed("good.json") == {"CKV_HUBWARDEN_0"}


def test_what_checkov_executes_loads_on_every_python_of_checkovs() -> None:
    """Else nothing would be said: a pack that does not load is no error to Checkov."""
    text = (PACK / "hubwarden_rules.py").read_text(encoding="utf-8")
    ast.parse(text, feature_version=(3, 9))
    assert "UTC" not in text, "datetime.UTC came with Python 3.11"


@pytest.mark.parametrize(("name", "code"), [("bad.json", 1), ("clean_fleet.json", 0)])
def test_the_command_of_the_page_blocks_what_is_bad(tmp_path: Path, name: str, code: int) -> None:
    page = (ROOT / "docs" / "checkov.md").read_text(encoding="utf-8")
    (command,) = re.findall(r"```sh\n(.*?)```", page, flags=re.DOTALL)
    home, programs = tmp_path / "home", tmp_path / "bin"
    home.mkdir()
    programs.mkdir()
    (home / "hubwarden").symlink_to(ROOT)
    shim = programs / "checkov"
    shim.write_text(f'#!/bin/sh\nexec {sys.executable} -I -S {BARE} {SITE} "$@"\n')
    shim.chmod(0o755)
    text = CASES.get(name) or (TEMPLATES / name).read_text(encoding="utf-8")
    (tmp_path / "main.json").write_text(re.sub(r"(?m)(^|\s)//\s.*$", "", text))

    done = subprocess.run(
        ["sh", "-c", command],
        env={"PATH": f"{programs}:/usr/bin:/bin", "HOME": str(home)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )

    assert done.returncode == code, done.stdout[-3000:] + done.stderr[-1000:]
    assert (f"Check: {LOCAL_AUTH}:" in done.stdout) == (code == 1)


BICEP = """resource hub 'Microsoft.Devices/IotHubs@2023-06-30' = {
  name: 'hub'
  location: 'westeurope'
  properties: { disableLocalAuth: true }
}
"""


def test_bicep_without_its_parser_fails_and_says_why(tmp_path: Path) -> None:
    (tmp_path / "main.bicep").write_text(BICEP)
    # Whether it is deployed, nobody can tell either.
    (tmp_path / "if.bicep").write_text(BICEP.replace("= {\n", "= if (true) {\n", 1))
    loop = BICEP.replace("= {\n", "= [for i in range(0, 2): {\n").rstrip() + "]\n"
    (tmp_path / "loop.bicep").write_text(loop)
    found = checkov(tmp_path, "bicep", home=tmp_path / "home")
    for file in ("main.bicep", "if.bicep", "loop.bicep"):
        assert found.verdicts(file)[LOCAL_AUTH, f"{HUB}.hub"] == "FAILED"
    assert all("tree-sitter" in one["check_name"] for one in found.records)


def test_bicep_with_its_parser_is_judged(tmp_path: Path) -> None:
    (tmp_path / "good.bicep").write_text(BICEP)
    (tmp_path / "bad.bicep").write_text(BICEP.replace("true", "false"))
    (tmp_path / "unknown.bicep").write_text("param off bool\n" + BICEP.replace("true", "off"))
    # Two instances, of which Checkov's own parser knows one resource.
    loop = BICEP.replace("= {\n", "= [for i in range(0, 2): {\n").replace("true", "i == 0")
    (tmp_path / "loop.bicep").write_text(loop.rstrip() + "]\n")
    # Checkov reads it, but not the module that it speaks of.
    module = "module gone './gone.bicep' = {\n  name: 'gone'\n}\n"
    (tmp_path / "partial.bicep").write_text(BICEP + module)
    # Its own hub is good, and that of the module by its default.
    inner = "param off bool = true\n" + BICEP.replace("true", "off")
    (tmp_path / "inner.bicep").write_text(inner)
    call = "module bad './inner.bicep' = {\n  name: 'bad'\n  params: {\n    off: false\n  }\n}\n"
    (tmp_path / "caller.bicep").write_text(call + BICEP)
    shown = {"BARE_SHOWN": "tree_sitter tree_sitter_bicep"}
    found = checkov(tmp_path, "bicep", home=tmp_path / "home", environ=shown)
    said = {
        one["file_path"].rpartition("/")[2]: one["check_result"]["result"]
        for one in found.records
        if one["check_id"] == LOCAL_AUTH
    }
    assert said == {
        "good.bicep": "PASSED",
        "bad.bicep": "FAILED",
        "unknown.bicep": "SKIPPED",
        "loop.bicep": "FAILED",
        "partial.bicep": "FAILED",
        "inner.bicep": "PASSED",
        "caller.bicep": "FAILED",
    }
    assert not any("tree-sitter" in one["check_name"] for one in found.records)
