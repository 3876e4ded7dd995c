"""Prints docs/gates.md: where a check, the policy pack and the guard say different things."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import groupby
from typing import Final

from hubwarden_policies.catalogue import RULES
from hubwarden_policies.gates.differences import DIFFERENCES, Difference, Gate
from hubwarden_policies.gates.pack.deployment import AT_ONCE

_BEGINNING: Final = """\
# One set of rules, three gates

<!-- Written by `make docs` from policies/hubwarden_policies/gates/differences.py. -->

`hubwarden check`, the policy pack and the guard judge by the same rules and the same files. A test
runs the examples on every rule's page through all three, the pack and the guard under Pulumi's own
engine, and demands the same rule, resource and path: of the bad example, of the good one, and of
the good one with an unknown value where the bad one is bad. Where they must differ in such a first
preview is listed here, with the reason; the test fails on any other difference, and on an entry
that is none.

"""
_TITLES: Final[dict[Gate, str]] = {"pack": "The policy pack", "guard": "The guard"}
_NEVER: Final = """\
What is about the program itself (`source-connection-string`) the pack says of the stack: the engine
has no word for a program.

"""
_GUARDS: Final = """\
The guard judges each resource when it is registered, and knows those before it. It refuses what is
mandatory and sure, and says nothing of what is advisory or undecided; so `"undecided": "mandatory"`
does not make it refuse either: the pack and a check do. Not its business are rules that only a
whole stack can decide, or that a later resource may excuse (in a project whose files name
`deviceupdate` also `hub-local-auth` and `hub-unlisted-policy`):

"""
_END: Final = """\
## Levels, waivers, baseline

Levels, waivers and baseline are the same files with the same effect in all three, but for this:

- A waiver for a leak holds everywhere. A baseline of `hubwarden baseline write` does not know a
  leak as the pack and the guard see it: a check knows by its mark which credential leaks, the
  engine only what form it has, and the fingerprint holds that. Waive it, or mend it.
- `waiver-unused` is told by a check only. The pack does not know what another gate would find.
- What is wrong with a waiver (`waiver-expired`, `waiver-too-long`) the pack tells as a check does,
  and the guard does not. To all three such a waiver lets nothing pass.
- `policy-changed` compares with the base branch, which only a check can see.
"""


def page() -> str:
    """The page as Markdown."""
    tables = {gate: "\n".join(_table(gate)) for gate in _TITLES}
    left = ", ".join(f"`{rule.id}`" for rule in RULES if rule not in AT_ONCE)
    return f"{_BEGINNING}{tables['pack']}\n{_NEVER}{tables['guard']}\n{_GUARDS}{left}.\n\n{_END}"


def _table(gate: Gate) -> Iterator[str]:
    def row(one: Difference) -> tuple[str, str, str]:
        return one.rule, one.says, one.reason

    yield from (
        f"## {_TITLES[gate]}",
        "",
        "| rule | in some examples that are | says | why |",
        "|---|---|---|---|",
    )
    for (rule, says, reason), same in groupby((d for d in DIFFERENCES if d.gate == gate), row):
        kinds = ", ".join(one.example for one in same)
        yield f"| `{rule}` | {kinds} | {says} | {reason} |"
    yield ""


if __name__ == "__main__":
    sys.stdout.write(page())
