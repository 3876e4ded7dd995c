"""For which of Checkov's types a rule is entered."""

from __future__ import annotations

from functools import cache
from typing import Final

from hubwarden_policies.catalogue import RULES
from hubwarden_policies.data import load
from hubwarden_policies.rule import Rule

# Resources of Azure that extend others: they may stand below any type.
_EXTENSIONS: Final = ("Microsoft.Insights/", "Microsoft.Authorization/")
AZAPI: Final = "azapi_resource"


def types_of(rule: Rule) -> tuple[str, ...]:
    """The ARM types on which findings of a rule can be: of one on a whole file, all of ours."""
    return every_type() if rule.whole_stack else rule.arm_types


@cache
def every_type() -> tuple[str, ...]:
    """Every ARM type that some rule reads."""
    return tuple(dict.fromkeys(arm for rule in RULES for arm in rule.arm_types))


def template_patterns(rule: Rule) -> tuple[str, ...]:
    """Checkov's patterns for a rule's types in templates and Bicep: any case, nested ones too."""
    if is_about_files(rule):
        return ("*",)
    names = dict.fromkeys(name for arm in types_of(rule) for name in _spellings(arm))
    return tuple(_any_case(name) for name in names)


def terraform_types(rule: Rule) -> tuple[str, ...]:
    """Terraform's types of a rule; what is only a piece of another resource is judged there."""
    if is_about_files(rule):
        return ("azapi_*", "azurerm_*")
    ours = set(types_of(rule))
    table = load("azurerm.json")["types"].items()
    return (AZAPI, *(name for name, entry in table if entry.get("arm") in ours))


def is_about_files(rule: Rule) -> bool:
    """Whether a rule is about a file as a whole, whatever resources it has."""
    return rule.whole_stack and not rule.arm_types


def _spellings(arm_type: str) -> list[str]:
    _, first, *below = arm_type.split("/")
    names = [arm_type, *("/".join(below[start:]) for start in range(len(below)))]
    if arm_type.startswith(_EXTENSIONS):
        names += [f"providers/{first}", f"*/providers/{first}"]
    return names


def _any_case(name: str) -> str:
    return "".join(f"[{c.upper()}{c.lower()}]" if c.isalpha() else c for c in name)
