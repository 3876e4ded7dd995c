"""The checks: for every rule one on templates (and Bicep), one on parameters, one on Terraform."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from checkov.arm.base_parameter_check import BaseParameterCheck
from checkov.arm.base_resource_check import BaseResourceCheck as TemplateCheck
from checkov.common.bridgecrew.severities import Severities
from checkov.common.models.enums import CheckCategories, CheckResult
from checkov.terraform.checks.resource.base_resource_check import (
    BaseResourceCheck as TerraformCheck,
)

from checkov_pack.hubwarden_checks import answering
from checkov_pack.hubwarden_checks.ids import LEFT_OUT, id_of
from checkov_pack.hubwarden_checks.modules import Modules
from checkov_pack.hubwarden_checks.overlooked import Overlooked, is_dropped
from checkov_pack.hubwarden_checks.subjects import template_patterns, terraform_types
from checkov_pack.hubwarden_checks.verdict import Verdict, failed
from hubwarden_policies.catalogue import RULES

if TYPE_CHECKING:
    from datetime import date

    from hubwarden_policies.rule import Rule

# Where the pages of the rules are; a team may name the address of its own copy.
PAGES: Final = "docs/checkov.md"
PAGES_VARIABLE: Final = "HUBWARDEN_PAGES"
# `fail` where an unknown value is to fail the pipeline.
UNDECIDED_VARIABLE: Final = "HUBWARDEN_UNDECIDED"
_entered: list[object] = []


@dataclass(frozen=True, slots=True)
class Setting:
    """What all checks of a process share.

    `dropped` are the templates with failures that Checkov is going to drop.
    """

    today: date
    modules: Modules
    pages: str
    strict: bool
    dropped: set[str] = field(default_factory=set)


def enter_all(environ: Mapping[str, str], today: date) -> None:
    """Enter the checks of every rule in Checkov's registries, once in a process."""
    if _entered:
        return
    pages = environ.get(PAGES_VARIABLE) or PAGES
    setting = Setting(today, Modules(today), pages, environ.get(UNDECIDED_VARIABLE) == "fail")
    for rule in RULES:
        if rule.id not in LEFT_OUT:
            _entered.append(TemplateRule(rule, setting))
            _entered.append(TerraformRule(rule, setting))
    _entered.append(Overlooked(pages, setting.dropped))
    for name in answering.PARAMETER_RULES:
        rule = next(one for one in RULES if one.id == name)
        _entered.append(ParameterRule(rule, setting))


class _Answering:
    """What the checks of all frameworks do alike: they tell Checkov a verdict of ours."""

    rule: Rule
    setting: Setting
    name: str
    details: list[str]
    evaluated_keys: list[str]

    def arguments(self, rule: Rule, setting: Setting) -> dict[str, Any]:
        self.rule, self.setting = rule, setting
        # The resource of each file with which findings stand that are about none.
        self.first: dict[str, object] = {}
        self.comment = ""
        return {
            "name": rule.title,
            "id": id_of(rule.id),
            "categories": (CheckCategories.GENERAL_SECURITY,),
            "guideline": f"{setting.pages}#{rule.id}",
        }

    def rank(self) -> None:
        """Set the severity, which Checkov's own checks lack without a key of its vendor."""
        setattr(self, "severity", Severities[self.rule.severity.name])  # noqa: B010 (typed as None)

    def answer(self, told: Verdict) -> CheckResult:
        self.details = list(told.details)
        self.evaluated_keys = list(told.paths)
        # Not every runner of Checkov's shows details, but each shows the name.
        self.name = f"{self.rule.title} ({told.said})" if told.said else self.rule.title
        # Checkov drops what is unknown without a word; what is skipped it shows.
        if told.result == "inexpressible":
            self.comment = f"not expressible: {told.said}"
            return CheckResult.SKIPPED
        if told.result == "undecided" and not self.setting.strict:
            self.comment = f"undecided: {told.said}"
            return CheckResult.SKIPPED
        bad = told.result in ("failed", "undecided")
        good = CheckResult.PASSED if told.result == "passed" else CheckResult.UNKNOWN
        return CheckResult.FAILED if bad else good

    def commented(self, result: Any) -> Any:
        """Checkov's result with what Checkov has no place for."""
        if result["result"] is CheckResult.SKIPPED and "suppress_comment" not in result:
            result["suppress_comment"] = self.comment
        if self.details:
            result["hubwarden"] = list(self.details)
        return result


