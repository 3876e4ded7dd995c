"""What Pulumi writes down: states and previews of this, of another and of no version."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from typing import Any, Final

from tests.corpus.files.bodies import CONNECTION
from tests.corpus.files.case import Case, Expected, case

_case = partial(case, "Pulumi")
_URN: Final = "urn:pulumi:prod::plant::"
_TYPE: Final = "azure-native:iothub:IotHubResource"
HUB: Final[dict[str, Any]] = {
    "urn": f"{_URN}{_TYPE}::openhub",
    "type": _TYPE,
    "custom": True,
    "id": "/subscriptions/x/resourceGroups/g/providers/Microsoft.Devices/IotHubs/openhub",
    "inputs": {
        "resourceGroupName": "g",
        "properties": {"disableLocalAuth": False, "publicNetworkAccess": "Enabled"},
        "sku": {"name": "S1", "capacity": 1},
    },
    "outputs": {"name": "openhub"},
}
_STACK: Final[dict[str, Any]] = {
    "urn": f"{_URN}pulumi:pulumi:Stack::plant-prod",
    "type": "pulumi:pulumi:Stack",
    "custom": False,
}
_DEPLOYMENT: Final = {"manifest": {"time": "2026-01-01T00:00:00Z"}, "resources": [_STACK, HUB]}
STATE: Final = {"version": 3, "deployment": _DEPLOYMENT}
_STEP: Final = {"op": "create", "urn": HUB["urn"], "newState": HUB}
PREVIEW: Final = {"config": {}, "steps": [_STEP], "changeSummary": {"create": 1}}


def cases() -> Iterator[Case]:
    """All of them."""
    for name, state in {
        "a state of version 3": STATE,
        "a state of version 4": {**STATE, "version": 4},
        "a checkpoint": {"version": 3, "checkpoint": {"stack": "prod", "latest": _DEPLOYMENT}},
        "a deployment by itself": _DEPLOYMENT,
    }.items():
        yield _one(name, state)
    for name, state in {
        "a state of version 2": {**STATE, "version": 2},
        "a state of version 99": {**STATE, "version": 99},
        "a version that is a text": {**STATE, "version": "3"},
        "no version": {"deployment": _DEPLOYMENT},
        "resources in an object": _holding({"a": HUB}),
        "null among resources": _holding([None, HUB]),
        "a resource without a type": _holding([{**HUB, "type": None}]),
        "inputs that are a text": _holding([{**HUB, "inputs": "x"}]),
        "a deployment that is a list": {"version": 3, "deployment": [{"manifest": {}}]},
    }.items():
        yield _one(name, state, "refuses")
    yield _one("an empty state", _holding([]), "nothing", 0)
    yield _case("the end is lost", {"state.json": json.dumps(STATE)[:-30]}, 1, "refuses")
    exported = {**_STACK, "outputs": {"link": CONNECTION}}
    yield _one("a credential in an output", _holding([exported, HUB]))
    yield _one("a preview", PREVIEW)
    partly = {**PREVIEW, "changeSummary": {"create": 1, "same": 7}}
    yield _one("a preview of part", partly, "refuses")
    shred = {**PREVIEW, "steps": [{**_STEP, "op": "shred"}]}
    yield _one("a step that nobody knows", shred, "refuses")
    yield _one(
        "a step without a urn", {**PREVIEW, "steps": [{"op": "create", "newState": HUB}]}, "refuses"
    )
    stream = "\n".join(json.dumps({"sequence": n, "preludeEvent": {}}) for n in range(3))
    yield _case("a stream of events", {"preview.json": stream}, 1, "refuses")
    deleted = {"op": "delete", "urn": HUB["urn"], "oldState": HUB}
    yield _one("a hub that goes, with its devices", {**PREVIEW, "steps": [deleted]}, "finds")


def _holding(resources: Any) -> dict[str, Any]:
    return {"version": 3, "deployment": {**_DEPLOYMENT, "resources": resources}}


def _one(name: str, document: Any, expected: Expected = "finds", bad: int = 1) -> Case:
    return _case(name, {"state.json": json.dumps(document, indent=1)}, bad, expected)
