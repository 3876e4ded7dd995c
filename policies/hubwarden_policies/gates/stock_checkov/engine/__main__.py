"""Holds itself, runs Checkov over one staged folder, and writes all that it did to a file.

Everything is said in that file: whatever Checkov or a check of somebody's prints is nobody's
business.
"""

from __future__ import annotations

import json
import os
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NoReturn

from hubwarden_policies.gates.program.hubwarden_recorder.held import isolation


def main() -> None:
    """Answer one request (`run.py` says what is in it)."""
    asked = json.load(sys.stdin)
    answer = Path(asked["scratch"], "answer.json")
    # Without pip or a network nothing that is missing can come by itself, so it is asked first.
    if find_spec("checkov") is None:
        answer.write_text(json.dumps({"version": None}), encoding="utf-8")
        return
    held = "observed"
    if asked["isolate"]:
        try:
            world = isolation.isolate({**asked, "root": asked["stage"], "read": asked["external"]})
        except isolation.IsolationError as error:
            answer.write_text(json.dumps({"not_held": str(error)}), encoding="utf-8")
            return
        held = world.held
    os.chdir(asked["empty"])
    sys.addaudithook(_offline)

    from hubwarden_policies.gates.stock_checkov.engine.heard import run

    said = run(asked["framework"], asked["folders"], asked["external"], asked["variables"])
    answer.write_text(json.dumps({**said, "held": held}), encoding="utf-8")


def _offline(event: str, arguments: tuple[Any, ...]) -> None:
    """Checkov has no use for another machine; in namespaces there is none to reach either."""
    if event in ("socket.connect", "socket.sendto"):
        address = arguments[1]
        if isinstance(address, tuple):
            _refuse()
    elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
        _refuse()


def _refuse() -> NoReturn:
    raise PermissionError("there is no network for Checkov here")


if __name__ == "__main__":
    main()
