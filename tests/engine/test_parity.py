"""Every example of every rule says the same in a check, to the engine and to the guard."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING

from tests.engine.batch import batch, ways
from tests.engine.verdicts import About, Told, Verdicts, told
from tests.policies.rule_examples import DECLARING, EXAMPLES

from hubwarden_policies.gates.differences import DIFFERENCES, Gate, Kind

if TYPE_CHECKING:
    from pathlib import Path

    from tests.engine.deploying import Engine

    from hubwarden_policies.rule import Rule


def test_the_gates_say_the_same(engine: Engine, tmp_path: Path, environ: dict[str, str]) -> None:
    known = (batch(engine, tmp_path / k, [e for e in EXAMPLES if e.bad == (k == "bad")])
             for k in ("bad", "good"))  # fmt: skip
    with ThreadPoolExecutor() as at_once:
        bad, good = at_once.map(partial(told, environ=environ), list(known))
    unknown = told(
        batch(
            engine,
            tmp_path / "unknown",
            [e for e in EXAMPLES if not e.bad and not e.rule.no_unknown],
            dict(_hidden(bad, good)),
        ),
        environ,
    )

    for rule in DECLARING:
        assert "open" in _own(rule, "bad", bad.check), f"{rule.id}: its bad example passes"
        if not rule.no_unknown:
            said = _own(rule, "good", unknown.check)
            assert said == ["undecided"], f"{rule.id}: {said} with an unknown value"

    kinds: dict[Kind, Told] = {"bad": bad, "good": good, "unknown": unknown}
    found = {
        place: difference
        for kind, gates in kinds.items()
        for place, difference in _differing(kind, gates)
    }
    listed = {(d.rule, d.gate, d.example, d.says) for d in DIFFERENCES}
    unlisted = {place: said for place, said in found.items() if said not in listed}
    assert unlisted == {}, "the gates differ, and gates/differences.py does not say why"
    assert listed - set(found.values()) == set(), "the gates no longer differ here"


def test_a_rule_on_diagnostic_settings_has_no_excuse() -> None:
    assert not [one.rule for one in DIFFERENCES if one.rule.startswith("diag-")]


def _differing(
    kind: Kind, gates: Told
) -> Iterator[tuple[tuple[Kind, About], tuple[str, Gate, Kind, str]]]:
    compared: list[tuple[Gate, Verdicts, Verdicts]] = [
        ("pack", gates.check, gates.pack),
        ("guard", gates.guards, gates.guard),
    ]
    for gate, check, other in compared:
        for about in sorted(check.keys() | other.keys()):
            says = other.get(about, "nothing")
            if says != check.get(about, "nothing"):
                yield (kind, about), (about.rule, gate, kind, says)


def _own(rule: Rule, block: str, said: Verdicts) -> list[str]:
    """What a rule says of its own example, or of the stack where it is about that."""
    stack = ("plant-dev",) if rule.whole_stack and not rule.reads else ()
    return [
        status
        for about, status in said.items()
        if about.rule == rule.id and about.name.startswith((f"{rule.id}-{block}--", *stack))
    ]


def _hidden(bad: Told, good: Told) -> Iterator[tuple[str, list[list[str | int]]]]:
    """Where the good examples are to have an unknown value: where the bad ones are bad."""
    stack = good.examined.stack
    assert stack is not None
    for rule in DECLARING:
        if not rule.no_unknown:
            about = next(
                a for a in bad.check if a.rule == rule.id and a.name.startswith(f"{rule.id}-bad--")
            )
            resource = next(
                found
                for found in stack.of_type(about.type)
                if found.name.startswith(f"{rule.id}-good--")
            )
            yield resource.address.split("::", 2)[2], ways(about.type, about.path)
