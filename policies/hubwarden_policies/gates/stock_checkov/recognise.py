"""What a file is, by what it holds: a name alone says too little, or is not to be trusted."""

from __future__ import annotations

import re
from typing import Final, Literal

from hubwarden_policies.gates.stock_checkov.readers.lenient_json import NotJson, get, parse

Framework = Literal["arm", "bicep", "terraform", "terraform_json", "terraform_plan"]
# Files that say with which values others are deployed, and files that Checkov does not know.
Kind = Framework | Literal["parameters", "variables", "opentofu", "empty"]

_BY_SUFFIX: Final[tuple[tuple[tuple[str, ...], Kind], ...]] = (
    ((".tfvars", ".tfvars.json"), "variables"),
    ((".tofu", ".tofu.json"), "opentofu"),
    ((".tf.json",), "terraform_json"),
    ((".tf",), "terraform"),
    ((".bicepparam",), "parameters"),
    ((".bicep",), "bicep"),
)
_SCHEMA: Final = re.compile(
    r"schema\.management\.azure\.com/[^\"'\s]{0,99}deployment(\w{0,20})\.json", re.IGNORECASE
)
_TEMPLATE: Final = re.compile(r"[\"']?contentVersion[\"']?\s*:", re.IGNORECASE)
_RESOURCES: Final = re.compile(r"[\"']?resources[\"']?\s*:", re.IGNORECASE)
_PLAN: Final = re.compile(r'"(planned_values|resource_changes)"\s*:')
# What a template without the name of one begins with, after comments.
_BEGINS: Final = re.compile(r"(?:\s++|//[^\n]*+\n|/\*(?:[^*]|\*(?!/))*+\*/)*+[{\[]")
# Bytes enough to tell a text.
_HEAD: Final = 4096


def decoded(data: bytes) -> str | None:
    """The text of a file, None where it is none."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    if b"\0" in data[:_HEAD]:
        return None
    return data.decode("utf-8-sig", "replace")


def recognise(name: str, text: str) -> Kind | None:
    """What the file of this name is, None where it deploys nothing."""
    known = next((kind for suffixes, kind in _BY_SUFFIX if name.lower().endswith(suffixes)), None)
    is_json = name.lower().endswith((".json", ".jsonc"))
    if not text.strip():
        return "empty" if known or is_json else None
    if known or not (is_json or _BEGINS.match(text)):
        return known
    schema = _SCHEMA.search(text)
    if schema and schema[1].lower() == "parameters":
        return "parameters"
    if schema:
        return "arm"
    if is_json and _PLAN.search(text) and '"terraform_version"' in text:
        return "terraform_plan"
    # Terraform's own plan begins with its version, which is there where the rest was lost.
    if is_json and '"terraform_version"' in text and '"format_version"' in text:
        return "terraform_plan"
    return "arm" if _is_template(text, is_json=is_json) else None


def _is_template(text: str, *, is_json: bool) -> bool:
    """Whether Azure would take it for a template, or somebody meant it to be one."""
    if not _RESOURCES.search(text):
        return False
    try:
        value = parse(text)
    except NotJson:
        return is_json and bool(_TEMPLATE.search(text))
    resources = get(value, "resources") if isinstance(value, dict) else None
    entries = list(resources.values()) if isinstance(resources, dict) else resources
    if not isinstance(entries, list):
        return bool(_TEMPLATE.search(text)) and resources is not None
    types = [get(entry, "type") for entry in entries if isinstance(entry, dict)]
    return any(isinstance(one, str) and re.match(r"\w+\.[\w.]+/\w", one) for one in types)
