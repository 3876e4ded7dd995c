"""What the gate makes of whole files: verdicts at their line, or an error at its line."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from hubwarden_policies.catalogue import RULES
from hubwarden_policies.gates.bicep.gate import collect
from hubwarden_policies.gates.collected import Examined
from hubwarden_policies.gates.judged import judged
from hubwarden_policies.model import Secret
from hubwarden_policies.team import Team

HUB = """resource hub 'Microsoft.Devices/IotHubs@2023-06-30' = {
  name: 'badhub'
  location: 'westeurope'
  sku: {
    name: 'S1'
    capacity: 1
  }
  properties: {
    publicNetworkAccess: 'Enabled'
  }
}
"""
LOOP = """resource hub 'Microsoft.Devices/IotHubs@2023-06-30' = [for i in range(0, 3): {
  name: 'h${i}'
  location: 'x'
  properties: {
    publicNetworkAccess: 'Enabled'
  }
}]
"""
EXPORTED = "@export()\nvar x = 'Enabled'\n"


def examine(folder: Path, name: str = "main.bicep") -> Examined:
    return judged(
        collect(folder / name, folder), name=name, rules=RULES, team=Team(today=date(2026, 11, 24))
    )


def public(seen: Examined) -> list[tuple[str, str, int]]:
    """Where hubs are open to the internet: symbol, and line."""
    assert seen.judgement is not None
    return [
        (f.status, f.subject.address, f.locations[0].line)
        for f in seen.judgement.findings
        if f.rule.id == "hub-public-network"
    ]


# Texts that other readers of Bicep pass in silence: each has a hub that is open.
@pytest.mark.parametrize(
    ("text", "line"),
    [
        (HUB, 9),
        (HUB + "var o = { a: 1, b: [1, 2] }\n", 9),
        ("type tier = 'a' | 'b'\nparam t tier\n" + HUB, 11),
        ("type cfg = {\n  name: string\n  n: int?\n}\nparam c cfg\n" + HUB, 14),
        ("param n string?\nvar x = n ?? 'd'\n" + HUB, 11),
        ("param o object\nvar x = o.?a.?b\n" + HUB, 11),
        ("@export()\nvar x = 'a'\n" + HUB, 11),
        ("import { x } from 'shared.bicep'\n" + HUB.replace("'Enabled'", "x"), 10),
        ("func f(a string) string => '${a}abled'\n" + HUB.replace("'Enabled'", "f('En')"), 10),
        ("var x = map(['En'], i => '${i}abled')\n" + HUB.replace("'Enabled'", "x[0]"), 10),
        (HUB.replace("= {\n  name", "= if (true) {\n  name"), 9),
        ("module m 'shared.bicep' = {\n  name: 'm'\n}\n" + HUB, 12),
        ("var s = '''\nit's {}\n'''\n" + HUB, 12),
        ("/* a\n b */\n" + HUB, 11),
        (HUB.replace("  location", "  // where\n  location"), 10),
        ("#disable-next-line no-unused-params\nparam p string\n" + HUB, 11),
        ("@description('''\nmulti\n''')\nparam p string\n" + HUB, 13),
        ("@secure()\n@minLength(3)\nparam p string\n" + HUB, 12),
        (HUB.replace("'Enabled'", "1 < 2 ? 'Enabled' : 'Disabled'"), 9),
        (HUB.replace("'badhub'", "'hub-${uniqueString(resourceGroup().id)}'"), 9),
        ("targetScope = 'resourceGroup'\n" + HUB, 10),
        ("metadata description = 'x'\n" + HUB, 10),
        ("assert a = true\n" + HUB, 10),
        (HUB + "output id resourceInput<'Microsoft.Devices/IotHubs@2023-06-30'>.name = 'x'\n", 9),
        ("var x = split(resourceGroup().id, '/')[2]\n" + HUB, 10),
        ("param o object?\nvar x = o!.a\n" + HUB, 11),
        ("@discriminator('kind')\ntype u = a | b\ntype a = {\n  kind: 'x'\n}\ntype b = {\n"
         "  kind: 'y'\n}\n" + HUB, 17),
        ("type t = [string, int]\n" + HUB, 10),
        (HUB.replace("\n", "\r\n"), 9),
        ("\ufeff" + HUB, 9),
        (HUB.replace("  ", "\t"), 9),
        (HUB.replace("Microsoft.Devices/IotHubs", "microsoft.devices/iothubs"), 9),
        (HUB.replace("  properties", "  tags: {\n    'a-b': 'c'\n  }\n  properties"), 12),
        (HUB.replace("publicNetworkAccess:", "'publicNetworkAccess':"), 9),
        ("param Disabled string = 'Enabled'\n" + HUB.replace("'Enabled'", "Disabled"), 10),
        ("@onlyIfNotExists()\n" + HUB, 10),
        ("var a = {\n  publicNetworkAccess: 'Enabled'\n}\n"
         + HUB.replace("{\n    publicNetworkAccess: 'Enabled'\n  }", "{ ...a }"), 11),
    ],
)  # fmt: skip
def test_an_open_hub_is_seen_at_its_line(tmp_path: Path, text: str, line: int) -> None:
    (tmp_path / "main.bicep").write_text(text, encoding="utf-8", newline="")
    (tmp_path / "shared.bicep").write_text(EXPORTED, encoding="utf-8")
    seen = examine(tmp_path)
    assert seen.errors == ()
    assert public(seen) == [("open", "hub", line)]


def test_each_turn_of_a_loop_is_a_hub(tmp_path: Path) -> None:
    (tmp_path / "main.bicep").write_text("@batchSize(1)\n" + LOOP, encoding="utf-8")
    assert public(examine(tmp_path)) == [("open", f"hub[{i}]", 6) for i in range(3)]
    (tmp_path / "main.bicep").write_text(LOOP.replace(": {\n  n", ": if (i > 1) {\n  n"))
    assert public(examine(tmp_path)) == [("open", "hub[2]", 5)]
    text = "param many array\n" + LOOP.replace("range(0, 3)", "many")
    (tmp_path / "main.bicep").write_text(text, encoding="utf-8")
    assert [(status, line) for status, _, line in public(examine(tmp_path))] == [("open", 6)]


@pytest.mark.parametrize(
    ("text", "line", "column", "word"),
    [
        (HUB.replace("'Enabled'", "Disabled"), 9, 26, "no symbol"),
        ("extension microsoftGraphV1\n" + HUB, 1, 1, "cannot read"),
        (HUB + "module m 'br/public:avm/res/devices/iot-hub:0.1.0' = {\n  name: 'm'\n}\n", 12, 10,
         "cannot see the module"),
        (HUB + "module m 'missing.bicep' = {\n  name: 'm'\n}\n", 12, 10, "no file"),
        (HUB + "module m '../../x.bicep' = {\n  name: 'm'\n}\n", 12, 10, "out of the folder"),
        (HUB + "module m 'main.bicep' = {\n  name: 'm'\n}\n", 12, 10, "module of itself"),
        (HUB + "var a = b\nvar b = a\n", 12, 1, "made of itself"),
        (HUB + "var a = createObject('a', 1)\n", 12, 9, "no function"),
        (HUB + "var x = loadTextContent('/etc/hostname')\n", 12, 25, "out of the folder"),
        (HUB + "@unheard()\nparam x string\n", 12, 2, "decorator"),
        (HUB + "resource hub 'A.B/c@1' = {\n  name: 'x'\n}\n", 12, 1, "twice"),
        (HUB + "var hub = 1\n", 12, 1, "twice"),
        (HUB + "output x string = nothing.at.all\n", 12, 19, "no symbol"),
        (HUB + "import { x } from 'br/public:a:1'\noutput y string = x\n", 12, 19, "registry"),
        (HUB + "param x unheard\n", 12, 9, "no type"),
        (HUB + "targetScope = 'planet'\n", 12, 1, "targetScope"),
        (HUB + "var x = loadJsonContent('main.bicep')\n", 12, 25, "not JSON"),
    ],
)  # fmt: skip
def test_what_is_not_understood_is_an_error_and_the_rest_is_judged(
    tmp_path: Path, text: str, line: int, column: int, word: str
) -> None:
    (tmp_path / "main.bicep").write_text(text, encoding="utf-8")
    seen = examine(tmp_path)
    assert seen.stack is not None
    [error] = [e for e in seen.errors if e.kind == "bicep"]
    assert error.exit_code == 4
    assert error.location is not None
    assert (error.location.line, error.location.column) == (line, column)
    assert word in error.message
    if "Disabled" in text:
        # Nobody knows what was meant, so nobody says that it is open, or that it is not.
        assert public(seen) == [("undecided", "hub", 9)]
    else:
        assert [status for status, _, _ in public(seen)] == ["open"]


@pytest.mark.parametrize("raw", [b"\xff\xfe\xfa", b"param x string = '\xe9'\n", HUB[:-3].encode()])
def test_a_file_that_is_no_bicep_is_an_error(tmp_path: Path, raw: bytes) -> None:
    (tmp_path / "main.bicep").write_bytes(raw)
    [error] = examine(tmp_path).errors
    assert error.exit_code == 4


def test_no_file_and_a_file_outside_are_errors(tmp_path: Path) -> None:
    (tmp_path / "root").mkdir()
    (tmp_path / "out.bicep").write_text(HUB, encoding="utf-8")
    (tmp_path / "root" / "link.bicep").symlink_to(tmp_path / "out.bicep")
    for name in ("nothing.bicep", "link.bicep"):
        found = collect(tmp_path / "root" / name, tmp_path / "root")
        assert found.stack is None
        assert [error.exit_code for error in found.errors] == [4]


@pytest.mark.parametrize(
    "text",
    [
        "var a0 = 'xxxxxxxx'\n"
        + "".join(f"var a{i + 1} = '${{a{i}}}${{a{i}}}${{list}}'\n" for i in range(60))
        + "var list = st.listKeys()\nresource st 'A.B/c@1' = {\n  name: 'x'\n}\n"
        + "output o string = a60\n",
        "".join(f"var a{i} = a{i + 1}\n" for i in range(3000)) + "var a3000 = 1\n",
        "var a = " + "[" * 3000 + "]" * 3000,
        "var a = '" + "${'" * 2000 + "'}" * 2000 + "'",
        "var a = " + " ? 1 : ".join("b" * 3000),
        "resource a 'A.B/c@1' = [for i in range(0, 100000000): {\n  name: 'x${i}'\n}]\n",
        "type a = b\ntype b = a\nparam x a\n",
        "func f() string => g()\nfunc g() string => f()\noutput x string = f()\n",
        "resource a 'A.B/c/d@1' = {\n  parent: a\n  name: 'x'\n}\n",
        "resource a 'A.B/c@1' = {\n  scope: a\n  name: 'x'\n}\noutput x string = a.id\n",
        "param x string\n" * 3000,
    ],
)
def test_a_hostile_text_is_an_error(tmp_path: Path, text: str) -> None:
    (tmp_path / "main.bicep").write_text(text, encoding="utf-8")
    found = collect(tmp_path / "main.bicep", tmp_path)
    assert found.errors != ()
    assert all(error.exit_code == 4 and len(error.message) < 400 for error in found.errors)


def test_modules_that_multiply_are_an_error(tmp_path: Path) -> None:
    for level in range(15):
        uses = "".join(
            f"module m{i} 'm{level + 1}.bicep' = {{\n  name: 'm{i}'\n}}\n" for i in range(3)
        )
        (tmp_path / f"m{level}.bicep").write_text(uses, encoding="utf-8")
    (tmp_path / "m15.bicep").write_text(HUB, encoding="utf-8")
    found = collect(tmp_path / "m0.bicep", tmp_path)
    assert any("modules" in error.message for error in found.errors)


def test_a_module_may_be_a_template(tmp_path: Path) -> None:
    (tmp_path / "main.bicep").write_text(
        "param x string\n\nmodule m 'hub.json' = {\n  name: 'm'\n}\n", encoding="utf-8"
    )
    schema = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"
    (tmp_path / "hub.json").write_text(
        f"""{{"$schema": "{schema}", "contentVersion": "1.0.0.0", "resources": [{{
        "type": "Microsoft.Devices/IotHubs", "apiVersion": "2023-06-30", "name": "h",
        "location": "x", "properties": {{"publicNetworkAccess": "Enabled"}}}}]}}""",
        encoding="utf-8",
    )
    seen = examine(tmp_path)
    assert seen.errors == ()
    assert public(seen) == [("open", "m.Microsoft.Devices/IotHubs(h)", 3)]
    (tmp_path / "hub.json").write_text("[", encoding="utf-8")
    [error] = examine(tmp_path).errors
    assert "hub.json is not JSON" in error.message


def test_no_error_shows_a_value(tmp_path: Path) -> None:
    planted = "planted0fc0ffee0planted0fc0ffee0"
    (tmp_path / "main.bicep").write_text(
        f"param k string = '{planted}'\nvar a = '{planted}\nvar b = if('{planted}')\n"
        f"var c = {{ a: '{planted}', a: 1 }}\nvar d = [1, '{planted}'\n",
        encoding="utf-8",
    )
    found = collect(tmp_path / "main.bicep", tmp_path)
    assert found.errors != ()
    assert planted not in repr(found.errors)


def test_a_secure_value_stays_a_secret(tmp_path: Path) -> None:
    (tmp_path / "main.bicep").write_text(
        "@secure()\nparam key string\n"
        "resource st 'Microsoft.Storage/storageAccounts@2023-05-01' = {\n  name: 'x'\n"
        "  tags: {\n    key: '${key}'\n  }\n}\n",
        encoding="utf-8",
    )
    stack = collect(tmp_path / "main.bicep", tmp_path).stack
    assert stack is not None
    [resource] = stack.resources
    assert isinstance(resource.properties["tags"]["key"], Secret)


def test_a_parameters_file_is_held_against_its_template(tmp_path: Path) -> None:
    (tmp_path / "main.bicep").write_text("param a string\nparam b string\n", encoding="utf-8")
    (tmp_path / "x.bicepparam").write_text(
        "using 'main.bicep'\n\nparam a = 'x'\nparam c = 1\n", encoding="utf-8"
    )
    (tmp_path / "y.bicepparam").write_text("param a = 'x'\n", encoding="utf-8")
    errors = collect(tmp_path / "x.bicepparam", tmp_path).errors
    assert [(e.location and (e.location.file, e.location.line)) for e in errors] == [
        ("x.bicepparam", 4),
        ("x.bicepparam", 1),
    ]
    assert "no parameter c" in errors[0].message
    assert "parameter b" in errors[1].message
    [error] = collect(tmp_path / "y.bicepparam", tmp_path).errors
    assert "using" in error.message


def test_a_json_parameters_file_decides_what_is_open(tmp_path: Path) -> None:
    (tmp_path / "main.bicep").write_text(
        "param access string\n" + HUB.replace("'Enabled'", "access"), encoding="utf-8"
    )
    given = b'{"parameters": {"access": {"value": "%s"}}}'
    for value, statuses in ((b"Enabled", ["open"]), (b"Disabled", [])):
        found = collect(tmp_path / "main.bicep", tmp_path, parameters=(given % value, "p.json"))
        seen = judged(found, name="x", rules=RULES, team=Team(today=date(2026, 11, 24)))
        assert seen.errors == ()
        assert [status for status, _, _ in public(seen)] == statuses
    assert [status for status, _, _ in public(examine(tmp_path))] == ["undecided"]
