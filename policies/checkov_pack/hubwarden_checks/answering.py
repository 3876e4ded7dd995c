"""From a question of Checkov's to a verdict: read the file, find the resource, hear the rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, Protocol

from checkov_pack.hubwarden_checks.asking import Asked, asked_of_template, below, within
from checkov_pack.hubwarden_checks.reading import Read, read_file
from checkov_pack.hubwarden_checks.subjects import AZAPI, is_about_files, types_of
from checkov_pack.hubwarden_checks.verdict import (
    Verdict,
    about_parameter,
    at_parameter,
    elsewhere,
    failed,
    verdict,
)
from hubwarden_policies.data import load

if TYPE_CHECKING:
    from datetime import date

    from checkov_pack.hubwarden_checks.modules import Modules
    from hubwarden_policies.model import Resource
    from hubwarden_policies.rule import Rule

# The rules whose findings are about a template's parameters, for which Checkov has checks.
PARAMETER_RULES: Final = ("config-connection-string",)
_SILENT: Final = Verdict("silent")
_UNSEEN: Final = (
    "hubwarden does not find this resource where Checkov does, so nobody knows; check the file "
    "with `hubwarden check`, and please report it."
)
_NO_DEPLOYMENT: Final = (["delete"], ["forget"], ["read"])


class _Setting(Protocol):
    @property
    def today(self) -> date: ...
    @property
    def modules(self) -> Modules: ...


class Check(Protocol):
    """What is known of the check that asks. `first` is what it was asked first of each file."""

    rule: Rule
    first: dict[str, object]
    graph: Any

    @property
    def setting(self) -> _Setting: ...


def of_template(check: Check, file: str, type_: str, name: str, conf: Mapping[str, Any]) -> Verdict:
    """The verdict on a resource of a template or of a Bicep file."""
    asked = asked_of_template(file, type_, name, conf)
    ours = any(asked.is_of(arm_type) for arm_type in types_of(check.rule))
    if not ours and not is_about_files(check.rule):
        return _SILENT
    read = read_file(file, check.setting.today)
    found = within(read.stack, asked) if ours and read.stack is not None else ()
    around = _around(check, read, file, (asked.lines, type_, name))
    if file.endswith(".json") and check.rule.id in PARAMETER_RULES:
        around = None
    if not found and ours:
        return _missing(check.rule, read, asked, around)
    return _of(check.rule, read, found, around)


def of_parameter(check: Check, file: str, name: str) -> Verdict:
    """The verdict on the default of a template's parameter."""
    return about_parameter(at_parameter(check.rule, read_file(file, check.setting.today), name))


def of_terraform(check: Check, file: str, type_: str, conf: Mapping[str, Any]) -> Verdict:
    """The verdict on a resource of a plan, or of a module in HCL."""
    address = str(conf.get("__address__") or "")
    if conf.get("count") == [0]:
        return _SILENT
    planned = conf.get("__file__")
    if planned:
        read = read_file(str(planned[0]), check.setting.today)
    else:
        read = check.setting.modules.read(check.graph, file, address)
    place = str(planned[0]) if planned else file
    around = _around(check, read, place, address)
    found = below(read.stack, address) if read.stack is not None else ()
    if found:
        return _of(check.rule, read, found, around)
    if read.findings.get(check.rule.id, {}).get(address):
        return verdict(check.rule, read, [address, *(around or ())], about=True)
    first = _is_first(check.rule, around)
    if around or (read.errors and (first or _is_ours(check.rule, type_, conf))):
        return verdict(check.rule, read, around or (), about=True)
    if conf.get("__change_actions__") in _NO_DEPLOYMENT or not _is_ours(check.rule, type_, conf):
        return _SILENT
    return failed((_UNSEEN,))


def _of(rule: Rule, read: Read, found: Sequence[Resource], around: Sequence[str] | None) -> Verdict:
    about = any(one.type in rule.arm_types for one in found) or _is_first(rule, around)
    return verdict(rule, read, [*(one.address for one in found), *(around or ())], about=about)


def _missing(rule: Rule, read: Read, asked: Asked, around: Sequence[str] | None) -> Verdict:
    if around:
        return verdict(rule, read, around, about=False)
    if asked.absent and not read.errors:
        return _SILENT
    judged = _is_first(rule, around) or any(asked.is_of(one) for one in rule.arm_types)
    return failed(read.errors or (_UNSEEN,)) if judged else _SILENT


def _around(check: Check, read: Read, file: str, asked: object) -> list[str] | None:
    """Where findings are that no resource has, for the one that is asked about first."""
    if check.first.setdefault(file, asked) != asked:
        return None
    return elsewhere(check.rule, read, file)


def _is_first(rule: Rule, around: Sequence[str] | None) -> bool:
    """Whether a rule that is about a file as a whole answers for it here."""
    return around is not None and is_about_files(rule)


def _is_ours(rule: Rule, type_: str, conf: Mapping[str, Any]) -> bool:
    """Whether the rule would judge a resource of this type, if hubwarden saw it."""
    if type_ == AZAPI:
        said = conf.get("type")
        written = said[0] if isinstance(said, list) and said else said
        arm_type = str(written).partition("@")[0].lower()
        return any(arm_type == one.lower() for one in rule.arm_types)
    return load("azurerm.json")["types"].get(type_, {}).get("arm") in rule.arm_types
