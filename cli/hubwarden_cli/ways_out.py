"""What to do about what a check found, and cannot or may not judge."""

from __future__ import annotations

from typing import Final

from hubwarden_policies.gates.recognise import Kind

LEAVE_OUT: Final = "name it in `leave_out` of hubwarden.toml"
ALONE: Final = (
    "A state is not read in a run that runs programs, for it holds what they must not see: check "
    "it by itself, and where a folder is walked, name it in `leave_out` of hubwarden.toml."
)
WAYS_OUT: Final[dict[Kind, str]] = {
    "arm-parameters": "name its template, and this file with --parameters",
    "terraform-source": (
        "make a plan and name that: `terraform plan -out tfplan && terraform show -json tfplan > "
        "plan.json`"
    ),
    "terraform-variables": "name the plan that was made with it",
    "terraform-binary": "name what `terraform show -json` makes of it",
}
