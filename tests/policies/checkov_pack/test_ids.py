"""Ids are kept for ever, and docs/checkov.md has all of them."""

from __future__ import annotations

import hashlib
import runpy

from tests.policies.checkov_pack.stock import ROOT

from checkov_pack.hubwarden_checks.ids import IDS, LEFT_OUT, id_of
from hubwarden_policies.catalogue import RULES

PAGE = (ROOT / "docs" / "checkov.md").read_text(encoding="utf-8")
# Of the first release's list: a number in somebody's pipeline means one thing for ever.
FIRST = 76
DIGEST = "33ec4cff3698b0f892f132d53dbf6f22842b9db29649198824c0ef5e5a6283b0"


def test_no_number_of_the_first_list_has_changed_its_rule() -> None:
    assert hashlib.sha256("\n".join(IDS[:FIRST]).encode()).hexdigest() == DIGEST


def test_every_rule_has_one_id() -> None:
    assert {rule.id for rule in RULES} <= set(IDS)
    assert len({id_of(name) for name in IDS}) == len(IDS)


def test_what_is_left_out_is_a_rule_and_has_a_reason() -> None:
    assert LEFT_OUT.keys() <= {rule.id for rule in RULES}
    assert all(LEFT_OUT.values())


def test_the_page_is_the_one_that_make_docs_writes() -> None:
    assert runpy.run_path(str(ROOT / "docs/checkov_page.py"))["page"]() == PAGE


def test_the_page_has_a_row_for_every_check() -> None:
    for name in IDS:
        rows = [row for row in PAGE.splitlines() if f'<a id="{name}"></a>' in row]
        assert [row.split("|")[1].partition("</a>")[2].strip() for row in rows] == [id_of(name)]
