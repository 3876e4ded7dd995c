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
    "terraform-plan", "terraform-source", "terraform-binary", "pulumi-state", "pulumi-preview",
]  # fmt: skip

TITLES: Final[dict[Kind, str]] = {
    "arm": "ARM template",
    "arm-parameters": "parameters file",
    "bicep": "Bicep file",
    "bicep-parameters": "Bicep parameters file",
    "terraform-plan": "Terraform plan",
    "terraform-source": "Terraform source",
    "terraform-binary": "Terraform plan in its binary form",
    "pulumi-state": "Pulumi state",
    "pulumi-preview": "Pulumi preview",
}

_SUFFIXES: Final[dict[str, Kind]] = {
    ".bicep": "bicep",
    ".bicepparam": "bicep-parameters",
    ".tf": "terraform-source",
    ".tofu": "terraform-source",
}
# What JSON can begin with, comments included.
_OPENINGS: Final = ("{", "[", "/")
_SCHEMA: Final = re.compile(
    r'"\$schema"\s*:\s*"[^"]*deployment(Template|Parameters)\.json', re.IGNORECASE
)


def _keys(*names: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(rf'"{re.escape(name)}"\s*:', re.IGNORECASE) for name in names)


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
    ("arm", _keys("contentVersion", "resources")),
    ("arm", (*_keys("resources"), re.compile(r'"type"\s*:\s*"Microsoft\.', re.IGNORECASE))),
    ("arm-parameters", _keys("contentVersion", "parameters")),
)


def recognise(path: Path, raw: bytes) -> Kind | None:
    """The kind of this file, None for one that is nothing of ours."""
    suffix = path.suffix.lower()
    if suffix in _SUFFIXES:
        return _SUFFIXES[suffix]
    if path.name.lower().endswith((".tf.json", ".tofu.json")):
        return "terraform-source"
    if raw.startswith(b"PK\x03\x04"):
        return "terraform-binary" if b"tfplan" in raw[:200] else None
    text = decoded(raw)
    if not text.lstrip("\ufeff \t\r\n").startswith(_OPENINGS):
        return None
    schema = _SCHEMA.search(text)
    if schema:
        return "arm" if schema[1].lower() == "template" else "arm-parameters"
    return next((kind for kind, marks in _MARKS if all(m.search(text) for m in marks)), None)


def decoded(raw: bytes) -> str:
    """The text, whatever its bytes; what is no text at all comes out as nothing that we know."""
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return raw.decode("utf-16", errors="replace")
    return raw.decode("utf-8", errors="replace")
