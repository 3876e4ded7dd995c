"""Every rule's examples as stacks, the good one also with an unknown value where the bad is bad."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from tests.policies.rule_examples import DECLARING, EXAMPLES
from tests.policies.test_rule_docs import TEAM, project, unknown_at

from hubwarden_policies.catalogue import RULES
from hubwarden_policies.evaluate import evaluate
from hubwarden_policies.gates.program.gate import Conditions, examine
from hubwarden_policies.gates.program.pulumi_project.project import read_project
from hubwarden_policies.model import Stack

# A text of the program is no part of a template, and an output of the guard none of a form.
LEFT_OUT = ("source-connection-string", "override-left")
SHOWN = [rule for rule in DECLARING if rule.id not in LEFT_OUT]


def stacks(folder: Path, environ: Mapping[str, str]) -> dict[tuple[str, str], Stack]:
    """The stacks of the examples by the rule's id and kind, as the program gate has them."""
    root = project(folder / "all")
    examples = [example for example in EXAMPLES if example.rule.id not in LEFT_OUT]
    for example in examples:
        example.write(root)
    judged = examine(
        read_project(root),
        [example.stack for example in examples],
        rules=RULES,
        team=lambda _: TEAM,
        conditions=Conditions(environ=environ),
    )
    seen = {one.name: one.stack for one in judged if one.stack is not None}
    found = {(e.rule.id, "bad" if e.bad else "good"): seen[e.stack] for e in examples}
    for rule in SHOWN:
        if not rule.no_unknown:
            bad = evaluate([rule], found[rule.id, "bad"], TEAM).findings[0]
            found[rule.id, "unknown"] = unknown_at(found[rule.id, "good"], bad)
    return found
