"""Files as targets of a check: what is found, what is left out, and who decides about them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from hubwarden_cli.assemble import assemble
from hubwarden_cli.examination import inspect
from hubwarden_cli.guard import Refusal
from hubwarden_cli.inspected import Wish
from hubwarden_policies.reports import azure, github, junit, markdown, sarif, text
from hubwarden_policies.reports.json import document as json_report
from hubwarden_policies.reports.page import Page
from hubwarden_policies.reports.report import Report

TODAY = date(2026, 11, 24)
SCHEMA = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"
EXAMPLES = Path(__file__).parents[1] / "examples" / "files"
TYPE = "azure-native:iothub:IotHubResource"
WAIVER = """\
[[waiver]]
rule = "hub-local-auth"
stack = "{}"
address = "*"
reason = "The plant stands still."
owner = "plant@contoso.example"
expires = 2026-12-24
"""


def template(auth: object, **more: Any) -> str:
    hub = {
        "type": "Microsoft.Devices/IotHubs",
        "apiVersion": "2023-06-30",
        "name": "telemetry",
        "location": "westeurope",
        "properties": {"disableLocalAuth": auth},
    }
    document = {"$schema": SCHEMA, "contentVersion": "1.0.0.0", **more, "resources": [hub]}
    return json.dumps(document, indent=2)


def state(stack: str, *, auth: bool) -> str:
    hub = {
        "urn": f"urn:pulumi:{stack}::plant::{TYPE}::telemetry",
        "type": TYPE,
        "custom": True,
        "inputs": {"properties": {"disableLocalAuth": not auth}},
    }
    return json.dumps({"version": 3, "deployment": {"manifest": {}, "resources": [hub]}})


def report(*targets: Path, environ: Mapping[str, str] | None = None, **wish: Any) -> Report:
    found = inspect(
        Wish(targets, **wish), environ=environ or {}, today=TODAY, progress=lambda *_: None
    )
    return assemble(list(found), {})


def auth(said: Report) -> dict[str, str]:
    """The status of the finding about shared access keys in every stack that has it."""
    return {
        entry.finding.stack: entry.finding.status
        for entry in said.findings
        if entry.finding.rule.id == "hub-local-auth"
    }


def test_a_file_is_what_is_in_it(tmp_path: Path) -> None:
    named = tmp_path / "anything"
    named.write_text(template(auth=False))
    said = report(named)
    assert auth(said) == {"anything": "open"}
    place = next(f.finding for f in said.findings if f.finding.rule.id == "hub-local-auth")
    assert [place.locations[0].file, place.locations[0].line] == ["anything", 11]


def test_a_folder_is_walked_and_says_what_it_leaves_out(tmp_path: Path) -> None:
    for name in ("templates", "node_modules", ".azure", "states"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "main.json").write_text(template(auth=False))
    (tmp_path / "states" / "prod.json").write_text(state("prod", auth=True))
    (tmp_path / "main.tf").write_text('resource "azurerm_iothub" "hub" {}\n')
    (tmp_path / "package.json").write_text("{}")
    said = report(tmp_path)
    found = {"templates/main.json", ".azure/main.json", "states/main.json", "prod"}
    assert auth(said) == dict.fromkeys(found, "open")
    assert {Path(one.input).name for one in said.skipped} == {"node_modules", "main.tf"}
    assert said.errors == ()


def test_what_has_no_line_is_in_its_file_in_every_format(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    named = Path("tfplan.json")
    named.write_bytes((EXAMPLES / "plan.json").read_bytes())
    said = report(named)
    assert said.findings
    for entry in json_report(said)["findings"]:
        assert entry["location"] == {"file": "tfplan.json", "line": None, "column": None}
    for result in json.loads(sarif.render(said, version="0"))["runs"][0]["results"]:
        (place,) = result["locations"]
        artifact = place["physicalLocation"]["artifactLocation"]
        assert artifact == {"uri": "tfplan.json", "uriBaseId": "%SRCROOT%"}
        assert place["physicalLocation"].keys() == {"artifactLocation"}
    assert ",file=tfplan.json::" in github.render(said).splitlines()[0]
    assert ";sourcepath=tfplan.json;]" in azure.render(said).splitlines()[0]


def test_what_each_module_calls_alike_is_told_apart_in_every_format(tmp_path: Path) -> None:
    document = json.loads((EXAMPLES / "plan.json").read_text())
    (hub,) = document["planned_values"]["root_module"].pop("resources")
    (change,) = document.pop("resource_changes")
    change["change"] = {"actions": ["create"], "before": None, "after": hub["values"]}
    names = [f'module.iot["{site}"].azurerm_iothub.hub' for site in ("east", "west")]
    document["resource_changes"] = [{**change, "address": name} for name in names]
    document["planned_values"]["root_module"]["child_modules"] = [
        {"address": name.rsplit(".", 2)[0], "resources": [{**hub, "address": name}]}
        for name in names
    ]
    (tmp_path / "plan.json").write_text(json.dumps(document))
    said = report(tmp_path / "plan.json")
    each = [one for one in json_report(said)["findings"] if one["rule"] == "hub-local-auth"]
    assert [one["resource"]["address"] for one in each] == names
    assert len({one["fingerprint"] for one in each}) == 2
    cases = [case.get("name") or "" for case in ElementTree.fromstring(junit.render(said)).iter()]
    rows = [row for row in markdown.render(said).splitlines() if "hub-local-auth" in row]
    lines = text.render(said, Page(width=200)).splitlines()
    for name in names:
        assert f"hub-local-auth {name} properties.disableLocalAuth" in cases
        assert any(name.partition('"')[2].partition('"')[0] in row for row in rows)
        assert any(f"properties.disableLocalAuth of {name} (plan.json)" in line for line in lines)
    assert len(rows) == 2


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("gone.json", None, 2),
        ("package.json", "{}", 4),
        ("main.tf", "", 4),
        ("main.parameters.json", f'{{"$schema": "{SCHEMA.replace("Template", "Parameters")}"}}', 4),
        ("Pulumi.yaml", "name: plant\nruntime: python\n", 2),
        ("cut.json", template(auth=False)[:-20], 4),
    ],
)
def test_what_cannot_be_judged_is_no_pass(
    tmp_path: Path, name: str, text: str | None, code: int
) -> None:
    if text is not None:
        (tmp_path / name).write_text(text)
    said = report(tmp_path / name)
    assert [problem.exit_code for problem in said.errors] == [code]
    assert said.exit_code() == code


def test_a_folder_with_nothing_to_check_is_no_pass(tmp_path: Path) -> None:
    (tmp_path / "package.json").write_text("{}")
    assert report(tmp_path).exit_code() == 3


def test_a_file_without_anything_to_judge_is_an_error_where_nothing_else_was_judged(
    tmp_path: Path,
) -> None:
    network = template(auth=True).replace("Microsoft.Devices/IotHubs", "Microsoft.Compute/disks")
    (tmp_path / "network.json").write_text(network)
    assert [(one.kind, one.exit_code) for one in report(tmp_path).errors] == [
        ("nothing-checked", 3)
    ]
    # Most templates of a team have no hub in them: found beside one, they are only told.
    (tmp_path / "hub.json").write_text(template(auth=True))
    said = report(tmp_path)
    assert said.errors == ()
    assert {
        stack.stack: [n for n in stack.notes if "no resource is of a type" in n] != []
        for stack in said.stacks
    } == {"hub.json": False, "network.json": True}
    # Whoever names one wants it checked.
    for named in ((tmp_path / "network.json", tmp_path), (tmp_path, tmp_path / "network.json")):
        assert [one.input for one in report(*named).errors] == ["network.json"]
    (tmp_path / "hub.json").write_text(template(auth=True)[:-20])
    assert sorted(one.exit_code for one in report(tmp_path).errors) == [3, 4]


def test_one_file_does_not_keep_the_others_from_it(tmp_path: Path) -> None:
    (tmp_path / "bad.json").write_text(template(auth=False)[:-9])
    (tmp_path / "good.json").write_text(template(auth=False))
    said = report(tmp_path)
    assert auth(said) == {"good.json": "open"}
    assert [problem.input for problem in said.errors] == ["bad.json"]


def test_parameters_decide(tmp_path: Path) -> None:
    main, parameters = tmp_path / "main.json", tmp_path / "prod.json"
    main.write_text(
        template(auth="[parameters('closed')]", parameters={"closed": {"type": "bool"}})
    )
    assert auth(report(main)) == {"main.json": "undecided"}
    for closed, found in ((True, {}), (False, {"main.json": "open"})):
        given = {"contentVersion": "1.0.0.0", "parameters": {"closed": {"value": closed}}}
        parameters.write_text(json.dumps(given))
        assert auth(report(main, parameters=parameters)) == found


def test_a_template_is_judged_with_each_file_of_parameters_beside_it(tmp_path: Path) -> None:
    (tmp_path / "main.json").write_text(
        template(auth="[parameters('closed')]", parameters={"closed": {"type": "bool"}})
    )
    for stage, closed in (("dev", True), ("prod", False)):
        given = {"contentVersion": "1.0.0.0", "parameters": {"closed": {"value": closed}}}
        (tmp_path / f"main.parameters.{stage}.json").write_text(json.dumps(given))
    (tmp_path / "other.parameters.json").write_text(json.dumps(given))
    said = report(tmp_path)
    assert auth(said) == {"main.parameters.prod.json": "open"}
    assert {one.stack for one in said.stacks} == {
        "main.parameters.dev.json",
        "main.parameters.prod.json",
    }
    skipped = {Path(one.input).name: one.reason for one in said.skipped}
    assert skipped.keys() == {"main.json", "other.parameters.json"}
    assert "--parameters" in skipped["other.parameters.json"]
    by_hand = report(tmp_path, parameters=tmp_path / "main.parameters.dev.json")
    assert (auth(by_hand), [one.stack for one in by_hand.stacks]) == ({}, ["main.json"])


def test_parameters_that_are_of_no_use_are_refused(tmp_path: Path) -> None:
    main, plan = tmp_path / "main.json", tmp_path / "state.json"
    main.write_text(template(auth=True))
    plan.write_text(state("prod", auth=False))
    with pytest.raises(Refusal, match="cannot be read"):
        report(main, parameters=tmp_path / "gone.json")
    with pytest.raises(Refusal, match="name the template"):
        report(plan, parameters=main)
    (tmp_path / "main.bicepparam").write_text("using 'main.bicep'\n")
    with pytest.raises(Refusal, match="in the template's place"):
        report(main, parameters=tmp_path / "main.bicepparam")


def test_the_nearest_settings_decide(tmp_path: Path) -> None:
    inner = tmp_path / "templates"
    inner.mkdir()
    (tmp_path / ".git").mkdir()
    (inner / "main.json").write_text(template(auth=False))
    (tmp_path / "hubwarden.toml").write_text('[levels]\nhub-local-auth = "disabled"\n')
    assert auth(report(inner / "main.json")) == {}
    (inner / "hubwarden.toml").write_text('[levels]\nhub-local-auth = "advisory"\n')
    assert auth(report(inner / "main.json")) == {"main.json": "open"}


def test_what_lies_above_the_checkout_decides_nothing(tmp_path: Path) -> None:
    (tmp_path / "hubwarden.toml").write_text('[levels]\nhub-local-auth = "disabled"\n')
    checkout = tmp_path / "checkout"
    (checkout / ".git").mkdir(parents=True)
    (checkout / "main.json").write_text(template(auth=False))
    assert auth(report(checkout / "main.json")) == {"main.json": "open"}


def test_what_was_let_pass_is_let_pass_wherever_the_command_runs(
    tmp_path: Path, hubwarden: Callable[..., Any]
) -> None:
    (tmp_path / ".git").mkdir()
    templates = tmp_path / "deploy" / "templates"
    (templates / "east").mkdir(parents=True)
    for folder in (templates, templates / "east"):
        (folder / "main.json").write_text(template(auth=False))
    assert hubwarden("baseline", "write", cwd=templates).returncode == 0
    for where, target in (
        (templates, "."),
        (templates / "east", "main.json"),
        (tmp_path, "deploy/templates/main.json"),
        (tmp_path / "deploy", str(templates)),
        (Path("/"), str(templates / "east" / "main.json")),
    ):
        done = hubwarden("check", "--no-advice", target, cwd=where)
        assert done.returncode == 0, (where, done.stdout)
    # Somebody else's file of that name says nothing about findings.
    (tmp_path / "deploy" / "baseline.json").write_text('{"speed": 3}')
    (templates / "baseline.json").unlink()
    assert hubwarden("check", "--no-advice", "deploy", cwd=tmp_path).returncode == 1


def test_settings_that_a_change_brings_give_its_files_no_other_name(tmp_path: Path) -> None:
    base, change = tmp_path / "base", tmp_path / "change"
    for folder in (base, change):
        (folder / ".git").mkdir(parents=True)
        (folder / "hubwarden.toml").write_text("")
        (folder / "waivers.toml").write_text(WAIVER.format("main.json"))
    (change / "new").mkdir()
    (change / "new" / "main.json").write_text(template(auth=False))
    (change / "new" / "hubwarden.toml").write_text("")
    assert auth(report(change / "new", policy_from=base)) == {"new/main.json": "open"}


def test_a_waiver_names_the_file_and_none_is_unused_for_want_of_another(tmp_path: Path) -> None:
    (tmp_path / "hubwarden.toml").write_text("")
    (tmp_path / "a.json").write_text(template(auth=False))
    (tmp_path / "waivers.toml").write_text(WAIVER.format("a.json") + WAIVER.format("b.json"))
    said = report(tmp_path / "a.json")
    assert auth(said) == {"a.json": "waived"}
    assert not [entry for entry in said.findings if entry.finding.rule.id == "waiver-unused"]
    # Mended, and the waiver stays behind.
    (tmp_path / "a.json").write_text(template(auth=True))
    stale = [e for e in report(tmp_path).findings if e.finding.rule.id == "waiver-unused"]
    assert [entry.finding.stack for entry in stale] == ["a.json"]


HUB = """\
param open bool
resource hub 'Microsoft.Devices/IotHubs@2023-06-30' = {
  name: 'telemetry'
  properties: { disableLocalAuth: !open }
}
"""


def test_a_module_is_judged_where_it_is_used(tmp_path: Path) -> None:
    (tmp_path / "hub.bicep").write_text(HUB)
    (tmp_path / "main.bicep").write_text(
        "module hub './hub.bicep' = { name: 'hub', params: { open: true } }\n"
    )
    said = report(tmp_path)
    assert auth(said) == {"main.bicep": "open"}
    assert [Path(one.input).name for one in said.skipped] == ["hub.bicep"]
    (tmp_path / "main.bicepparam").write_text("using 'main.bicep'\n")
    assert auth(report(tmp_path)) == {"main.bicepparam": "open"}
    assert auth(report(tmp_path / "hub.bicep")) == {"hub.bicep": "undecided"}


def test_modules_in_a_circle_are_no_pass(tmp_path: Path) -> None:
    for one, other in (("a", "b"), ("b", "a")):
        (tmp_path / f"{one}.bicep").write_text(
            f"module it './{other}.bicep' = {{ name: 'it', params: {{ open: true }} }}\n{HUB}"
        )
    assert report(tmp_path).exit_code() == 4


def test_policy_from_decides_about_files_too(tmp_path: Path) -> None:
    base, change = tmp_path / "base", tmp_path / "change"
    for folder, level in ((base, "mandatory"), (change, "disabled")):
        (folder / ".git").mkdir(parents=True)
        (folder / "main.json").write_text(template(auth=False))
        (folder / "hubwarden.toml").write_text(f'[levels]\nhub-local-auth = "{level}"\n')
    assert auth(report(change / "main.json")) == {}
    assert auth(report(change / "main.json", policy_from=base)) == {"main.json": "open"}


def test_two_states_of_one_name_are_told_apart(tmp_path: Path) -> None:
    (tmp_path / "one.json").write_text(state("prod", auth=True))
    (tmp_path / "two.json").write_text(state("prod", auth=False))
    said = report(tmp_path)
    assert sorted(stack.stack for stack in said.stacks) == ["one.json", "two.json"]
    assert auth(said) == {"one.json": "open"}


def test_a_fault_of_ours_is_told_and_no_pass(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from hubwarden_policies.gates.arm import gate

    def broken(*_: Any) -> Any:
        raise ZeroDivisionError("planted")

    monkeypatch.setattr(gate, "collect", broken)
    (tmp_path / "main.json").write_text(template(auth=False))
    said = report(tmp_path / "main.json")
    assert said.exit_code() == 70
    assert "planted" not in said.errors[0].message


LEAVE_OUT = '[check]\nleave_out = ["tests/**", "*.test.json"]\n'


def test_what_a_team_leaves_out_of_a_walk_is_said_and_checked_where_it_is_named(
    tmp_path: Path,
) -> None:
    (tmp_path / "hubwarden.toml").write_text(LEAVE_OUT)
    names = (
        "main.json",
        "main.test.json",
        "tests/bad.json",
        "tests/deep/bad.json",
        "my_tests/a.json",
    )
    for name in names:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(template(auth=False))
    (tmp_path / "tests" / "plant").mkdir()
    (tmp_path / "tests" / "plant" / "Pulumi.yaml").write_text("name: plant\nruntime: python\n")
    said = report(tmp_path)
    assert auth(said) == {"main.json": "open", "my_tests/a.json": "open"}
    reason = "`leave_out` of hubwarden.toml names it"
    assert {Path(one.input).name for one in said.skipped if one.reason == reason} == {
        "main.test.json", "tests",
    }  # fmt: skip
    assert said.errors == ()
    assert set(auth(report(tmp_path / "tests" / "bad.json"))) == {"tests/bad.json"}
    assert set(auth(report(tmp_path / "tests"))) == {"tests/bad.json", "tests/deep/bad.json"}


def test_a_module_of_what_is_left_out_is_judged_by_itself(tmp_path: Path) -> None:
    (tmp_path / "hubwarden.toml").write_text(LEAVE_OUT)
    (tmp_path / "tests").mkdir()
    (tmp_path / "hub.bicep").write_text(HUB)
    (tmp_path / "tests" / "main.bicep").write_text(
        "module hub '../hub.bicep' = {\n  name: 'h'\n}\n"
    )
    assert set(auth(report(tmp_path))) == {"hub.bicep"}


def test_a_change_cannot_leave_itself_out(tmp_path: Path) -> None:
    for name in ("base", "change"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "main.json").write_text(template(auth=False))
    (tmp_path / "base" / "hubwarden.toml").write_text("")
    (tmp_path / "change" / "hubwarden.toml").write_text('[check]\nleave_out = ["*"]\n')
    assert report(tmp_path / "change").exit_code() == 3
    assert auth(report(tmp_path / "change", policy_from=tmp_path / "base")) == {"main.json": "open"}


def test_waivers_and_baseline_of_files_are_added_and_listed(
    tmp_path: Path, hubwarden: Callable[..., Any]
) -> None:
    (tmp_path / "main.json").write_text(template(auth=False))
    found = json_report(report(tmp_path))["findings"]
    (wanted,) = (one["fingerprint"] for one in found if one["rule"] == "hub-local-auth")
    day = f"{datetime.now(UTC).date() + timedelta(days=20)}"
    words = ("--reason", "The plant stands still.", "--owner", "plant@contoso.example")
    done = hubwarden("waivers", "add", wanted, *words, "--expires", day, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    said = hubwarden("waivers", cwd=tmp_path)
    assert said.stdout.startswith(f"{day}  hub-local-auth, stack main.json (20 days left)\n")
    assert hubwarden("baseline", "write", "main.json", cwd=tmp_path).returncode == 0
    said = hubwarden("baseline", "show", cwd=tmp_path)
    assert f"{len(found) - 1} findings in the baseline\n" in said.stdout
    assert hubwarden("check", "--no-advice", cwd=tmp_path).returncode == 0
    assert hubwarden("waivers", "--project", "gone", cwd=tmp_path).returncode == 2


def test_a_state_is_not_read_where_a_program_runs(tmp_path: Path) -> None:
    (tmp_path / "plant").mkdir()
    (tmp_path / "plant" / "Pulumi.yaml").write_text("name: plant\nruntime: python\n")
    (tmp_path / "plant" / "__main__.py").write_text("")
    (tmp_path / "state.json").write_text(state("prod", auth=True))
    (tmp_path / "main.json").write_text(template(auth=False))
    said = report(tmp_path)
    assert ("not-together", 2) in [(one.kind, one.exit_code) for one in said.errors]
    assert auth(said) == {"main.json": "open"}
    (tmp_path / "hubwarden.toml").write_text('[check]\nleave_out = ["state.json"]\n')
    assert "not-together" not in [one.kind for one in report(tmp_path).errors]
    assert auth(report(tmp_path / "state.json")) == {"prod": "open"}


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("main.json", "`disableLocalAuth: true` in `properties`"),
        ("main.bicep", "`disableLocalAuth: true` in `properties`"),
        ("plan.json", "`disableLocalAuth: true` in `properties`"),
        ("state.json", None),
    ],
)
def test_a_fix_is_told_in_the_words_of_the_input(name: str, words: str | None) -> None:
    said = report(EXAMPLES / name)
    (one,) = said.stacks
    fixes = {entry.finding.rule.id: entry.finding.fix for entry in said.findings}
    rendered = text.render(said, Page(width=1000))
    if words is None:
        assert "`pulumi.ResourceOptions" in rendered or "`identity={" in rendered
    else:
        assert words in fixes["hub-local-auth"]
        assert words in rendered
        assert "`disable_local_auth=" not in rendered
    azurerm = [note for note in one.notes if "azurerm has arguments of its own" in note]
    assert len(azurerm) == (name == "plan.json")
