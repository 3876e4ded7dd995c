"""What a file is, by its content: a name alone proves nothing, and a broken file is still one.

Recognising asks for less than reading: a template that lost its last line, or has a comment too
many, is a template that cannot be read, and not a file that is none of ours.
"""

from __future__ import annotations

import codecs
import re
from pathlib import Path
from typing import Final, Literal

Kind = Literal[
    "arm", "arm-parameters", "bicep", "bicep-parameters",
    "terraform-plan", "terraform-source", "terraform-variables", "terraform-binary",
    "pulumi-state", "pulumi-preview",
]  # fmt: skip

TITLES: Final[dict[Kind, str]] = {
    "arm": "ARM template",
    "arm-parameters": "parameters file",
    "bicep": "Bicep file",
    "bicep-parameters": "Bicep parameters file",
    "terraform-plan": "Terraform plan",
    "terraform-source": "Terraform source",
    "terraform-variables": "file of Terraform's variables",
    "terraform-binary": "Terraform plan in its binary form",
    "pulumi-state": "Pulumi state",
    "pulumi-preview": "Pulumi preview",
}

_SUFFIXES: Final[tuple[tuple[tuple[str, ...], Kind], ...]] = (
    ((".bicep",), "bicep"),
    ((".bicepparam",), "bicep-parameters"),
    ((".tf", ".tf.json", ".tofu", ".tofu.json"), "terraform-source"),
    ((".tfvars", ".tfvars.json"), "terraform-variables"),
)
_JSON: Final = (".json", ".jsonc")
# What JSON can begin with, comments included, behind what may stand before it in any encoding.
_OPENINGS: Final = (b"{", b"[", b"/")
_BEFORE: Final = b"\xef\xbb\xbf\xff\xfe \t\r\n\0"
# Behind comments, what no page that begins with a link and no text with `{{` has.
_BEGINS: Final = re.compile(
    r"""\ufeff?(?:\s++|//[^\n]*+\n|/\*(?:[^*]|\*(?!/))*+\*/)*+"""
    r"""(?:\{\s*+["'}/$\w]|\[\s*+["'/{}\[\]])"""
)
# Azure takes names without quotes, and with single ones.
_SCHEMA: Final = re.compile(
    r"""\$schema["']?\s*:\s*["'][^"']*deployment(Template|Parameters)\.json""", re.IGNORECASE
)


def _keys(*names: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(rf'"{re.escape(name)}"\s*:', re.IGNORECASE) for name in names)


def _names(*names: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(rf"""(?<!\w)["']?{name}["']?\s*:""", re.IGNORECASE) for name in names)


_TYPE: Final = re.compile(r"""(?<!\w)type["']?\s*:\s*["']\w+(?:\.\w+)+/\w""", re.IGNORECASE)
# In this order; every one of a row must be there.
_MARKS: Final[tuple[tuple[Kind, tuple[re.Pattern[str], ...]], ...]] = (
    ("terraform-plan", _keys("format_version", "terraform_version")),
    ("terraform-plan", _keys("planned_values")),
    ("terraform-plan", _keys("resource_changes")),
    ("pulumi-state", _keys("deployment", "manifest")),
    ("pulumi-state", _keys("checkpoint", "latest")),
    ("pulumi-preview", _keys("steps", "op", "urn")),
    ("pulumi-preview", (re.compile(r'"(?:resourcePreEvent|preludeEvent|resOutputsEvent)"'),)),
    ("pulumi-state", _keys("manifest", "resources", "urn")),
    ("arm", _names("contentVersion", "resources")),
    ("arm", (*_names("resources"), _TYPE)),
    ("arm-parameters", _names("contentVersion", "parameters")),
)


def recognise(path: Path, raw: bytes) -> Kind | None:
    """The kind of this file, None for one that is nothing of ours."""
    name = path.name.lower()
    known = next((kind for suffixes, kind in _SUFFIXES if name.endswith(suffixes)), None)
    if known is not None:
        return known
    if raw.startswith(b"PK\x03\x04"):
        return "terraform-binary" if b"tfplan" in raw[:200] else None
    named = name.endswith(_JSON)
    if not (named or may_be_json(raw)):
        return None
    text = decoded(raw)
    if not (named or _BEGINS.match(text)):
        return None
    schema = _SCHEMA.search(text)
    if schema:
        return "arm" if schema[1].lower() == "template" else "arm-parameters"
    return next((kind for kind, marks in _MARKS if all(m.search(text) for m in marks)), None)


def may_be_json(beginning: bytes) -> bool:
    """Whether a file that begins so can be JSON; also where only blanks are seen of it yet."""
    first = beginning.lstrip(_BEFORE)[:1]
    return not first or first in _OPENINGS


def decoded(raw: bytes) -> str:
    """The text, whatever its bytes; what is no text at all comes out as nothing that we know."""
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return raw.decode("utf-16", errors="replace")
    return raw.decode("utf-8", errors="replace")
