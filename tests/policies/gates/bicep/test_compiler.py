"""Bicep's own compiler, where somebody has it."""

from __future__ import annotations

import json
import stat
import sys
from datetime import date
from pathlib import Path
from typing import Any

from hubwarden_policies.catalogue import RULES
from hubwarden_policies.gates.bicep import compiler
from hubwarden_policies.gates.bicep.gate import collect
from hubwarden_policies.gates.judged import judged
from hubwarden_policies.team import Team

# A double of `bicep`: it says what it is told to and notes how it was called. It compiles nothing.
DOUBLE = """#!{python}
import json, os, sys
from pathlib import Path
here = Path(__file__).parent
(here / "called.json").write_text(json.dumps([sys.argv[1:], dict(os.environ)]))
sys.stderr.write((here / "stderr").read_text())
sys.stdout.write((here / "stdout").read_text())
sys.exit(int((here / "code").read_text()))
"""
MAIN = """param name string

resource first 'Microsoft.Devices/IotHubs@2023-06-30' = {
  name: 'first'
  location: 'westeurope'
  sku: {
    name: 'S1'
    capacity: 1
  }
  properties: {
    publicNetworkAccess: 'Disabled'
  }
}

resource second 'Microsoft.Devices/IotHubs@2023-06-30' = {
  name: name
  location: 'westeurope'
  sku: {
    name: 'S1'
    capacity: 1
  }
  properties: {
    publicNetworkAccess: 'Enabled'
  }
}

module inner 'inner.bicep' = {
  name: 'inner'
}
"""
INNER = """resource third 'Microsoft.Devices/IotHubs@2023-06-30' = {
  name: 'third'
  location: 'westeurope'
  properties: {
    publicNetworkAccess: 'Enabled'
  }
}
"""


def hub(name: str, access: str) -> dict[str, Any]:
    return {
        "type": "Microsoft.Devices/IotHubs",
        "apiVersion": "2023-06-30",
        "name": name,
        "location": "westeurope",
        "properties": {"publicNetworkAccess": access},
    }


def deployment(resources: Any, **more: Any) -> dict[str, Any]:
    return {
        "type": "Microsoft.Resources/deployments",
        "apiVersion": "2022-09-01",
        "name": "inner",
        "properties": {
            "expressionEvaluationOptions": {"scope": "inner"},
            "mode": "Incremental",
            "template": template(resources, **more),
        },
    }


def template(resources: Any, **more: Any) -> dict[str, Any]:
    schema = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"
    return {"$schema": schema, "contentVersion": "1.0.0.0", **more, "resources": resources}


NAME = {"parameters": {"name": {"type": "string"}}}
ARRAYS = template(
    [
        hub("first", "Disabled"),
        hub("[parameters('name')]", "Enabled"),
        deployment([hub("third", "Enabled")]),
    ],
    **NAME,
)
SYMBOLS = template(
    {
        "first": hub("first", "Disabled"),
        "second": hub("[parameters('name')]", "Enabled"),
        "inner": deployment({"third": hub("third", "Enabled")}, languageVersion="2.0"),
    },
    languageVersion="2.0",
    **NAME,
)


def place(folder: Path, stdout: str, stderr: str = "", code: int = 0) -> str:
    tools = folder / "tools"
    tools.mkdir()
    for file, said in (("stdout", stdout), ("stderr", stderr), ("code", str(code))):
        (tools / file).write_text(said, encoding="utf-8")
    double = tools / "bicep"
    double.write_text(DOUBLE.format(python=sys.executable), encoding="utf-8")
    double.chmod(double.stat().st_mode | stat.S_IXUSR)
    (folder / "main.bicep").write_text(MAIN, encoding="utf-8")
    (folder / "inner.bicep").write_text(INNER, encoding="utf-8")
    return str(double)


def open_hubs(folder: Path, bicep: str) -> list[tuple[str, str, int]]:
    found = collect(folder / "main.bicep", folder, bicep=bicep)
    seen = judged(found, name="x", rules=RULES, team=Team(today=date(2026, 11, 24)))
    assert seen.errors == ()
    assert seen.judgement is not None
    return [
        (f.subject.address, f.locations[0].file, f.locations[0].line)
        for f in seen.judgement.findings
        if f.rule.id == "hub-public-network"
    ]


