"""Which of Checkov's frameworks reads a file, by what it is."""

from __future__ import annotations

from pathlib import Path
from typing import Final, Literal

from hubwarden_policies.gates import recognise

Framework = Literal["arm", "bicep", "terraform", "terraform_json", "terraform_plan"]
# Files that say with which values others are deployed, and files that Checkov does not know.
Kind = Framework | Literal["parameters", "variables", "opentofu", "empty"]

# What Pulumi writes, and a plan that is no text, Checkov has no framework for.
_KINDS: Final[dict[recognise.Kind, Kind]] = {
    "arm": "arm",
    "arm-parameters": "parameters",
    "bicep": "bicep",
    "bicep-parameters": "parameters",
    "terraform-plan": "terraform_plan",
    "terraform-source": "terraform",
    "terraform-variables": "variables",
}


def kind_of(path: Path, data: bytes, text: str) -> Kind | None:
    """What the file is to Checkov, None where that has nothing to do with it."""
    found = recognise.recognise(path, data)
    name = path.name.lower()
    if not text.strip():
        return "empty" if found or name.endswith((".json", ".jsonc")) else None
    if found == "terraform-source" and name.endswith((".tofu", ".tofu.json")):
        return "opentofu"
    if found == "terraform-source" and name.endswith(".json"):
        return "terraform_json"
    return None if found is None else _KINDS.get(found)
