"""What a rule says to somebody who has templates or Terraform, and no program."""

from __future__ import annotations

import re

import pytest

from hubwarden_policies.catalogue import RULES
from hubwarden_policies.data import load
from hubwarden_policies.model import CONFIGURATION_TYPE, DEPLOYMENT_TYPE, STACK_TYPE
from hubwarden_policies.rule import Rule
from hubwarden_policies.words import fix_for, message_for

GROUP = "Microsoft.Resources/resourceGroups"
# Rules that a Pulumi state alone can break, and what moves a resource from one of its packages.
OF_PULUMI = {"override-left", "not-covered"}
PYTHON = re.compile(r"[Pp]ulumi|\w+Args\b|\bTrue\b|\bFalse\b|\w=[\"\[{\w]|\w___")
# Lines of hubwarden.toml, and what Terraform itself calls so.
OTHERS = re.compile(
    r"`\[\w+\]`( `[^`]+`)?|`limits\.\w+`|`(sensitive|devices) = [^`]+`"
    r"|`(prevent_destroy|ignore_changes)`|`DefaultEndpointsProtocol=[^`]+`|`@Microsoft[^`]+`"
)
WORDS = re.compile(r"\w+")


def names() -> set[str]:
    """Every name of a property that Azure's types have."""
    return set(WORDS.findall(str(load("arm-types.json"))))


@pytest.mark.parametrize("kind", [DEPLOYMENT_TYPE, CONFIGURATION_TYPE, GROUP])
@pytest.mark.parametrize("rule", [r for r in RULES if r.id not in OF_PULUMI], ids=lambda r: r.id)
def test_a_fix_is_in_words_that_a_template_knows(kind: str, rule: Rule) -> None:
    said = OTHERS.sub("", fix_for(kind, rule.id, rule.fix))
    assert not PYTHON.search(said)
    assert not re.search(r"`[^`]*\b[a-z]+_[a-z]", said)


@pytest.mark.parametrize("rule", RULES, ids=lambda r: r.id)
def test_what_a_fix_names_is_what_azure_calls_it(rule: Rule) -> None:
    camel = re.findall(r"\b[a-z]+[A-Z]\w*", " ".join(re.findall("`[^`]+`", said(rule))))
    assert set(camel) <= names() | {"allLogs", "secureString", "iotHub"}


def said(rule: Rule) -> str:
    return fix_for(DEPLOYMENT_TYPE, rule.id, rule.fix)


@pytest.mark.parametrize(
    ("fix", "words"),
    [
        (
            "Set `disable_device_sas=True` in `XArgs`.",
            "Set `disableDeviceSAS: true` in `properties`.",
        ),
        ('Set `a_b={"c_d": [1, False], "e": …}`.', "Set `aB: {cD: [1, false], e: …}`."),
        ('Set `"a_b": True` in `c_d`.', "Set `aB: true` in `cD`."),
        ('Say `[allow]` `hub_policies = ["N"]`.', 'Say `[allow]` `hub_policies = ["N"]`.'),
        ("Say `[limits]` `key_days` or `CA:TRUE`.", "Say `[limits]` `key_days` or `CA:TRUE`."),
        ("Link a hub of this stack.", "Link a hub of this deployment."),
    ],
)
def test_a_fix_is_translated(fix: str, words: str) -> None:
    assert fix_for(DEPLOYMENT_TYPE, "of-nobody", fix) == words
    assert fix_for(STACK_TYPE, "of-nobody", fix) == fix


def test_a_fix_that_a_verdict_brings_is_the_one_that_is_told() -> None:
    assert (
        fix_for(DEPLOYMENT_TYPE, "stateful-unprotected", "Set `a_b=1`.", own=True) == "Set `aB: 1`."
    )


def test_what_was_deployed_by_many_is_no_deployment() -> None:
    assert message_for(GROUP, "no DPS of this stack") == "no DPS of this scope"
    assert message_for(STACK_TYPE, "no DPS of this stack") == "no DPS of this stack"
