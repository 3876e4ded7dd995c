"""The check that fails where Checkov says nothing of a template's resources, or drops what it has.

Checkov asks about the parameters of such a template all the same, and after its resources.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from checkov.arm.base_parameter_check import BaseParameterCheck
from checkov.common.bridgecrew.severities import Severities
from checkov.common.models.enums import CheckCategories, CheckResult

from checkov_pack.hubwarden_checks.ids import PREFIX
from hubwarden_policies.gates.arm.template.keys import get
from hubwarden_policies.gates.arm.text import read

NAME: Final = "Checkov does not report on this template"
_SYMBOLIC: Final = (
    "it overlooks resources with symbolic names (languageVersion 2.0); judge it with "
    "`hubwarden check`"
)
_DROPPED: Final = (
    "a check failed on a resource whose name is computed, and Checkov drops that from its report; "
    "judge it with `hubwarden check`"
)
# Checkov drops failures of resources in whose names it sees one of them
# (checkov/arm/utils.py, filter_failed_checks_with_unrendered_resources).
_COMPUTED: Final = ("toLower(", "trim(", "join(", "split(", "substring(")


def is_dropped(name: str) -> bool:
    """Whether Checkov drops what fails on a resource of this name."""
    return any(function in name for function in _COMPUTED)


class Overlooked(BaseParameterCheck):
    """Fails on the parameters of such a template. `dropped` are the files with failures lost."""

    def __init__(self, pages: str, dropped: Container[str]) -> None:
        super().__init__(
            name=NAME,
            id=f"{PREFIX}0",
            categories=(CheckCategories.GENERAL_SECURITY,),
            supported_resources=("*",),
            guideline=f"{pages}#limits",
        )
        self._dropped = dropped
        setattr(self, "severity", Severities["CRITICAL"])  # noqa: B010 (typed as None)

    def scan_resource_conf(self, conf: dict[str, Any]) -> CheckResult:  # noqa: ARG002
        """Whether the template of this parameter is one; never raises, for that is silence."""
        named = self.entity_path.partition(f":{self.entity_type}:")[0]
        try:
            file = Path(named).absolute()
            why = "" if _lists_its_resources(file, file.stat().st_mtime_ns) else _SYMBOLIC
        except Exception as error:  # noqa: BLE001 (Checkov would take it for nothing to say)
            why = f"hubwarden could not read it ({type(error).__name__})"
        why = why or (_DROPPED if named in self._dropped else "")
        self.name = f"{NAME} ({why})" if why else NAME
        return CheckResult.FAILED if why else CheckResult.UNKNOWN


@lru_cache(maxsize=64)
def _lists_its_resources(file: Path, _changed: int) -> bool:
    return _lists(read(file.read_bytes()).value)


def _lists(template: Any) -> bool:
    """Whether a template and all that are nested in it do."""
    if not isinstance(template, Mapping):
        return False
    resources = get(template, "resources")
    if isinstance(resources, Mapping):
        return False
    for one in resources if isinstance(resources, list) else ():
        properties = get(one, "properties") if isinstance(one, Mapping) else None
        inner = get(properties, "template") if isinstance(properties, Mapping) else None
        if isinstance(inner, Mapping) and not _lists(inner):
            return False
    return True
