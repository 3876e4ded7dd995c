"""What a rule says, in the words of who has no program: rules are written for Pulumi in Python.

Of Set `disable_local_auth=True` in `IotHubPropertiesArgs` a template, a Bicep file and the body of
azapi know `disableLocalAuth: true` in `properties`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cache, lru_cache
from typing import Final

from hubwarden_policies.model import CONFIGURATION_TYPE, DEPLOYMENT_TYPE, STACK_TYPE
from hubwarden_policies.other_fixes import IN_TEMPLATES, IN_TERRAFORM
from hubwarden_policies.rule import Rule, Violation

_NAMES: Final[Mapping[str, str]] = {
    "disable_device_sas": "disableDeviceSAS",
    "disable_module_sas": "disableModuleSAS",
    "enable_https_traffic_only": "supportsHttpsTrafficOnly",
    "expires": "exp",
    "resource_uri": "scope",
    "monitor.DiagnosticSetting": "Microsoft.Insights/diagnosticSettings",
    "network.PrivateEndpoint": "Microsoft.Network/privateEndpoints",
    "network.PrivateDnsZoneGroup": "Microsoft.Network/privateEndpoints/privateDnsZoneGroups",
    "ScheduledQueryRule": "Microsoft.Insights/scheduledQueryRules",
}
_PHRASES: Final[Mapping[str, str]] = {
    "with `scope` set to the id of this resource, a": "on this resource, with a",
    "this stack": "this deployment",
    "another stack": "another deployment",
    "the stack's outputs": "the outputs",
    "stands in clear in the config": "stands in clear in a parameter",
    "it has neither protect nor retain_on_delete, and no lock": "no lock",
    "the program": "the file",
}
# A key of hubwarden.toml stands behind its table, or has it before a dot.
_CODE: Final = re.compile(r"(`\[\w+\]` )?`([^`]+)`")
_SNAKE: Final = re.compile(r"[a-z]+\d*(_[a-z0-9]+)+")
_ELLIPSIS: Final = "___"


def in_words_of(kind: str, rule: Rule, verdict: Violation) -> Violation:
    """What a rule says, for a stack of this kind."""
    if kind == STACK_TYPE:
        return verdict
    fix = fix_for(kind, rule.id, verdict.fix or rule.fix, own=verdict.fix is not None)
    return replace(verdict, message=message_for(kind, verdict.message), fix=fix)


@cache
def fix_for(kind: str, rule: str, fix: str, *, own: bool = False) -> str:
    """The fix of a rule (an id) for a stack of this kind; `own` if a verdict brought its own."""
    if kind == STACK_TYPE:
        return fix
    whole = IN_TERRAFORM if kind == CONFIGURATION_TYPE else IN_TEMPLATES
    if rule in whole and not own:
        return whole[rule]
    return message_for(
        kind, re.sub(r"\b(True|False)\b", lambda m: m[0].lower(), _CODE.sub(_code, fix))
    )


@lru_cache(maxsize=4096)
def message_for(kind: str, message: str) -> str:
    """A message for a stack of this kind."""
    if kind == STACK_TYPE:
        return message
    for words, others in _PHRASES.items():
        message = message.replace(words, others)
    # What runs was deployed by many.
    return (
        message
        if kind in (DEPLOYMENT_TYPE, CONFIGURATION_TYPE)
        else re.sub(r"\b(this|another) deployment\b", r"\1 scope", message)
    )


def _code(found: re.Match[str]) -> str:
    table, code = found[1] or "", found[2]
    return found[0] if table else f"`{_in_arm(code)}`".replace(_ELLIPSIS, "…")


def _in_arm(code: str) -> str:
    name = code.strip('"')
    if name in _NAMES or _SNAKE.fullmatch(name):
        return _name(name)
    if re.fullmatch(r"\w+Args", code):
        return "properties"
    # Spaces about the equals sign: a line of hubwarden.toml.
    if " = " in code:
        return code
    plain = code.replace("…", _ELLIPSIS)
    for form in (f"_({plain})", plain, f"{{{plain}}}"):
        try:
            tree = ast.parse(form, mode="eval").body
        except SyntaxError:
            continue
        if isinstance(tree, ast.Call) and tree.keywords and not tree.args:
            pairs = [f"{_name(one.arg or '')}: {_value(one.value)}" for one in tree.keywords]
            return ", ".join(pairs)
        if isinstance(tree, ast.Dict) and all(isinstance(key, ast.Constant) for key in tree.keys):
            return _value(tree) if form == plain else _value(tree)[1:-1]
    return code


def _value(tree: ast.expr) -> str:
    match tree:
        case ast.Dict():
            pairs = zip(tree.keys, tree.values, strict=True)
            named = (f"{_name(ast.literal_eval(k))}: {_value(v)}" for k, v in pairs if k)
            return f"{{{', '.join(named)}}}"
        case ast.List():
            return f"[{', '.join(map(_value, tree.elts))}]"
        case ast.Constant(value=bool()):
            return str(tree.value).lower()
        case ast.Constant(value=str(text)):
            return f'"{text}"'
    return ast.unparse(tree)


def _name(name: str) -> str:
    first, *rest = name.split("_")
    return _NAMES.get(name) or first + "".join(part.title() for part in rest)
