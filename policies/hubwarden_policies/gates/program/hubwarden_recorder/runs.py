"""All runs of one project: the SDK is imported once, and each run is a fork of that process."""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import sys
import time
from importlib import metadata
from typing import Any

_OLDEST = (3, 120)


def main(control: int) -> int:
    """Do the job on standard input; say on the control pipe how each run ended."""
    job = json.load(sys.stdin)
    os.set_inheritable(control, False)

    def say(**event: Any) -> None:
        os.write(control, (json.dumps(event) + "\n").encode())

    # Imported here: what isolates must do so before anything else is loaded.
    from .held import isolation

    try:
        enter = isolation.isolate if job["isolate"] else isolation.observe
        world = enter(job["world"])
    except isolation.IsolationError as error:
        say(event="isolation-failed", reason=str(error))
        return 0
    say(event="isolated", held=world.held, notes=list(world.notes))
    try:
        prepared = _prepare(job)
    except (ImportError, AttributeError) as error:
        say(event="no-sdk", reason=_why_no_sdk(error))
        return 0
    say(event="ready")
    from . import run

    def execute(one: dict[str, Any]) -> None:
        run.execute({**job, **one}, world, *prepared)

    if job["fork"]:
        from . import forks

        forks.run_all(
            job["runs"],
            execute,
            say,
            control=control,
            parallel=job["parallel"],
            timeout=job["timeout"],
        )
        return 0
    for one in job["runs"]:
        began = time.monotonic()
        say(event="started", id=one["id"])
        execute(one)
        say(event="done", id=one["id"], status="ok", seconds=time.monotonic() - began)
    return 0


def _version() -> tuple[int, ...]:
    text = metadata.version("pulumi").split(".")
    return tuple(int(part) for part in text[:2])


def _why_no_sdk(error: Exception) -> str:
    python = f"Python {sys.version.split()[0]} at {sys.prefix}"
    try:
        version = metadata.version("pulumi")
    except metadata.PackageNotFoundError:
        return f"pulumi is not installed in {python}"
    least = ".".join(map(str, _OLDEST))
    return f"pulumi {version} in {python} cannot be used ({error}); at least {least} is needed"


def _prepare(job: dict[str, Any]) -> tuple[Any, list[str]]:
    """Import the SDK and what the program will import of it; change nothing of the program's."""
    # What is imported stays: to look for garbage in it would take a quarter of the time.
    gc.disable()
    import pulumi.runtime  # noqa: F401 (it must be there before anything is wrapped)

    if _version() < _OLDEST:
        raise ImportError("it is too old")
    # `run` with all that it needs: an SDK without the half of it is no SDK.
    from . import failure, frames, run  # noqa: F401
    from .sdk import origins, speed

    # First, so that the calls that `frames` sees are the user's own.
    failure.watch_callbacks()
    frames.install(job["root"])
    found = origins.Origins()
    notes = [*found.missing, *speed.install(job["patches"])]
    for name in job["imports"]:
        # Whatever is wrong with a package, the program's own import of it will tell.
        with contextlib.suppress(Exception):
            module = importlib.import_module(name)
            # azure-native loads a module when a name of it is asked for that begins with a letter.
            getattr(module, "loaded", None)
    # Out of the collector's sight, or each fork would walk and so copy all that is loaded: 50 MB.
    gc.freeze()
    if job["patches"] is not None and "collection" not in job["patches"]:
        gc.enable()
    return found, notes
