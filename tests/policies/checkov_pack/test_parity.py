"""Every rule's examples in other forms: our gates and stock Checkov with the pack say the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Final

import pytest
from tests.policies.checkov_pack.configured import configuration
from tests.policies.checkov_pack.examples import stacks
from tests.policies.checkov_pack.planned import azapi, azurerm
from tests.policies.checkov_pack.stock import Report, checkov
from tests.policies.checkov_pack.written import Template

from checkov_pack.hubwarden_checks.differences import DIFFERENCES, Form
from checkov_pack.hubwarden_checks.ids import IDS, LEFT_OUT, id_of
from hubwarden_policies.gates.arm.gate import collect as collect_template
from hubwarden_policies.gates.collected import Collected
from hubwarden_policies.gates.judged import judged
from hubwarden_policies.gates.terraform.gate import collect as collect_plan
from hubwarden_policies.model import Stack

FORMS: Final[Mapping[Form, tuple[str, Callable[[Stack], str | None], Callable[..., Collected]]]] = {
    "arm": ("arm", lambda stack: Template(stack).text(), collect_template),
    "azapi": ("terraform_plan", azapi, collect_plan),
    "azurerm": ("terraform_plan", azurerm, collect_plan),
}
EXPECTED: Final = {"bad": "open", "good": "nothing", "unknown": "undecided"}
RULE_OF: Final = {id_of(name): name for name in IDS}
Said = dict[str, str]


@pytest.fixture(scope="module")
def examples(
    tmp_path_factory: pytest.TempPathFactory, environ: dict[str, str]
) -> Mapping[tuple[str, str], Stack]:
    return stacks(tmp_path_factory.mktemp("examples"), environ)


@pytest.mark.parametrize("form", FORMS)
def test_examples_say_the_same_in_every_form(
    form: Form,
    examples: Mapping[tuple[str, str], Stack],
    careful: dict[str, Any],
    tmp_path: Path,
) -> None:
    framework, write, collect = FORMS[form]
    inputs = tmp_path / "inputs"
    inputs.mkdir()
    ours: dict[str, Said] = {}
    found = set()
    for (rule, kind), stack in examples.items():
        name = f"{rule}-{kind}.json"
        if (text := write(stack)) is None:
            found.add((rule, kind, "not written"))
            continue
        (inputs / name).write_text(text)
        examined = judged(collect(text.encode(), name), name=name, **careful)
        assert examined.errors == (), name
        assert examined.judgement is not None
        ours[name] = _said((one.rule.id, one.status) for one in examined.judgement.findings)
        says = ours[name].get(rule, "nothing")
        if says != EXPECTED[kind]:
            found.add((rule, kind, says))

    listed = [one for one in DIFFERENCES if one.form == form]
    both = {(one.rule, one.example, one.says) for one in listed if not one.only_checkov}
    assert found == both, "an example says other things than differences.py has"

    shown = {"BARE_SHOWN": "cryptography"}
    report = checkov(inputs, framework, home=tmp_path / "home", environ=shown)
    theirs = _checkovs(report)
    excused = {
        (f"{one.rule}-{one.example}.json", one.rule): one.says for one in listed if one.only_checkov
    }
    differing = {
        (name, rule): theirs[name].get(rule, "nothing")
        for name, said in ours.items()
        for rule in said.keys() | theirs[name].keys()
        if said.get(rule) != theirs[name].get(rule) and rule not in LEFT_OUT
    }
    assert differing == excused, "Checkov with the pack says other things than our gate"


def test_azurerm_in_hcl_says_what_its_plan_says(
    examples: Mapping[tuple[str, str], Stack], careful: dict[str, Any], tmp_path: Path
) -> None:
    ours: dict[str, Said] = {}
    for (rule, kind), stack in examples.items():
        text, plan = configuration(stack), azurerm(stack)
        if text is None or plan is None:
            continue
        folder = tmp_path / "inputs" / f"{rule}-{kind}"
        folder.mkdir(parents=True)
        (folder / "main.tf").write_text(text)
        found = judged(collect_plan(plan.encode(), "plan.json"), name="plan.json", **careful)
        assert found.judgement is not None
        ours[folder.name] = _said((one.rule.id, one.status) for one in found.judgement.findings)

    shown = {"BARE_SHOWN": "cryptography"}
    report = checkov(tmp_path / "inputs", "terraform", home=tmp_path / "home", environ=shown)
    theirs = _checkovs(report, part=-2)
    differing = {
        (name, rule, theirs[name].get(rule, "nothing"))
        for name, said in ours.items()
        for rule in said.keys() | theirs[name].keys()
        if said.get(rule) != theirs[name].get(rule) and rule not in LEFT_OUT
    }
    assert differing == set(), "Checkov says other things of HCL than our gate of its plan"


def _said(verdicts: Iterable[tuple[str, str]]) -> Said:
    """What each rule says of a whole file; what is open is worse than what is undecided."""
    said: Said = {}
    for rule, status in verdicts:
        if said.get(rule) != "open":
            said[rule] = status
    return said


def _checkovs(report: Report, part: int = -1) -> Mapping[str, Said]:
    verdicts: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for one in report.records:
        result, name = one["check_result"], one["file_path"].split("/")[part]
        rule = RULE_OF[one["check_id"]]
        if result["result"] == "FAILED":
            verdicts[name].append((rule, "open"))
        elif (result.get("suppress_comment") or "").startswith("undecided: "):
            verdicts[name].append((rule, "undecided"))
    return defaultdict(dict, {name: _said(said) for name, said in verdicts.items()})
