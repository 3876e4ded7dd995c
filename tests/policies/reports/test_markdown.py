"""The summary in Markdown, as a renderer reads it."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from markdown_it import MarkdownIt

from hubwarden_policies.evaluate import NotExpressible
from hubwarden_policies.reports import markdown
from hubwarden_policies.reports.markdown import LISTED
from hubwarden_policies.reports.report import Report, Reported

from .conftest import Finds, stack


class Reader(HTMLParser):
    """The rendered page: its tags, its links, and the cells of each table row."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: list[str] = []
        self.rows: list[list[str]] = []
        self.text = ""
        self._cell = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")
            self._cell = True

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th"):
            self._cell = False

    def handle_data(self, data: str) -> None:
        self.text += data
        if self._cell:
            self.rows[-1][-1] += data


def read(report: Report) -> Reader:
    reader = Reader()
    reader.feed(
        MarkdownIt("commonmark", {"html": True}).enable("table").render(markdown.render(report))
    )
    return reader


def test_says_the_verdict_a_row_a_stack_and_a_row_a_finding(everything: Report) -> None:
    page = read(everything)
    assert "hubwarden: 2 findings fail the check, 1 error" in page.text
    header, dev, prod, _, leak, auth = page.rows
    assert dict(zip(header, dev, strict=True)) == {
        "stack": "plant/dev", "resources": "7", "rules": "32",
        "critical": "1", "high": "1", "medium": "0", "low": "0", "info": "0",
        "not decided": "1", "passed on": "0",
    }  # fmt: skip
    assert prod[0] == "plant/prod"
    assert leak[0] == "critical"
    assert leak[2] == "infra/__main__.py:30:1infra/parts.py:4"
    severity, what, place, fix = auth
    assert (severity, place) == ("high", "infra/__main__.py:12:5")
    assert "properties.disableLocalAuth of telemetry (dev, prod)" in what
    assert "disable_local_auth=True" in fix
    assert "The program raised KeyError" in page.text


def test_what_passes_is_folded_with_its_reason(settled: Report) -> None:
    page = read(settled)
    assert "details" in page.tags
    for words in (
        "1 waived (hub-without-logs until 2027-01-31)",
        "Azure Policy does",
        "1 in the baseline",
        "1 not decided",
        "Does not fail the check",
    ):
        assert words in page.text
    assert page.rows[1][-1] == "2"


def test_what_cannot_be_expressed_is_counted_and_named() -> None:
    gap = NotExpressible("hub-device-sas", "azurerm_iothub.plant", "properties.disableDeviceSAS")
    text = markdown.render(Report(stacks=(stack(),), inexpressible=(gap,)))
    assert "<summary>1 not expressible here</summary>" in text
    assert "<code>hub-device-sas</code>" in text
    assert "properties.disableDeviceSAS" in text


def test_a_clean_run_is_short() -> None:
    page = read(Report(stacks=(stack(),)))
    assert "hubwarden: the check passes" in page.text
    assert "details" not in page.tags
    assert "nothing was judged" in read(Report()).text


def test_a_strangers_words_are_words(hostile: Report) -> None:
    page = read(hostile)
    assert page.links == []
    assert page.tags <= {
        "h2", "h3", "p", "table", "thead", "tbody", "tr", "th", "td", "ul", "li", "strong",
        "code", "br", "details", "summary",
    }  # fmt: skip
    assert "<script>alert(1)</script>&amp;|g `h` **i** [j](https://evil.example)" in page.text
    assert "\x1b" not in page.text
    assert {len(row) for row in page.rows} == {10, 4}


def test_names_nobody(hostile: Report) -> None:
    assert "@" not in markdown.render(hostile)


@pytest.mark.parametrize("status", ["open", "undecided", "waived", "baseline"])
def test_a_long_list_ends_with_a_number(finds: Finds, status: str) -> None:
    findings = [finds(path=f"p{number}", status=status) for number in range(LISTED + 5)]
    text = markdown.render(Report(stacks=(stack(),), findings=tuple(map(Reported, findings))))
    assert "5 more, which every other format lists" in text
    assert text.count("hub-local-auth") == LISTED
