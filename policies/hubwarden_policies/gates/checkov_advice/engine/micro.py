"""Checkov's check classes on a registry of ours.

Importing Checkov the usual way takes seconds: the registry brings the runners, the graph, Bicep
and Terraform. A check class needs none of them, so empty packages and small registries stand in
for what the classes import. They must never meet a real Checkov in one process.
"""

from __future__ import annotations

import importlib
import logging
import sys
from collections import defaultdict
from collections.abc import Iterable
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any, Final

_CHECKS: Final = "checkov.arm.checks.resource"
# Packages whose own module imports everything below it.
_EMPTY: Final = (
    *("checkov.arm", "checkov.arm.checks", _CHECKS),
    *("checkov.bicep", "checkov.bicep.checks", "checkov.bicep.checks.resource"),
    "checkov.terraform",
)


class Registry:
    """What check classes enter themselves into."""

    # Where Checkov's runners leave what they read; some checks look there.
    definitions_raw = None
    graph = None

    def __init__(self) -> None:
        self._checks: dict[str, list[tuple[str, Any]]] = defaultdict(list)

    def register(self, check: Any) -> None:
        """Called by every check as it is made."""
        for arm_type in check.supported_entities:
            self._checks[arm_type.lower()].append((arm_type, check))

    def checks(self, arm_type: str) -> list[tuple[str, Any]]:
        """The checks of this type with the type as they spell it: ARM does not mind the case."""
        return self._checks.get(arm_type.lower(), [])


def version() -> str | None:
    """The version of Checkov here, None where there is none."""
    if _folder() is None:
        return None
    return str(importlib.import_module("checkov.version").version)


def load(modules: Iterable[str]) -> tuple[Registry, dict[str, str]]:
    """The checks in these modules of Checkov's, and what broke in those that did not load."""
    logging.disable(logging.CRITICAL)
    registry, broken = Registry(), {}
    _stand_in(registry)
    for name in modules:
        try:
            importlib.import_module(f"{_CHECKS}.{name}")
        except Exception as error:  # noqa: BLE001 (whatever it is, the other checks still count)
            broken[name] = type(error).__name__
    return registry, broken


def _folder() -> Path | None:
    spec = find_spec("checkov")
    places = spec and spec.submodule_search_locations
    return Path(places[0]) if places else None


def _stand_in(registry: Registry) -> None:
    folder = _folder()
    assert folder is not None  # noqa: S101 (`version` was asked first)
    for name in _EMPTY:
        package = _module(name)
        package.__path__ = [str(folder.joinpath(*name.split(".")[1:]))]
        package.__spec__ = ModuleSpec(name, None, is_package=True)
    nobody = Registry()
    _module("checkov.arm.registry", arm_resource_registry=registry, arm_parameter_registry=nobody)
    _module("checkov.bicep.checks.resource.registry", registry=nobody)
    _module(
        "checkov.common.resource_code_logger_filter",
        add_resource_code_filter_to_logger=lambda *_logger: None,
    )


def _module(name: str, **content: Any) -> ModuleType:
    module = ModuleType(name)
    vars(module).update(content)
    sys.modules[name] = module
    return module
