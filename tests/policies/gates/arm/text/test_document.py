"""What Azure takes for JSON is read, what it does not take is one sentence at its place."""

from __future__ import annotations

import re

import pytest

from hubwarden_policies.gates.arm.text import NotJson, read

TEMPLATE = """{
  // what every template begins with
  "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
  "resources": [
    {"name": "first", "tags": {}},
    {
      "name": "second", /* the one
      that matters */ "properties": {
        "publicNetworkAccess": "Enabled"
      }
    }
  ]
}
"""


def test_a_template_with_comments_is_its_value_without_them() -> None:
    value = read(TEMPLATE.encode()).value
    assert value["$schema"].startswith("https://schema.")
    assert [resource["name"] for resource in value["resources"]] == ["first", "second"]
    assert value["resources"][1]["properties"] == {"publicNetworkAccess": "Enabled"}


@pytest.mark.parametrize("path", [("resources", 1, "properties", "publicNetworkAccess"),
                                  ("resources", 1, "properties"), ("resources", 1), ("resources",),
                                  ("$schema",), ("resources", 0, "tags")])  # fmt: skip
def test_a_place_is_where_the_key_or_the_element_stands(path: tuple[str | int, ...]) -> None:
    place = read(TEMPLATE.encode()).place(path)
    assert place is not None
    line, column = place
    there = TEMPLATE.splitlines()[line - 1][column - 1 :]
    last = path[-1]
    assert there.startswith("{" if isinstance(last, int) else f'"{last}"')


def test_what_is_absent_has_the_place_of_what_is_nearest() -> None:
    document = read(TEMPLATE.encode())
    inside = document.place(("resources", 1, "properties"))
    assert document.place(("resources", 1, "properties", "minTlsVersion", "x")) == inside
    assert document.place(("resources", 9)) == document.place(("resources",))
    assert document.place(()) == (1, 1)


def test_places_are_the_same_in_any_order_of_asking() -> None:
    asked = read(TEMPLATE.encode())
    last_first = [asked.place(("resources", index)) for index in (1, 0)]
    fresh = read(TEMPLATE.encode())
    assert last_first == [fresh.place(("resources", 0)), fresh.place(("resources", 1))][::-1]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_encodings_that_azure_reads(encoding: str) -> None:
    document = read('{\r\n "tag": "Zürich 😀"}'.encode(encoding))
    assert document.value == {"tag": "Zürich 😀"}
    assert document.place(("tag",)) == (2, 2)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (r'"a\/b"', "a/b"),
        (r'"\ud83d\ude00"', "😀"),
        ('"two\nlines, a\ttab"', "two\nlines, a\ttab"),
        ('"//no comment"', "//no comment"),
        (r'"a quote \" // inside" // outside', 'a quote " // inside'),
        ("9007199254740993", 9007199254740993),
        ("1.5", 1.5),
        ("[] // the end", []),
    ],
)
def test_values(text: str, value: object) -> None:
    assert read(text.encode()).value == value


@pytest.mark.parametrize(
    ("raw", "says", "line", "column"),
    [
        (b"", "empty", 1, 1),
        (b" \n\t", "empty", 1, 1),
        (b'{"a": 1,}', "comma", 1, 8),
        (b"[1,\n2,\n]", "comma", 2, 2),
        (b'{"a": 1\n "b": 2}', "comma is missing", 2, 2),
        (b'{"a" 1}', "colon", 1, 6),
        (b"{'a': 1}", "double quotes", 1, 2),
        (b"{a: 1}", "double quotes", 1, 2),
        (b'{"a": 1', "cut off", 1, 8),
        (b'{"a": "x', "does not end", 1, 7),
        (b'{"a": 1}\n{"b": 2}', "one document", 2, 1),
        (b'{"a": NaN}', "number", 1, 7),
        (b'{"a": -Infinity}', "number", 1, 7),
        (b'{"b": 2.5, "a": 1e400}', "number", 1, 17),
        (b'{"a": "\\x"}', "backslash", 1, 8),
        (b'{"a": "\\ud800"}', "half a character", 1, 7),
        (b'{"a": 1, "b": {"a": 1}, "a": 2}', "name a is there twice", 1, 25),
        (b'{"a": 1,\n"A": 2}', "case only", 2, 1),
        (b'{"a": 1 /* open', "does not end", 1, 9),
        ('{"a": "Z\u00fcrich"}'.encode("latin-1"), "UTF-8", 1, 9),
        ('{"a": 1}'.encode("utf-16-le"), "UTF-8", 1, 2),
        ('{"a": 1}'.encode("utf-32"), "UTF-32", 1, 1),
    ],
)
def test_what_azure_would_not_take_is_a_sentence_at_its_place(
    raw: bytes, says: str, line: int, column: int
) -> None:
    with pytest.raises(NotJson, match=re.escape(says)) as raised:
        read(raw)
    assert (raised.value.line, raised.value.column) == (line, column)
    assert raised.value.message.endswith(".")


def test_an_error_behind_a_comment_has_its_place_in_the_file() -> None:
    with pytest.raises(NotJson) as raised:
        read(b'{ // one\n /* two\n lines */ "a": }')
    assert (raised.value.line, raised.value.column) == (3, 16)


@pytest.mark.parametrize("depth", [101, 1_000, 200_000])
@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}")])
def test_depth_is_a_sentence_and_no_recursion(depth: int, opening: str, closing: str) -> None:
    with pytest.raises(NotJson, match="deep"):
        read((opening * depth + "1" + closing * depth).encode())


def test_as_deep_as_azure_takes_is_read() -> None:
    assert read(b"[" * 100 + b"]" * 100).value


def test_a_digit_bomb_is_a_sentence() -> None:
    with pytest.raises(NotJson, match="number"):
        read(b'{"a": ' + b"9" * 5_000 + b"}")


def test_no_value_is_in_what_is_said() -> None:
    planted = "planted-SharedAccessKey"
    for raw in (f'{{"a": "{planted}" 1}}', f'{{"a": "{planted}', f'{{"a": "\\ud800{planted}"}}'):
        with pytest.raises(NotJson) as raised:
            read(raw.encode())
        assert planted not in raised.value.message


def test_opening_comments_are_looked_through_once() -> None:
    # Quadratic, this is ten billion steps.
    with pytest.raises(NotJson):
        read(b'["x" /*' + b"/* " * 100_000)
    with pytest.raises(NotJson):
        read(b"[1, //\n" + b'"' * 100_001)
