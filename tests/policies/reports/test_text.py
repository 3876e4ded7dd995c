"""The text report: what a person reads, on which terminal."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import date

import pytest

from hubwarden_policies.evaluate import NotExpressible
from hubwarden_policies.model import Location
from hubwarden_policies.reports.page import Page, page_for
from hubwarden_policies.reports.report import Excerpt, Expiry, Report, Reported, Skipped
from hubwarden_policies.reports.text import render
from hubwarden_policies.rule import LOW, Severity

from .conftest import HUB, PLACE, Finds, stack

WIDE = Page(width=100)


def test_reads_as_a_person_would_say_it(everything: Report) -> None:
    text = render(everything, WIDE)
    assert text.startswith(
        """\
infra/__main__.py:12:5
  12 │     iothub.IotHubResource("telemetry", sku=sku)
     │     ^^^^^^^^^^^^^^^^^^^^^
    high  IoT Hub accepts shared access keys [hub-local-auth]
          shared access keys are accepted: properties.disableLocalAuth of telemetry (dev, prod)
          why: A shared access key of the hub is one password for every service that uses it. It
"""
    )
    assert "          more: hubwarden explain hub-local-auth\n" in text
    assert (
        """
          primaryKey stands in the clear: outputs.connection (dev)
          called from there: infra/parts.py:4
          the key was fetched here: infra/keys.py:9:2
"""
        in text
    )


def test_ends_with_what_is_not_known_and_one_line(everything: Report) -> None:
    text = render(everything, WIDE)
    assert text.endswith(
        """\
error: plant (test): The program raised KeyError; give it what it asks for.
       at infra/__main__.py:3
       File "infra/__main__.py", line 3, in <module>
         x["x"]
       KeyError: 'x'

not decided (with --strict these fail the check)
  not known before deployment: the value of properties.minTlsVersion
    hub-old-tls: properties.minTlsVersion of telemetry (dev), infra/__main__.py:12:5

not seen inside
  command:local:Command build (dev), infra/__main__.py:12:5: it runs a command

checked
  plant/dev: 7 resources, 32 rules, 1.2 s
  plant/prod: 7 resources, 32 rules, 1.2 s
  plant/dev: the program was held in namespaces (no network, writes to a scratch folder only)
  plant/prod: public by declaration: as you said
  plant/prod: the program was observed only (this machine held nothing back)
  no rule reads these types: random:index/randomId:RandomId

