"""What waivers, baseline and levels make of findings, and what is said of the files themselves."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from hubwarden_policies.baseline import dumped, old
from hubwarden_policies.catalogue import UPKEEP, find
from hubwarden_policies.evaluate import Finding, about, fingerprint
from hubwarden_policies.model import Location
from hubwarden_policies.policy import Place, Policy, read_policy
from hubwarden_policies.policy_file import SettingsError
from hubwarden_policies.rule import CRITICAL, HIGH, MEDIUM, Rule, Severity, Subject
from hubwarden_policies.team import Team
from hubwarden_policies.views.standing import ChangedFile, WaiverUse
from hubwarden_policies.waivers import Entry, parse_waivers, written

TODAY = date(2026, 11, 24)
HUB = "urn:pulumi:dev::plant::azure-native:iothub:IotHubResource::telemetry"
VAULT = "urn:pulumi:dev::plant::azure-native:keyvault:Vault::keys"


def known(name: str) -> Rule:
    rule = find(name)
    assert rule is not None
    return rule


def finding(
    rule: str = "hub-local-auth",
    address: str = HUB,
    *,
    stack: str = "dev",
    severity: Severity = HIGH,
    undecided: bool = False,
) -> Finding:
    return Finding(
        rule=known(rule),
        status="undecided" if undecided else "open",
        severity=severity,
        level="mandatory",
        stack=stack,
        subject=Subject("T", address.rpartition(":")[2], address),
        path="p",
        message="m",
        fix="f",
        fingerprint=fingerprint(rule, address, "p"),
        locations=(),
        related=(),
    )


def waiver(**said: object) -> str:
    entry = {
        "rule": "hub-local-auth",
        "stack": "dev",
        "address": HUB,
        "reason": "the gateways sign with keys",
        "owner": "plant",
        "expires": TODAY + timedelta(days=30),
        **said,
    }
    return written(Entry.model_validate(entry))


def policy(folder: Path, *waivers: str, settings: str = "", **files: str) -> Policy:
    folder.joinpath("stacks").mkdir(exist_ok=True)
    (folder / "hubwarden.toml").write_text(settings)
    (folder / "stacks/waivers.toml").write_text("\n".join(waivers))
    for name, text in files.items():
        (folder / "stacks" / name.replace("__", ".")).write_text(text)
    return read_policy(Place(folder, folder / "stacks", folder), ["dev", "prod"], TODAY)


def refused(folder: Path, *waivers: str, **said: str) -> str:
    with pytest.raises(SettingsError) as caught:
        policy(folder, *waivers, **said)
    return str(caught.value)


# Waivers


def test_a_waiver_waives_the_finding_that_it_names_and_no_other(tmp_path: Path) -> None:
    found = policy(tmp_path, waiver()).settle(
        [
            finding(),
            finding(address=VAULT),
            finding(stack="prod"),
            finding("hub-old-tls"),
        ]
    )
    assert [one.status for one in found] == ["waived", "open", "open", "open"]
    assert found[0].justification == "the gateways sign with keys (plant)"


def test_a_star_waives_it_everywhere(tmp_path: Path) -> None:
    anywhere = policy(tmp_path, waiver(stack="*", address="*"))
    found = anywhere.settle([finding(), finding(address=VAULT, stack="prod")])
    assert {one.status for one in found} == {"waived"}


def test_what_somebody_else_provides_is_attested(tmp_path: Path) -> None:
    attested = policy(tmp_path, waiver(provided_by="Azure Policy 614d9fbd", ticket="IOT-1"))
    (found,) = attested.settle([finding(undecided=True)])
    assert found.status == "waived"
    assert found.justification == (
        "attested: provided by Azure Policy 614d9fbd; the gateways sign with keys (plant, IOT-1)"
    )


@pytest.mark.parametrize(("days", "status"), [(0, "waived"), (-1, "open")])
def test_the_day_of_expiry_is_the_last_one(tmp_path: Path, days: int, status: str) -> None:
    expiring = policy(tmp_path, waiver(expires=TODAY + timedelta(days=days)))
    assert expiring.settle([finding()])[0].status == status


def test_an_expired_waiver_is_a_finding_at_its_own_line(tmp_path: Path) -> None:
    expired = policy(tmp_path, waiver(stack="prod"), waiver(expires=TODAY - timedelta(days=1)))
    said = [
        one
        for one in expired.about_waivers([finding()], ["dev"], ["dev", "prod"])
        if one.rule.id == "waiver-expired"
    ]
    (one,) = said
    # The second block begins after seven lines and an empty one.
    assert one.locations == (Location("stacks/waivers.toml", 9),)
    assert (one.status, one.stack) == ("open", "dev")


@pytest.mark.parametrize(
    ("severity", "days", "status"),
    [(CRITICAL, 30, "waived"), (CRITICAL, 31, "open"), (HIGH, 90, "waived"), (HIGH, 91, "open")],
)
def test_how_long_depends_on_how_bad_it_is(
    tmp_path: Path, severity: Severity, days: int, status: str
) -> None:
    long = policy(tmp_path, waiver(expires=TODAY + timedelta(days=days)))
    one = finding(severity=severity)
    assert long.settle([one])[0].status == status
    said = [f.rule.id for f in long.about_waivers([one], ["dev"], ["dev"])]
    assert said == ([] if status == "waived" else ["waiver-too-long"])


def test_a_team_sets_its_own_lives(tmp_path: Path) -> None:
    strict = policy(tmp_path, waiver(), settings="[waivers]\nhigh = 29\n")
    assert strict.settle([finding()])[0].status == "open"


def test_a_waiver_that_nothing_needs_is_told_once_all_its_stacks_are_judged(tmp_path: Path) -> None:
    unused = policy(tmp_path, waiver(stack="*", address=VAULT))
    one_of_two = unused.about_waivers([finding()], ["dev"], ["dev", "prod"])
    assert one_of_two == []
    (said,) = unused.about_waivers([finding()], ["dev", "prod"], ["dev", "prod"])
    assert (said.rule.id, str(said.severity), said.level) == ("waiver-unused", "info", "advisory")


def test_the_next_to_expire_is_one_that_holds(tmp_path: Path) -> None:
    several = policy(
        tmp_path,
        waiver(expires=TODAY - timedelta(days=3)),
        waiver(rule="kv-purge", address=VAULT, expires=TODAY + timedelta(days=5)),
        waiver(expires=TODAY + timedelta(days=9)),
        waiver(rule="hub-old-tls", expires=TODAY + timedelta(days=1)),
    )
    found = several.next_expiry([finding(), finding("kv-purge", VAULT)])
    assert found is not None
    assert found.rule == "kv-purge"


@pytest.mark.parametrize("missing", ["rule", "stack", "address", "reason", "owner", "expires"])
def test_every_waiver_says_all_of_it(tmp_path: Path, missing: str) -> None:
    kept = [line for line in waiver().splitlines() if not line.startswith(f"{missing} ")]
    sentence = refused(tmp_path, "\n".join(kept))
    assert sentence == f'stacks/waivers.toml:1: the key "{missing}" is missing in [waiver]'


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (waiver().replace("hub-local-auth", "hub-local-aut"), 'did you mean "hub-local-auth"?'),
        (waiver().replace("hub-local-auth", "policy-changed"), "nobody can waive policy-changed"),
        (waiver().replace('"plant"', '" "'), "owner"),
        (waiver().replace("owner", "ownr"), 'no key "ownr"'),
        (waiver().replace(str(TODAY + timedelta(days=30)), '"soon"'), "expires"),
        ("[[waivers]]\n", 'did you mean "waiver"?'),
        ("[[waiver]\n", "this is no TOML"),
    ],
)
def test_a_waiver_that_cannot_be_meant(tmp_path: Path, text: str, words: str) -> None:
    sentence = refused(tmp_path, text)
    assert sentence.startswith("stacks/waivers.toml:")
    assert words in sentence


@pytest.mark.parametrize("text", ['a "quoted" word', "back\\slash", "two\nlines", "Zürich 🏭"])
def test_what_is_written_is_read_again(text: str) -> None:
    (read,) = parse_waivers(waiver(reason=text), "w")
    assert read.entry.reason == text


# Baseline


def baseline(*findings: Finding) -> str:
    return dumped([old(one) for one in findings])


def test_an_old_finding_passes_and_a_new_one_does_not(tmp_path: Path) -> None:
    gap = finding(undecided=True, address="x")
    before = policy(tmp_path, baseline__json=baseline(finding(), gap))
    found = before.settle([finding(), gap, finding(address=VAULT)])
    assert [one.status for one in found] == ["baseline", "baseline", "open"]


def test_the_same_finding_in_another_stack_is_new(tmp_path: Path) -> None:
    before = policy(tmp_path, baseline__json=baseline(finding()))
    assert before.settle([finding(stack="prod")])[0].status == "open"


def test_a_worse_finding_is_new(tmp_path: Path) -> None:
    before = policy(
        tmp_path,
        baseline__json=baseline(finding(severity=MEDIUM), finding("kv-purge", undecided=True)),
    )
    worse = before.settle([finding(severity=HIGH), finding("kv-purge")])
    assert [one.status for one in worse] == ["open", "open"]


def test_a_better_finding_is_still_the_old_one(tmp_path: Path) -> None:
    before = policy(tmp_path, baseline__json=baseline(finding(), finding("kv-purge")))
    better = before.settle([finding(severity=MEDIUM), finding("kv-purge", undecided=True)])
    assert [one.status for one in better] == ["baseline", "baseline"]


def test_what_is_mended_is_told_of_stacks_that_were_judged(tmp_path: Path) -> None:
    before = policy(tmp_path, baseline__json=baseline(finding(), finding(stack="prod")))
    assert [one.stack for one in before.fixed([], ["dev"])] == ["dev"]
    assert before.fixed([finding(), finding(stack="prod")], ["dev", "prod"]) == []


def test_a_waiver_comes_before_the_baseline(tmp_path: Path) -> None:
    both = policy(tmp_path, waiver(), baseline__json=baseline(finding()))
    assert both.settle([finding()])[0].status == "waived"


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"version": 2, "findings": []}', '{"version": 1, "findings": [{}]}']
)
def test_a_baseline_that_is_none(tmp_path: Path, text: str) -> None:
    sentence = refused(tmp_path, baseline__json=text)
    assert "stacks/baseline.json: this is no baseline" in sentence
    assert "`hubwarden baseline write` makes a new one" in sentence


def test_a_baseline_has_a_line_a_finding_in_a_fixed_order() -> None:
    findings = [finding(address=VAULT), finding(stack="a"), finding()]
    text = baseline(*findings)
    assert text == baseline(*reversed(findings))
    assert len(json.loads(text)["findings"]) == len(text.splitlines()) - 5


# Levels


def test_the_stacks_file_wins_over_the_settings(tmp_path: Path) -> None:
    said = policy(
        tmp_path,
        settings='[levels]\nkv-purge = "advisory"\nundecided = "mandatory"\n',
        policy__dev__json='{"kv-purge": {"enforcementLevel": "disabled"}}',
    )
    rule = known("kv-purge")
    assert [said.team(stack).level(rule) for stack in ("dev", "prod")] == ["disabled", "advisory"]
    assert {said.team(stack).undecided() for stack in ("dev", "prod")} == {"mandatory"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            '{"kv-purg": "advisory"}',
            'there is no rule kv-purg; did you mean "kv',
        ),
        ('{\n\n"kv-purge": "remediate"}', "policy.dev.json:3: kv-purge has no level"),
        ('{"kv-purge": 1}', "there are mandatory, advisory, disabled"),
        ('{"kv-purge": {"level": "advisory"}}', "kv-purge has no level"),
        (
            '{"kv-purge": {"enforcementLevel": "advisory", "key_days": 9}}',
            "kv-purge has key_days, which only hubwarden.toml may say",
        ),
        ('{"all": "advisory", "all": "disabled"}', "all is there twice"),
        ('{"checkov:FOO": "advisory"}', "there is no rule checkov:FOO"),
        ("[]", "this is no JSON object"),
        ("{,}", "policy.dev.json:1: this is no JSON"),
    ],
)
def test_levels_that_cannot_be_meant(tmp_path: Path, text: str, words: str) -> None:
    assert words in refused(tmp_path, policy__dev__json=text)


def test_levels_of_checkovs_checks(tmp_path: Path) -> None:
    text = '{"checkov": "mandatory", "checkov:CKV_AZURE_33": "disabled"}'
    levels = policy(tmp_path, policy__dev__json=text).team("dev").levels
    assert levels == {"checkov": "mandatory", "checkov:CKV_AZURE_33": "disabled"}


def test_a_level_in_the_settings_that_no_rule_has(tmp_path: Path) -> None:
    assert "did you mean" in refused(tmp_path, settings='[levels]\nkv-purg = "advisory"\n')


# The pages of the rules on these files


@pytest.mark.parametrize("rule", UPKEEP, ids=[rule.id for rule in UPKEEP])
def test_the_examples_on_the_pages_are_true(rule: Rule) -> None:
    assert said_of(rule, rule.page.bad) == [rule.id]
    assert said_of(rule, rule.page.good) == []


def said_of(rule: Rule, example: str) -> list[str]:
    """What the rule says of the example today, with one finding that most of them waive."""
    if rule.id == "policy-changed":
        changed = [ChangedFile(Location(rule.page.file, 1), "main")] * (example == rule.page.bad)
        return [f.rule.id for one in changed for f in about(one, [rule], Team(TODAY))]
    read = parse_waivers(example, rule.page.file)
    one = replace(finding("hub-old-tls", stack="prod", severity=HIGH))
    made = Policy(TODAY, waivers=read)
    return [f.rule.id for f in made.about_waivers([one], ["prod"], ["prod"])]


def test_a_waiver_that_is_used_and_holds_is_not_spoken_of() -> None:
    use = WaiverUse("r", "s", "a", TODAY, Location("w", 1), TODAY, used=True)
    assert [v for rule in UPKEEP[1:] for v in rule.check(use)] == []
