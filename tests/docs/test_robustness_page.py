"""docs/robustness.md is made of the cases that tests/cli/test_corpus.py proves."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

from tests.corpus.files.all_cases import CASES

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/robustness.md").read_text(encoding="utf-8")


def test_the_page_is_the_one_that_make_docs_writes() -> None:
    assert runpy.run_path(str(ROOT / "docs/robustness_page.py"))["page"]() == PAGE


def test_every_case_has_its_row_and_none_that_is_bad_passes() -> None:
    rows = [line.strip("| ").split(" | ") for line in PAGE.splitlines() if line.startswith("| ")]
    rows = [row for row in rows if row[0] != "input"]
    assert [row[0] for row in rows] == [one.name for one in CASES]
    assert all(len(row) == 4 for row in rows)
    for _, bad, _, ours in rows:
        assert bad == "0" or ours in ("finds", "refuses", "nothing")


def test_what_is_said_of_stock_checkov_adds_up() -> None:
    (told,) = re.findall(r"passes (\d+) with exit code 0", PAGE)
    assert int(told) == sum(map(int, re.findall(r"stock Checkov silent on (\d+)\.", PAGE)))
    assert int(told) == PAGE.count("| **silent** |") + PAGE.count("| **finds, exit 0** |")