def test_what_it_builds_is_judged_at_the_lines_of_the_file(tmp_path: Path) -> None:
    for number, built in enumerate((ARRAYS, SYMBOLS)):
        folder = tmp_path / str(number)
        folder.mkdir()
        bicep = place(folder, json.dumps(built))
        assert open_hubs(folder, bicep) == [
            ("second", "main.bicep", 23),
            ("inner.third", "inner.bicep", 5),
        ]


def test_it_is_asked_to_fetch_nothing_and_sees_no_secrets(tmp_path: Path) -> None:
    bicep = place(tmp_path, json.dumps(SYMBOLS))
    environ = {"PATH": "/usr/bin", "HOME": str(tmp_path), "AZURE_CLIENT_SECRET": "planted"}
    collect(tmp_path / "main.bicep", tmp_path, bicep=bicep, environ=environ)
    arguments, seen = json.loads((tmp_path / "tools" / "called.json").read_text())
    assert arguments == ["build", str(tmp_path / "main.bicep"), "--stdout", "--no-restore"]
    assert {"PATH", "HOME"} <= seen.keys()
    assert "AZURE_CLIENT_SECRET" not in seen


def test_it_is_found_on_the_path_or_where_az_keeps_it(tmp_path: Path) -> None:
    bicep = place(tmp_path, "")
    kept = tmp_path / ".azure" / "bin"
    kept.mkdir(parents=True)
    (kept / "bicep").symlink_to(bicep)
    home = {"HOME": str(tmp_path), "PATH": str(tmp_path)}
    assert compiler.found(home) == str(kept / "bicep")
    assert compiler.found(home | {"PATH": str(tmp_path / "tools")}) == bicep
    assert compiler.found({"AZURE_CONFIG_DIR": str(tmp_path / ".azure")}) == str(kept / "bicep")
    assert compiler.found({"HOME": str(tmp_path), "AZURE_CONFIG_DIR": "/nowhere"}) is None


def test_the_values_of_a_parameters_file_count(tmp_path: Path) -> None:
    access = hub("first", "[parameters('access')]")
    built = {
        "templateJson": json.dumps(
            template(
                [access], parameters={"access": {"type": "string", "defaultValue": "Disabled"}}
            )
        ),
        "parametersJson": json.dumps({"parameters": {"access": {"value": "Enabled"}}}),
    }
    bicep = place(tmp_path, json.dumps(built))
    (tmp_path / "main.bicep").write_text(
        "param access string = 'Disabled'\n" + MAIN.split("\n", 2)[2].split("\n\n", maxsplit=1)[0],
        "utf-8",
    )
    (tmp_path / "x.bicepparam").write_text("using 'main.bicep'\nparam access = 'Enabled'\n")
    found = collect(tmp_path / "x.bicepparam", tmp_path, bicep=bicep)
    arguments, _ = json.loads((tmp_path / "tools" / "called.json").read_text())
    assert arguments[0] == "build-params"
    assert found.errors == ()
    assert found.stack is not None
    [first] = found.stack.resources
    assert (first.address, first.properties["properties"]["publicNetworkAccess"]) == (
        "first",
        "Enabled",
    )


def test_its_errors_are_ours_at_their_line(tmp_path: Path) -> None:
    said = (
        f"{tmp_path}/main.bicep(3,10) : Warning BCP081: Something mild\n"
        f"{tmp_path}/inner.bicep(5,26) : Error BCP036: The property expected a value of type "
        "\"'a'\" but the provided value is of type \"'planted-key'\". [https://aka.ms/bicep]\n"
    )
    bicep = place(tmp_path, "", said, 1)
    found = collect(tmp_path / "main.bicep", tmp_path, bicep=bicep)
    assert found.stack is None
    [error] = found.errors
    assert error.exit_code == 4
    assert error.location is not None
    assert (error.location.file, error.location.line, error.location.column) == (
        "inner.bicep", 5, 26,
    )  # fmt: skip
    assert error.message.startswith("BCP036")
    assert "planted" not in error.message


def test_whatever_else_goes_wrong_is_one_sentence(tmp_path: Path) -> None:
    for number, (stdout, code) in enumerate((("", 1), ("no json", 0), ("[1]", 0), ("", -9))):
        folder = tmp_path / str(number)
        folder.mkdir()
        bicep = place(folder, stdout, code=max(code, 0) or (3 if code else 0))
        [error] = collect(folder / "main.bicep", folder, bicep=bicep).errors
        assert error.exit_code == 4
        assert "bicep build" in error.message
    missing = collect(tmp_path / "0" / "main.bicep", tmp_path / "0", bicep="/nowhere/bicep")
    assert [error.exit_code for error in missing.errors] == [4]
