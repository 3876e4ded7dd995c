"""Templates with whatever comes, drawn and mutated: no crash, and no false pass."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as some
from tests.corpus.files.bodies import HUB, nested, template, text, values
from tests.drawn import DRAWS, drawn

from hubwarden_policies.catalogue import RULES
from hubwarden_policies.gates.arm.gate import collect
from hubwarden_policies.gates.judged import judged
from hubwarden_policies.gates.recognise import recognise
from hubwarden_policies.team import Team

DRAWN = drawn(150, HealthCheck.data_too_large)
TEAM = Team(today=date(2026, 11, 24))
TEMPLATES = sorted((Path(__file__).parent / "templates").glob("*.json"))

WORDS = some.sampled_from(
    [
        "[parameters('p')]",
        "[variables('v')]",
        "[concat('a', ",
        "[[x]",
        "[",
        "[]",
        "[reference(",
        "",
        "[resourceId('Microsoft.Devices/IotHubs', 'openhub')]",
        "[if(true(), 1)]",
        "�",
        "\x00",
        "[json('{')]",
        "[createArray()]",
        "[listKeys('x', 1)]",
        "Microsoft.Devices/IotHubs",
        "x/y/z",
        "[copyIndex()]",
        "[range(0, 999999)]",
        "[deployment()]",
        "2.0",
        "Incremental",
        "inner",
    ]
)
KEYS = some.sampled_from(
    [
        "type",
        "name",
        "properties",
        "resources",
        "template",
        "parameters",
        "variables",
        "outputs",
        "copy",
        "count",
        "input",
        "value",
        "defaultValue",
        "condition",
        "mode",
        "scope",
        "metadata",
        "functions",
        "languageVersion",
        "tags",
        "sku",
        "identity",
        "dependsOn",
        "",
        "Type",
        "�",
    ]
)
SCALARS = some.one_of(
    some.none(),
    some.booleans(),
    some.integers(-3, 10**20),
    some.floats(),
    WORDS,
    some.text("aB[]'(,)"),
)
ANYTHING = some.recursive(
    SCALARS,
    lambda inner: some.one_of(
        some.lists(inner, max_size=3), some.dictionaries(KEYS, inner, max_size=4)
    ),
    max_leaves=12,
)
# What a hub may have beside what makes it bad, and what says nothing on whether it is deployed.
BESIDE = some.sampled_from(
    ["tags", "dependsOn", "comments", "metadata", "identity", "zones", "scope", "resources", "plan"]
)
ABOUT = some.sampled_from(
    [
        "parameters",
        "variables",
        "outputs",
        "functions",
        "metadata",
        "contentVersion",
        "$schema",
        "x",
    ]
)
STEP = some.one_of(
    some.tuples(some.just("beside"), BESIDE, ANYTHING),
    some.tuples(some.just("about"), ABOUT, ANYTHING),
    some.tuples(some.just("neighbour"), some.integers(0, 2), ANYTHING),
    some.tuples(some.just("wrapped"), some.sampled_from(["inner", "outer"]), some.none()),
    some.tuples(some.just("symbolic"), KEYS, some.none()),
    some.tuples(some.just("shouted"), KEYS, some.none()),
)


def said_of(raw: bytes, parameters: bytes | None = None) -> str:
    """Whether it is refused, its hub is found to be bad, or it passes; a crash is an error."""
    given_ = None if parameters is None else (parameters, "p.json")
    collected = collect(raw, "main.json", given_)
    examined = judged(collected, name="main.json", rules=RULES, team=TEAM)
    for error in examined.errors:
        assert error.kind != "rule-raised", error.message
        assert "Traceback" not in error.message
        assert len(error.message) < 3000
    findings = examined.judgement.findings if examined.judgement else ()
    if any(f.rule.id == "hub-local-auth" and f.status == "open" for f in findings):
        return "found"
    return "refused" if examined.errors else "passed"


def moved(whole: dict[str, Any], step: tuple[str, Any, Any]) -> dict[str, Any]:
    """The template after one step, none of which takes the hub out of it."""
    kind, key, value = step
    listed = whole["resources"]
    if kind == "beside":
        for one in listed.values() if isinstance(listed, dict) else listed:
            if isinstance(one, dict) and one.get("name") == HUB["name"]:
                one[key] = value
    elif kind == "about":
        whole[key] = value
    elif kind == "neighbour" and isinstance(listed, list):
        listed.insert(key, value)
    elif kind == "wrapped":
        inner = nested(whole, f"n{len(json.dumps(whole))}")
        inner["properties"]["expressionEvaluationOptions"] = {"scope": key}
        return template([inner])
    elif kind == "symbolic" and isinstance(listed, list):
        named = {f"{key or 'r'}{number}": one for number, one in enumerate(listed)}
        return {**whole, "languageVersion": "2.0", "resources": named}
    elif kind == "shouted":
        return json.loads(  # type: ignore[no-any-return]
            json.dumps(whole).replace(f'"{key}":', f'"{key.upper()}":') if key.islower() else
            json.dumps(whole)
        )  # fmt: skip
    return whole


VERDICTS: Counter[str] = Counter()


@DRAWN
@given(steps=some.lists(STEP, max_size=6))
def test_a_bad_hub_does_not_pass_whatever_is_around_it(steps: list[tuple[str, Any, Any]]) -> None:
    whole = template([deepcopy(HUB)])
    for step in steps:
        if "resources" not in whole:
            break
        whole = moved(whole, step)
    raw = json.dumps(whole).encode()
    assert recognise(Path("main.json"), raw) == "arm"
    verdict = said_of(raw)
    VERDICTS[verdict] += 1
    assert verdict != "passed", text(whole)


def test_the_draw_is_no_list_of_refusals() -> None:
    """Else the test before would be true of a gate that reads nothing."""
    if not VERDICTS:
        test_a_bad_hub_does_not_pass_whatever_is_around_it()
    assert VERDICTS["found"] > sum(VERDICTS.values()) // 2


@DRAWN
@given(whole=ANYTHING, parameters=ANYTHING)
def test_anything_is_read_without_a_crash(whole: Any, parameters: Any) -> None:
    said_of(json.dumps(whole).encode(), json.dumps(values(p=parameters)).encode())
    said_of(json.dumps(template(whole, parameters=parameters)).encode())
    said_of(
        json.dumps(template([{**HUB, "properties": whole}])).encode(),
        json.dumps(parameters).encode(),
    )


@DRAWN
@given(raw=some.binary(max_size=200))
def test_bytes_are_read_without_a_crash(raw: bytes) -> None:
    recognise(Path("main.json"), raw)
    assert said_of(raw) != "passed" or raw


# No slash and no star: they could make a comment of what is kept.
ALPHABET = "{}[]\":,\\ \n\t0aE-.'tfn\x00\x1b\u00e9"


def mutations(whole: str, drawn: random.Random) -> Iterator[str]:
    """The text with characters or whole stretches dropped, doubled, altered or swapped."""
    ways: list[Callable[[int, int], str]] = [
        lambda a, b: whole[:a] + whole[b:],
        lambda a, b: whole[:b] + whole[a:],
        lambda a, _: whole[:a] + drawn.choice(ALPHABET) + whole[a + 1 :],
        lambda a, _: whole[:a] + drawn.choice(ALPHABET) + whole[a:],
        lambda a, b: whole[:a] + whole[a:b][::-1] + whole[b:],
        lambda a, _: whole[:a],
    ]
    while True:
        start = drawn.randrange(len(whole))
        yield drawn.choice(ways)(start, min(len(whole), start + drawn.choice((1, 1, 2, 9, 40))))


def keeps_the_hub(raw: str) -> bool:
    """By Python's own reader, which takes the last of two keys: whether the hub is as it was."""
    try:
        value = json.loads(raw, strict=False)
    except (ValueError, RecursionError):
        return False
    listed = value.get("resources") if isinstance(value, dict) else None
    return isinstance(listed, list) and HUB in listed


