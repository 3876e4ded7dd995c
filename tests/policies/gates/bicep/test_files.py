"""Bicep files as teams write them: what is flagged in them is said in them, by their author.

`// flagged: RULE, …` stands on the line that is reported, `// undecided: RULE, …` for what nobody
can know before the deployment, `// quiet: RULE, …` for what a file is not about. Advisory rules
(below high) are switched off.
"""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from hubwarden_policies.catalogue import RULES
from hubwarden_policies.gates.bicep.gate import collect
from hubwarden_policies.gates.judged import judged
from hubwarden_policies.rule import Severity
from hubwarden_policies.team import Team

FOLDER = Path(__file__).parent / "files"
MAINS = sorted(path.name for path in FOLDER.iterdir() if path.suffix in {".bicep", ".bicepparam"})
# A parameters file deploys a file beside it, which has its own marks.
ALSO = {
    "site_with_modules.bicep": ("modules/vault.bicep",),
    "plant.bicepparam": ("modules/vault.bicep",),
}


def marked(name: str, word: str) -> set[tuple[str, int, str]]:
    lines = (FOLDER / name).read_text(encoding="utf-8").splitlines()
    return {
        (name, number, rule)
        for number, line in enumerate(lines, 1)
        if (found := re.search(rf"// {word}: ([a-z, -]+)", line))
        for rule in found[1].strip().split(", ")
    }


def test_there_are_enough_of_them() -> None:
    assert len(MAINS) >= 15


@pytest.mark.parametrize("name", MAINS)
def test_what_is_flagged_is_what_its_author_marked(name: str) -> None:
    quiet = {rule for _, _, rule in marked(name, "quiet")}
    assert quiet <= {rule.id for rule in RULES}
    rules = [r for r in RULES if r.id not in quiet and r.severity >= Severity.HIGH]
    seen = judged(
        collect(FOLDER / name, FOLDER), name=name, rules=rules, team=Team(today=date(2026, 11, 24))
    )
    assert seen.errors == ()
    assert seen.judgement is not None
    found = seen.judgement.findings
    for status, word in (("open", "flagged"), ("undecided", "undecided")):
        places = {
            (f.locations[0].file, f.locations[0].line, f.rule.id)
            for f in found
            if f.status == status
        }
        files = (name, *ALSO.get(name, ()))
        assert places == set().union(*(marked(each, word) for each in files))
