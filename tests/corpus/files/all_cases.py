"""All cases, in the order of their groups."""

from __future__ import annotations

from typing import Final

from tests.corpus.files import arm, bicep, more_arm, places, states, terraform

CASES: Final = tuple(
    sorted(
        (
            one
            for module in (arm, bicep, terraform, more_arm, states, places)
            for one in module.cases()
        ),
        key=lambda one: (
            ("ARM", "Bicep", "Terraform").index(one.group)
            if one.group in ("ARM", "Bicep", "Terraform")
            else 3
        ),
    )
)
# The groups whose situations stock Checkov was first tried on, and how many of each.
FIRST: Final = {"ARM": 103, "Bicep": 52, "Terraform": 32, "Terraform plan": 2}
