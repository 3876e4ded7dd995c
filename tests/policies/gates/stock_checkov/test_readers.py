"""What files declare is told without Checkov, in a time that does not run away."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from hubwarden_policies.gates.stock_checkov.frameworks import kind_of
from hubwarden_policies.gates.stock_checkov.readers import arm, bicep, terraform
from hubwarden_policies.gates.stock_checkov.readers.declared import Reader


def declared(reader: Reader, text: str) -> list[tuple[str, str, int | None]]:
    return [(one.type, one.name, one.line) for one in reader(text).resources]


def test_children_of_a_template_have_their_whole_type() -> None:
    text = """{"resources": [{"type": "A.B/c", "name": "p", // http://x
      "resources": [{"type": "d", "name": "p/k"}, {"type": "A.B/c/e", "name": "p/m"},]}]}"""
    assert [one[:2] for one in declared(arm.read, text)] == [
        ("A.B/c", "p"),
        ("A.B/c/d", "p/k"),
        ("A.B/c/e", "p/m"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "[]",
        "{",
        '{"resources": "[variables(\'r\')]"}',
        '{"resources": [1]}',
        '{"resources": [{"name": "x"}]}',
        '{"resources": [{"type": "A.B/c"}]}',
        '{"resources": ' + "[" * 100_000,
        '{"resources": [{"type": "A.B/c", "name": "x", "existing": true}]}',
        '{"n": ' + "9" * 5000 + "}",
    ],
)
def test_what_cannot_be_told_of_a_template_is_a_gap(text: str) -> None:
    assert [gap.harmless for gap in arm.read(text).gaps] == [False]


def test_headers_of_bicep_are_read_and_nothing_else() -> None:
    text = (
        "var s = '''\nresource no 'A.B/c@1' = {\n'''\n"
        "// resource no 'A.B/c@1' = {\n"
        "resource p 'A.B/c@1' = {\n  name: '}{'\n  resource k 'd' = {\n  }\n}\n"
        "resource x 'A.B/c@1' existing = {\n}\n"
        "module far 'br/public:x:1' = {\n}\n"
    )
    assert declared(bicep.read, text) == [("A.B/c", "p", 5), ("A.B/c/d", "k", 7)]
    assert [(gap.line, gap.harmless) for gap in bicep.read(text).gaps] == [(12, True)]


def test_headers_of_hcl_are_read_and_nothing_else() -> None:
    text = (
        'x = <<EOT\nresource "no" "no" {\nEOT\n'
        '# resource "no" "no" {\n'
        '/*\nresource "no" "no" {\n*/\n'
        'resource "a" "b" {\n  count = 0\n}\n'
        'resource a c {\n}\nresource "a" "d" { x = 1 }\n'
    )
    assert declared(terraform.read_hcl, text) == [("a", "c", 11), ("a", "d", 13)]
    assert terraform.read_hcl('resource "a" {\n}\n').gaps[0].line == 1


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("x.bicep", "/*" * 200_000),
        ("x.bicep", "'''" * 200_001),
        ("x.bicep", "resource a\n" * 50_000),
        ("x.tf", "<<A\n" * 200_000),
        ("x.tf", '"' * 200_001),
        ("x.json", '{"resources": ' + "/*" * 200_000),
        ("x.json", '"' * 200_001),
        ("x", "/* a */" * 100_000 + "x"),
        ("x.json", "schema.management.azure.com/" * 20_000),
    ],
)
def test_no_text_takes_long(name: str, text: str) -> None:
    began = time.process_time()
    kind_of(Path(name), text.encode(), text)
    for reader in (arm.read, bicep.read, terraform.read_hcl, terraform.read_plan):
        reader(text)
    assert time.process_time() - began < 10
