"""The line of source below a finding's place."""

from __future__ import annotations

from hubwarden_policies.model import Location
from hubwarden_policies.redact import Redactor
from hubwarden_policies.reports.excerpt import excerpts
from hubwarden_policies.reports.report import Excerpt

KEY = "Q2x" + "planted" * 5 + "Zm8v9="  # planted: 44 characters, like a key of Azure's


def excerpt(text: str, line: int, column: int | None, file: str = "a.py") -> Excerpt | None:
    place = Location(file, line, column)
    return excerpts(
        [place], lambda name: text if name == file else None, Redactor(["hunter2"])
    ).get(place)


def test_the_word_at_the_column_is_marked() -> None:
    text = 'rg = 1\nhub = iothub.IotHubResource("t", disable_local_auth=False)\n'
    assert excerpt(text, 2, 7) == Excerpt(text.splitlines()[1], 7, len("iothub.IotHubResource"))
    assert excerpt(text, 2, 34) == Excerpt(text.splitlines()[1], 34, len("disable_local_auth"))


def test_without_a_column_there_is_the_line_only() -> None:
    assert excerpt("a = 1\n", 1, None) == Excerpt("a = 1")
    assert excerpt("a = 1\n", 1, 80) == Excerpt("a = 1")


def test_lines_are_counted_as_python_counts_them() -> None:
    assert excerpt("a = '\x0c\u2028'\r\nb = 2\rc = 3\n", 3, 1) == Excerpt("c = 3", 1)


def test_what_is_not_there_has_none() -> None:
    assert excerpt("a = 1\n\n", 2, 1) is None
    assert excerpt("a = 1\n", 9, 1) is None
    assert excerpt("a = 1\n", 0, 1) is None
    assert excerpts([Location("b.py", 1)], lambda _: None, Redactor()) == {}


def test_a_credential_in_the_line_goes_and_the_caret_moves_with_its_word() -> None:
    line = f'hub(key="{KEY}", name="x")'
    assert len(KEY) == 44
    shown = excerpt(line, 1, line.index("name") + 1)
    assert shown is not None
    assert KEY[:12] not in shown.text
    assert shown.column is not None
    assert shown.text[shown.column - 1 :].startswith("name")


def test_a_caret_inside_a_credential_is_left_out() -> None:
    line = f'hub(key="{KEY}")'
    shown = excerpt(line, 1, line.index(KEY) + 10)
    assert shown is not None
    assert KEY[10:20] not in shown.text
    assert shown.column is None


def test_a_key_over_several_lines_goes() -> None:
    body = "Zz9" + "planted" * 4
    text = "-----BEGIN " + f"PRIVATE KEY-----\n{body}\n-----END " + "PRIVATE KEY-----\nlast = 1\n"
    assert excerpt(f"key = '''{text}", 2, 1) is None
    assert excerpt(f"key = '''{text}", 4, 1) == Excerpt("last = 1", 1, 4)


def test_a_stack_file_shows_names_only() -> None:
    text = "config:\n  app:dbPassword: whatever\n"
    shown = excerpt(text, 2, 3, "Pulumi.dev.yaml")
    assert shown is not None
    assert shown.text == "  app:dbPassword: [redacted: value, 8 characters]"


def test_of_a_long_line_the_part_around_the_place_is_shown() -> None:
    line = "".join(f'"note{n}": "{"x" * 90}", ' for n in range(300)) + '"last": 1}'
    column = line.index('"note150"') + 1
    shown = excerpt(line, 1, column)
    assert shown is not None
    assert len(shown.text) < 500
    assert shown.column is not None
    assert shown.text[shown.column - 1 :].startswith('"note150"')
    assert shown.width == len('"note150"')
    end = excerpt(line, 1, line.index('"last"') + 1)
    assert end is not None
    assert end.text.endswith('"last": 1}')


def test_a_credential_in_a_long_line_goes_wherever_the_line_is_cut() -> None:
    for gap in range(3950, 4110):
        line = f'{{"a": "{"x" * 9000}", "k": "{KEY}", "b": "{"y" * gap}", "c": 1, "d": "{KEY}"}}'
        for word in ('"c"', '"b"'):
            shown = excerpt(line, 1, line.index(word) + 1)
            assert shown is not None
            assert all(KEY[at : at + 8] not in shown.text for at in range(len(KEY) - 8))


def test_a_line_of_one_long_word_is_soon_done() -> None:
    shown = excerpt("x" * 3_000_000, 1, 1)
    assert shown is None or len(shown.text) < 500
