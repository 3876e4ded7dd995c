"""The program gate's imitation of azure-native and the provider's double are one and the same."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.engine.test_engine import steps
from tests.policies.gates.program.running import recorded

from hubwarden_policies.model import UNKNOWN, Secret

if TYPE_CHECKING:
    from tests.engine.deploying import Engine

# As the engine writes a value that nobody knows yet.
SENTINEL = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"


def written(value: Any) -> Any:
    """A recorded value as the engine writes it into its plan."""
    if isinstance(value, Secret):
        return "[secret]"
    if isinstance(value, dict):
        return {name: written(item) for name, item in value.items()}
    if isinstance(value, list):
        return [written(item) for item in value]
    return SENTINEL if value is UNKNOWN else value


def test_a_first_preview_has_the_same_inputs(engine: Engine, copied: Callable[[str], Path]) -> None:
    project = copied("examples/leaky")
    seen = {
        f"{each.type} {each.name}": written(dict(each.inputs))
        for each in recorded(project, "preview").resources
        if each.type.startswith("azure-native:")
    }
    planned = {
        name: {key: value for key, value in step["newState"]["inputs"].items() if key[:2] != "__"}
        for name, step in steps(engine.deployment(project)).items()
        if name.startswith("azure-native:")
    }
    assert len(planned) == 5
    assert planned == seen
