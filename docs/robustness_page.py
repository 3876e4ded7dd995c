"""Prints docs/robustness.md: what is said of malformed and odd files, beside stock Checkov."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Final

# What is counted lies with the tests: they prove each row.
sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.corpus.files.all_cases import CASES, FIRST
from tests.corpus.files.case import Case, Expected

STOCK: Final = json.loads(
    (Path(__file__).parents[1] / "tests/corpus/files/stock.json").read_text(encoding="utf-8")
)
_BEGINNING: Final = """\
# What a file that nobody can read comes to

<!-- Written by `make docs` from tests/corpus/files; stock Checkov's column from stock.json. -->

A gate that passes what it did not understand is worse than none. {all} inputs are checked by the
tests, each written as a mistake or a habit of somebody's: broken texts, names that no scanner looks
for, templates in templates, plans and states of other versions, pipes, links in a circle. Of {bad}
of them it is known that something is bad in them. `hubwarden check` passes none in silence; stock
Checkov {version} was asked about {asked} of these and passes {silent} with exit code 0. ARM, Bicep,
Terraform and the first two plans are the {first} situations on which stock Checkov was first tried.

- **finds**: exit 1, and what is bad is named; **refuses**: exit 4 (2 where it is the command or a
  setting), with a sentence that says where and what to do; what could be read is judged even so.
- **nothing**: exit 3, for nothing was checked; beside other files it is told as left out.
- **undecided**: a value that nobody knows before the deployment; told, and exit 1 with `--strict`.
- **clean**: exit 0; nothing bad is in it.
- Of stock Checkov: **silent** is exit 0 though something bad is there, **breaks** is the end of the
  whole run (exit 2), **not asked** is a format that it does not read, or an input that it would not
  come back from. It was asked with its own two checks on the network of vaults and hubs and one on
  the keys of hubs, in its default mode; `CKV_PARSE_ERROR_FAIL=true` lets it tell some of its
  silences. `hubwarden checkov` is loud on those of the first three tables, or tells what it left.

"""


def page() -> str:
    """The page as Markdown."""
    verdicts: dict[str, str] = STOCK["verdicts"]
    bad = [one for one in CASES if one.bad]
    asked = [one for one in bad if one.id in verdicts]
    head = _BEGINNING.format(
        all=len(CASES),
        bad=len(bad),
        asked=len(asked),
        silent=sum(_is_silent(verdicts[one.id]) for one in asked),
        version=STOCK["version"],
        first=sum(FIRST.values()),
    )
    groups = [(name, list(ones)) for name, ones in groupby(CASES, lambda one: one.group)]
    return head + "\n".join(line for name, ones in groups for line in _table(name, ones, verdicts))


def _is_silent(verdict: str) -> bool:
    return verdict in ("silent", "finds, exit 0")


def _table(name: str, ones: Sequence[Case], verdicts: dict[str, str]) -> Iterator[str]:
    counts: Counter[Expected] = Counter(one.expected for one in ones)
    told = ", ".join(f"{count} {word}" for word, count in counts.most_common())
    silent = sum(_is_silent(verdicts.get(one.id, "")) for one in ones)
    yield from (f"## {name}", "", f"{len(ones)}: {told}; stock Checkov silent on {silent}.", "")
    yield from ("| input | bad | stock Checkov | `hubwarden check` |", "|---|---|---|---|")
    for one in ones:
        stock = verdicts.get(one.id, "not asked")
        loud = f"**{stock}**" if _is_silent(stock) else stock
        yield f"| {one.name} | {one.bad} | {loud} | {one.expected} |"
    yield ""


if __name__ == "__main__":
    sys.stdout.write(page())