@pytest.mark.parametrize("indent", [None, 1, 2])
def test_a_mutated_text_is_refused_or_its_hub_is_found(indent: int | None) -> None:
    whole = json.dumps(template([HUB, {**HUB, "name": "two"}]), indent=indent)
    seeded = random.Random(DRAWS or indent)
    found: Counter[str] = Counter()
    for _, mutated in zip(range(DRAWS or 250), mutations(whole, seeded), strict=False):
        raw = mutated.encode("utf-8")
        verdict = said_of(raw)
        kept = keeps_the_hub(mutated)
        found[f"{verdict}, {kept}"] += 1
        if kept:
            assert verdict != "passed", mutated
            assert recognise(Path("main.json"), raw) == "arm", mutated
        elif verdict == "passed":
            # Still JSON, but with other hubs or none; what is broken never passes.
            json.loads(mutated, strict=False)
    assert found["found, True"] > 5
    assert found["refused, False"] > 50


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
def test_templates_of_every_kind_are_mutated_without_a_crash(path: Path) -> None:
    whole = path.read_text(encoding="utf-8")
    for _, mutated in zip(
        range(DRAWS or 12), mutations(whole, random.Random(DRAWS or 1)), strict=False
    ):
        raw = mutated.encode("utf-8")
        recognise(path, raw)
        said_of(raw)
