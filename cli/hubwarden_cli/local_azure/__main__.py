"""The double as a process of its own, which outlives a runner that is killed.

It reads a scenario (JSON) from its input and prints one line of JSON: port, ports of the vaults,
the file to trust. It ends with SIGTERM or SIGINT, or when the process that started it is gone.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import tempfile
import time
from pathlib import Path

from pydantic import ValidationError

from .local import LocalAzure
from .scenario import Scenario


def main() -> int:
    """The exit code: 2 where the scenario is none."""
    try:
        scenario = Scenario.model_validate_json(sys.stdin.read() or "{}")
    except ValidationError as error:
        # Only where it is wrong: pydantic's own text repeats what was given.
        places = [".".join(map(str, wrong["loc"])) for wrong in error.errors()]
        sys.stderr.write(f"The scenario is wrong at {', '.join(places)}: see scenario.py.\n")
        return 2
    parent = os.getppid()
    told: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda number, _: told.append(number))
    with (
        tempfile.TemporaryDirectory() as folder,
        LocalAzure(scenario.seed, scenario.behaviour, folder=Path(folder)) as azure,
    ):
        scenario.fill(azure)
        where = azure.endpoints()
        said = {"port": where.port, "vaults": dict(where.vaults), "ca": where.ca}
        try:
            sys.stdout.write(json.dumps(said) + "\n")
            sys.stdout.flush()
        except BrokenPipeError:
            return 0  # who asked is gone
        while not told and os.getppid() == parent:
            time.sleep(0.1)
    return 0


if __name__ == "__main__":
    sys.exit(main())