2 findings (1 critical, 1 high) in 2 stacks, 1 not decided, 1 error; 2 fail the check
"""
    )


def test_an_error_whose_place_says_all_shows_no_way_there(everything: Report) -> None:
    (problem,) = everything.errors
    known = replace(problem, kind="missing-config", traceback=("File …",))
    for one in (known, replace(problem, traceback=())):
        text = render(Report(errors=(one,)), WIDE)
        assert "       at infra/__main__.py:3\n" in text
        assert "File" not in text


def test_a_clean_report_says_so() -> None:
    assert render(Report(stacks=(stack(),)), WIDE).endswith("\nno finding in 1 stack\n")


def test_what_cannot_be_expressed_is_counted_and_named() -> None:
    gaps = tuple(NotExpressible("hub-device-sas", f"hub.{n}", "properties.x") for n in range(12))
    text = render(Report(stacks=(stack(),), inexpressible=gaps), WIDE)
    assert "hub-device-sas: no word for properties.x of hub.0, hub.1," in text
    assert "and 2 more" in text
    assert text.endswith("no finding in 1 stack, 12 not expressible here\n")


def test_quiet_leaves_findings_and_errors(everything: Report) -> None:
    text = render(everything, WIDE, quiet=True)
    assert "hub-local-auth" in text
    assert "KeyError" in text
    assert "not decided" not in text
    assert "checked" not in text
    assert render(Report(stacks=(stack(),)), WIDE, quiet=True) == ""


def test_what_is_explained_once_is_not_explained_again(finds: Finds) -> None:
    entries = (finds(), finds(subject=replace(HUB, name="other"), locations=(Location("a.py", 1),)))
    text = render(Report(findings=tuple(map(Reported, entries))), WIDE)
    assert text.count("why: ") == 1
    assert text.count("fix: ") == 2


def test_files_and_lines_are_in_order_and_the_worst_first(finds: Finds) -> None:
    places = [Location("b.py", 2), Location("a.py", 10), Location("a.py", 9)]
    entries = [finds(locations=(place,)) for place in places]
    entries.append(finds("hub-policy-inline-key", locations=(places[1],), path="x"))
    text = render(Report(findings=tuple(map(Reported, entries))), WIDE)
    assert re.findall(r"^[ab]\.py:\d+", text, re.MULTILINE) == ["a.py:9", "a.py:10", "b.py:2"]
    assert text.index("hub-policy-inline-key") < text.index("b.py")
    at_ten = text[text.index("a.py:10") : text.index("b.py")]
    assert at_ten.index("critical") < at_ten.index("high ")


def test_a_project_elsewhere_shows_paths_from_here(finds: Finds) -> None:
    text = render(Report(findings=(Reported(finds(), "plants/one"),)), WIDE)
    assert text.startswith("plants/one/infra/__main__.py:12:5\n")


@pytest.mark.parametrize("width", [40, 60, 80])
def test_fits_the_page_and_breaks_no_id(everything: Report, width: int) -> None:
    text = render(everything, Page(width=width))
    assert "[hub-local-auth]" in text
    assert "properties.disableLocalAuth" in text
    *lines, summary = text.splitlines()
    # A traceback and an id longer than the page stay whole.
    assert all(len(line) <= width or "File" in line or len(line.split()) < 3 for line in lines)
    assert summary.startswith("2 findings")


def test_a_long_line_is_cut_where_the_caret_still_shows(finds: Finds) -> None:
    long = "x = " + "a" * 90 + ", disable_local_auth=False" + "b" * 50
    excerpt = Excerpt(long, long.index("disable") + 1, len("disable_local_auth"))
    text = render(Report(findings=(Reported(finds(), "", excerpt),)), Page(width=60))
    _, shown, caret, *_ = text.splitlines()
    assert len(shown) <= 60
    assert shown[caret.index("^") : caret.rindex("^") + 1] == "disable_local_auth"


@pytest.mark.parametrize("before", ["\t", "名前, ", "e\u0301 = "])
def test_the_caret_stands_below_its_word(finds: Finds, before: str) -> None:
    excerpt = Excerpt(f"{before}hub()", len(before) + 1, 3)
    text = render(Report(findings=(Reported(finds(), "", excerpt),)), WIDE)
    _, shown, caret, *_ = text.splitlines()
    columns = {"\t": 4, "名前, ": 6, "e\u0301 = ": 4}
    assert caret.index("^") == len("     │ ") + columns[before]
    assert shown.endswith("hub()")


def test_many_gaps_of_one_kind_are_a_number(finds: Finds) -> None:
    gaps = [finds(status="undecided", path=f"x{n}", message="the value of x") for n in range(25)]
    text = render(Report(findings=tuple(map(Reported, gaps))), WIDE)
    assert text.count("hub-local-auth: ") == 10
    assert "and 15 more, which --format json lists" in text
    assert "25 not decided" in text


def test_colours_are_for_terminals(everything: Report) -> None:
    assert "\x1b[" not in render(everything, WIDE)
    coloured = render(everything, Page(width=100, colour=True))
    assert "\x1b[1;31m" in coloured
    assert re.sub(r"\x1b\[[\d;]*m", "", coloured) == render(everything, WIDE)


def test_a_program_cannot_write_on_the_terminal(finds: Finds) -> None:
    evil = finds(
        message="\x1b[2J\x07gone\u202e",
        subject=replace(HUB, name="\x1b]0;title\x07"),
        locations=(replace(PLACE, file="\x1b[31m.py"),),
    )
    text = render(Report(findings=(Reported(evil, "", Excerpt("\x1b[1mx", 1)),)), WIDE)
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "\\x1b[2J" in text


def test_a_terminal_in_ascii_is_served(everything: Report) -> None:
    text = render(everything, Page(width=100, ascii=True))
    assert text.isascii()
    assert "  12 |     iothub" in text
    assert "     |     ^^^^" in text


class Stream(io.StringIO):
    def __init__(self, *, terminal: bool, encoding: str = "utf-8") -> None:
        super().__init__()
        self._terminal = terminal
        self._encoding = encoding

    def isatty(self) -> bool:
        return self._terminal

    @property
    def encoding(self) -> str:  # type: ignore[override]
        return self._encoding


@pytest.mark.parametrize(
    ("terminal", "environ", "colour"),
    [
        (True, {}, True),
        (False, {}, False),
        (True, {"NO_COLOR": "1"}, False),
        (True, {"NO_COLOR": ""}, True),
        (True, {"TERM": "dumb"}, False),
        (False, {"FORCE_COLOR": "1"}, True),
        (False, {"FORCE_COLOR": "0"}, False),
        (False, {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
    ],
)
def test_who_gets_colours(terminal: bool, environ: dict[str, str], colour: bool) -> None:
    assert page_for(Stream(terminal=terminal), environ, 80).colour is colour


@pytest.mark.parametrize(
    ("encoding", "plain"), [("utf-8", False), ("ascii", True), ("cp1252", True)]
)
def test_who_gets_ascii(encoding: str, plain: bool) -> None:
    assert page_for(Stream(terminal=False, encoding=encoding), {}, 80).ascii is plain


@pytest.mark.parametrize(("fail_on", "said"), [(None, "; 1 fails"), (LOW, "; 2 fail")])
def test_the_last_line_says_how_many_fail(
    finds: Finds, fail_on: Severity | None, said: str
) -> None:
    entries = (finds(), finds(severity=LOW, level="advisory", path="x"))
    report = Report(stacks=(stack(),), findings=tuple(map(Reported, entries)))
    assert said in render(report, WIDE, fail_on=fail_on).splitlines()[-1]


def test_says_who_answers_for_what_is_waived_and_which_counts_again_first(finds: Finds) -> None:
    attested = "attested: provided by Azure Policy; the landing zone logs (platform)"
    report = Report(
        stacks=(stack(),),
        findings=(
            Reported(finds(status="waived", justification=attested)),
            Reported(finds("hub-old-tls", status="baseline")),
        ),
        next_expiry=Expiry("hub-local-auth", date(2026, 12, 31)),
    )
    text = render(report, WIDE)
    what = "hub-local-auth: properties.disableLocalAuth of telemetry (dev)"
    assert f"waived\n  {what}: {attested}" in re.sub(r"\n {3,}", " ", text)
    assert text.endswith(
        "no finding in 1 stack, 1 waived (hub-local-auth until 2026-12-31), 1 in the baseline\n"
    )
    assert "waived" not in render(report, WIDE, quiet=True)


def test_a_remark_on_many_names_the_first_of_them() -> None:
    many = [stack(f"s{n:02}", notes=("a remark",)) for n in range(12)]
    text = render(Report(stacks=(*many, stack("other"))), WIDE)
    assert "plant/s09 and 2 more: a remark" in " ".join(text.split())


def test_a_file_is_no_stack() -> None:
    both = Report(stacks=(stack(), stack("main.json", project=""), stack("b.json", project="")))
    assert render(both, WIDE).endswith("\nno finding in 1 stack and 2 files\n")
    assert render(Report(stacks=both.stacks[1:2]), WIDE).endswith("\nno finding in 1 file\n")


def test_many_files_are_a_number_and_why_they_are_left_out_is_said_once() -> None:
    files = tuple(stack(f"{n}.json", project="", isolation=None) for n in range(510))
    skipped = (
        *(Skipped(f"{n}.tf", "it is a source") for n in range(500)),
        Skipped("lock", "it is not deployed", "0.json", Location("0.json", 3, 1)),
        Skipped("node_modules", "others have made it"),
    )
    text = render(Report(stacks=(stack(), *files), skipped=skipped), WIDE)
    assert text.count("it is a source") == 1
    assert "\n  it is a source:\n    0.tf\n" in text
    assert "    9.tf\n    and 490 more, which --format json lists\n" in text
    assert "  lock, 0.json:3:1: it is not deployed\n" in text
    assert "  9.json: 7 resources, 32 rules, 1.2 s\n" in text
    assert "  and 500 more files: 3,500 resources, 32 rules, 617.3 s\n" in text
    assert len(text.splitlines()) < 40
