"""docs/gates.md has every difference between the gates, and the rules that the guard leaves."""

from __future__ import annotations

import runpy
from pathlib import Path

from hubwarden_policies.catalogue import RULES
from hubwarden_policies.gates.differences import DIFFERENCES
from hubwarden_policies.gates.pack.deployment import AT_ONCE

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/gates.md").read_text(encoding="utf-8")


def test_the_page_is_the_one_that_make_docs_writes() -> None:
    assert runpy.run_path(str(ROOT / "docs/gates_page.py"))["page"]() == PAGE


def test_every_difference_has_its_row() -> None:
    _, pack, guard, _ = PAGE.split("\n## ")
    for one in DIFFERENCES:
        rows = (pack if one.gate == "pack" else guard).splitlines()
        (row,) = (row for row in rows if row.startswith(f"| `{one.rule}` |") and one.says in row)
        assert one.example in row.split("|")[2]
        assert one.reason in row


def test_the_guard_says_which_rules_it_leaves_to_the_pack() -> None:
    *_, paragraph = PAGE.split("\n## Levels")[0].strip().split("\n\n")
    assert set(paragraph.rstrip(".").replace("`", "").split(", ")) == {
        rule.id for rule in RULES if rule not in AT_ONCE
    }