class TemplateRule(_Answering, TemplateCheck):
    """A rule on the resources of ARM templates and Bicep files."""

    def __init__(self, rule: Rule, setting: Setting) -> None:
        said = self.arguments(rule, setting)
        super().__init__(supported_resources=template_patterns(rule), **said)
        self.rank()

    def run(self, *arguments: Any, **named: Any) -> Any:
        """Checkov's own, with the comment on what is undecided."""
        return self.commented(super().run(*arguments, **named))

    def scan_entity_conf(self, conf: dict[str, Any], entity_type: str) -> CheckResult:
        """What the rule says of this resource; never raises, for that would be silence."""
        self.entity_type = entity_type
        file, _, name = self.entity_path.partition(f":{entity_type}:")
        try:
            told = answering.of_template(self, file, entity_type, name, conf)
        except Exception as error:  # noqa: BLE001 (Checkov would take it for nothing to say)
            told = failed((f"hubwarden itself failed ({type(error).__name__}); please report it.",))
        if told.result == "failed" and is_dropped(name):
            self.setting.dropped.add(file)
        return self.answer(told)

    def scan_resource_conf(self, conf: dict[str, Any]) -> CheckResult:
        """Never asked: see `scan_entity_conf`."""
        raise NotImplementedError


class ParameterRule(_Answering, BaseParameterCheck):
    """A rule on the defaults of a template's parameters."""

    def __init__(self, rule: Rule, setting: Setting) -> None:
        super().__init__(supported_resources=("*",), **self.arguments(rule, setting))
        self.rank()

    def run(self, *arguments: Any, **named: Any) -> Any:
        """Checkov's own, with the comment on what is undecided."""
        return self.commented(super().run(*arguments, **named))

    def scan_resource_conf(self, conf: dict[str, Any]) -> CheckResult:  # noqa: ARG002
        """What the rule says of this parameter."""
        file, _, name = self.entity_path.partition(f":{self.entity_type}:")
        try:
            told = answering.of_parameter(self, file, name)
        except Exception as error:  # noqa: BLE001 (Checkov would take it for nothing to say)
            told = failed((f"hubwarden itself failed ({type(error).__name__}); please report it.",))
        return self.answer(told)


class TerraformRule(_Answering, TerraformCheck):
    """A rule on the resources of a Terraform plan or module."""

    def __init__(self, rule: Rule, setting: Setting) -> None:
        said = self.arguments(rule, setting)
        super().__init__(supported_resources=terraform_types(rule), **said)
        self.rank()

    def run(self, *arguments: Any, **named: Any) -> Any:
        """Checkov's own, with the comment on what is undecided."""
        return self.commented(super().run(*arguments, **named))

    def scan_entity_conf(self, conf: dict[str, Any], entity_type: str) -> CheckResult:
        """What the rule says of this resource; never raises, for that would be silence."""
        self.entity_type = entity_type
        file = self.entity_path.partition(f":{entity_type}:")[0]
        try:
            told = answering.of_terraform(self, file, entity_type, conf)
        except Exception as error:  # noqa: BLE001 (Checkov would take it for nothing to say)
            told = failed((f"hubwarden itself failed ({type(error).__name__}); please report it.",))
        return self.answer(told)

    def scan_resource_conf(self, conf: dict[str, Any]) -> CheckResult:
        """Never asked: see `scan_entity_conf`."""
        raise NotImplementedError
