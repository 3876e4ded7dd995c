"""Loads the checks named on the command line, reads resources, writes what the checks say.

The texts that it writes are Checkov's own, types of errors and types of ARM: never a value of a
resource.
"""

from __future__ import annotations

import gc
import json
import sys
from collections.abc import Iterator, Mapping
from typing import Any, NoReturn

from hubwarden_policies.gates.checkov_advice.engine import micro
from hubwarden_policies.gates.checkov_advice.engine.values import NotKnown, decided, revive


def main(wanted: str, *modules: str) -> None:
    """Answer one request with Checkov `wanted`; with another version only say which it is."""
    sys.addaudithook(_offline)
    # It lives for less than a second, and loading makes nothing that could be collected.
    gc.disable()
    found = micro.version()
    answer: dict[str, Any] = {"version": found}
    if found == wanted:
        registry, broken = micro.load(modules)
        resources = json.load(sys.stdin)
        said = [list(_opinions(registry, resource)) for resource in resources]
        answer |= {"broken": broken, "opinions": said}
    json.dump(answer, sys.stdout)


def _opinions(registry: micro.Registry, resource: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for arm_type, check in registry.checks(resource["type"]):
        verdict, error = _verdict(check, arm_type, resource)
        yield {"check": check.id, "name": check.name, "verdict": verdict, "error": error}


def _verdict(check: Any, arm_type: str, resource: Mapping[str, Any]) -> tuple[str, str | None]:
    # A fresh body for each check: what one writes into it is no other one's business.
    body = revive({**resource["body"], "type": arm_type}, resource["unknown"])
    try:
        answer = decided(lambda: check.scan_entity_conf(body, arm_type))
    except NotKnown:
        return "undecided", None
    except Exception as error:  # noqa: BLE001 (Checkov's checks are not ours, and say so one by one)
        return "error", type(error).__name__
    # Some answer with the configuration at fault beside the verdict.
    verdict = answer[0] if isinstance(answer, tuple) else answer
    return {"PASSED": "passed", "FAILED": "failed"}.get(verdict.value, "undecided"), None


def _offline(event: str, _arguments: object) -> None:
    """Nothing that a check does needs another machine or another program."""
    if event.startswith(("socket.", "subprocess.", "os.system", "os.exec", "os.posix_spawn")):
        _refuse(event)


def _refuse(event: str) -> NoReturn:
    raise PermissionError(f"a check of Checkov's has no use for {event}")


if __name__ == "__main__":
    main(*sys.argv[1:])
