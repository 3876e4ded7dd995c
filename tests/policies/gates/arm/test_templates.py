"""Templates as teams have them: what is flagged in each is said in it, by its author.

`// flagged: RULE, …` stands on the line that is reported, `// quiet: RULE, …` for what a file is
not about, `// undecided: RULE, …` for what nobody can know before the deployment. Judged are the
rules whose findings stop a deployment by default.
"""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from hubwarden_policies.catalogue import RULES
from hubwarden_policies.gates.arm.gate import collect
from hubwarden_policies.gates.judged import judged
from hubwarden_policies.rule import Severity
from hubwarden_policies.team import Team

FOLDER = Path(__file__).parent / "templates"
NAMES = sorted(path.name for path in FOLDER.glob("*.json"))


def marked(name: str, word: str) -> set[tuple[int, str]]:
    lines = (FOLDER / name).read_text(encoding="utf-8").splitlines()
    return {
        (number, rule)
        for number, line in enumerate(lines, 1)
        if (found := re.search(rf"// {word}: ([a-z, -]+)$", line))
        for rule in found[1].split(", ")
    }


def test_there_are_enough_of_them() -> None:
    assert len(NAMES) >= 20


@pytest.mark.parametrize("name", NAMES)
def test_what_is_flagged_is_what_its_author_marked(name: str) -> None:
    quiet = {rule for _, rule in marked(name, "quiet")}
    assert quiet <= {rule.id for rule in RULES}
    rules = [r for r in RULES if r.id not in quiet and r.severity >= Severity.HIGH]
    collected = collect((FOLDER / name).read_bytes(), name)
    seen = judged(collected, name=name, rules=rules, team=Team(today=date(2026, 11, 24)))
    assert [error.message for error in seen.errors] == []
    assert seen.judgement is not None
    for status, word in (("open", "flagged"), ("undecided", "undecided")):
        places = {
            (f.locations[0].line, f.rule.id) for f in seen.judgement.findings if f.status == status
        }
        assert places == marked(name, word)
