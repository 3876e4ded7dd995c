"""What Checkov executes: it finds hubwarden's rules beside this folder and enters them all.

Checkov takes a pack that does not load for one that has nothing to say. So where the rules cannot
be loaded, one check takes their place and fails on every resource that they would have judged.
This module is loaded by every Python that Checkov runs on (3.9); the rules need 3.11.
"""

from __future__ import annotations

import os
import sys
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

POLICIES = str(Path(__file__).resolve().parents[1])


def enter() -> None:
    """Enter every check; a second time in one process does nothing."""
    if POLICIES not in sys.path:
        # At the end, so that nothing of Checkov's own is shadowed.
        sys.path.append(POLICIES)
    try:
        from checkov_pack.hubwarden_checks.checks import enter_all

        enter_all(os.environ, datetime.now(timezone.utc).date())  # noqa: UP017 (not in 3.9)
    except Exception as error:  # noqa: BLE001 (whatever it is, silence would be a pass)
        _refuse(error)


def _refuse(error: Exception) -> None:
    from checkov.arm.base_resource_check import BaseResourceCheck as Template
    from checkov.common.models.enums import CheckCategories, CheckResult
    from checkov.terraform.checks.resource.base_resource_check import BaseResourceCheck as Terraform

    said: dict[str, Any] = {
        "name": (
            f"hubwarden's rules could not be loaded ({type(error).__name__}), so nothing was "
            "judged by them; give Checkov the folder in a whole checkout of hubwarden, and Python "
            "3.11 or newer"
        ),
        "id": "CKV_HUBWARDEN_0",
        "categories": (CheckCategories.GENERAL_SECURITY,),
    }

    class UnloadedTemplate(Template):
        def scan_resource_conf(self, conf: dict[str, object]) -> CheckResult:  # noqa: ARG002
            return CheckResult.FAILED

    class UnloadedTerraform(Terraform):
        def scan_resource_conf(self, conf: dict[str, list[object]]) -> CheckResult:  # noqa: ARG002
            return CheckResult.FAILED

    UnloadedTemplate(supported_resources=("*",), **said)
    UnloadedTerraform(supported_resources=("azurerm_*", "azapi_*"), **said)


enter()
