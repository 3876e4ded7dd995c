"""From what a gate collected to what the rules say of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hubwarden_policies.evaluate import evaluate
from hubwarden_policies.gates.collected import Collected, Examined, InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from hubwarden_policies.evaluate import Crash, Finding
    from hubwarden_policies.rule import Rule
    from hubwarden_policies.team import Team


def judged(collected: Collected, *, name: str, rules: Sequence[Rule], team: Team) -> Examined:
    """The verdicts on what was read, beside what was not. `name` is the input's, as it is shown."""
    stack = collected.stack
    if stack is None:
        return Examined("", name, errors=collected.errors, notes=collected.notes)
    judgement = evaluate(rules, stack, team, locate=collected.locate)
    return Examined(
        stack.project,
        stack.name,
        stack,
        judgement,
        errors=(
            *collected.errors,
            *raised(judgement.crashes),
            *_misread(judgement.misread),
        ),
        notes=collected.notes,
    )


def raised(crashes: Iterable[Crash]) -> tuple[InputError, ...]:
    """Rules that raised, as what kept the input from being judged."""
    return tuple(
        InputError(
            "rule-raised",
            f"The rule {crash.rule} raised {crash.error} on {crash.address}, so nobody knows "
            "whether it holds; please report it, or switch the rule off until it is mended.",
        )
        for crash in crashes
    )


def _misread(findings: Iterable[Finding]) -> Iterator[InputError]:
    """Values of a kind that their property never has, each once: a file's author can mend them."""
    seen = set()
    for finding in findings:
        about = finding.subject
        if (about.address, finding.path) not in seen:
            seen.add((about.address, finding.path))
            needed = finding.message.partition(": ")[2]
            yield InputError(
                "wrong-kind",
                f"{about.type} {about.name} needs {needed}: write it so, for what Azure makes of "
                "it nobody can tell.",
                finding.locations[0] if finding.locations else None,
            )
