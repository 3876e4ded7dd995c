"""All runs of one project: the SDK is imported once, and each run is a fork of that process."""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import signal
import sys
import time
from importlib import metadata
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

_POLL = 0.01  # seconds
_RUN_DIED = 70
_OLDEST = (3, 100)


def main(control: int) -> int:
    """Do the job on standard input; say on the control pipe how each run ended."""
    job = json.load(sys.stdin)
    os.set_inheritable(control, False)

    def say(**event: Any) -> None:
        os.write(control, (json.dumps(event) + "\n").encode())

    # Imported here: what isolates must do so before anything else is loaded.
    from . import isolation

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

    if not job["fork"]:
        for one in job["runs"]:
            say(event="started", id=one["id"])
            execute(one)
            say(event="done", id=one["id"], status="ok")
        return 0
    _fork_all(job, execute, say)
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
    import pulumi.runtime  # noqa: F401 (it must be there before anything is wrapped)

    if _version() < _OLDEST:
        raise ImportError("it is too old")
    from . import failure, frames, origins, speed

    frames.install(job["root"])
    failure.watch_callbacks()
    found = origins.Origins()
    notes = [*found.missing, *speed.install(job["patches"])]
    for name in job["imports"]:
        # Whatever is wrong with a package, the program's own import of it will tell.
        with contextlib.suppress(Exception):
            module = importlib.import_module(name)
            # azure-native loads a module when its first attribute is asked for.
            getattr(module, "__path__", None)
    if hasattr(gc, "freeze"):
        gc.collect()
        gc.freeze()
    return found, notes


def _fork_all(job: dict[str, Any], execute: Callable[..., None], say: Callable[..., None]) -> None:
    waiting = list(reversed(job["runs"]))
    running: dict[int, tuple[str, float]] = {}
    while waiting or running:
        while waiting and len(running) < job["parallel"]:
            one = waiting.pop()
            running[_fork(one, execute)] = (one["id"], time.monotonic())
        for pid, (name, began) in list(running.items()):
            seconds = time.monotonic() - began
            ended, status = os.waitpid(pid, os.WNOHANG)
            if ended:
                ok = os.WIFEXITED(status) and os.WEXITSTATUS(status) == 0
                say(event="done", id=name, status="ok" if ok else "died", seconds=seconds)
            elif seconds > job["timeout"]:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(pid, signal.SIGKILL)
                os.waitpid(pid, 0)
                say(event="done", id=name, status="timeout", seconds=seconds)
            else:
                continue
            del running[pid]
        time.sleep(_POLL)


def _fork(one: dict[str, Any], execute: Callable[..., None]) -> int:
    pid = os.fork()
    if pid:
        # Set on both sides: whichever comes first, a kill finds the group.
        with contextlib.suppress(OSError):
            os.setpgid(pid, pid)
        return pid
    code = _RUN_DIED
    try:
        os.setpgid(0, 0)
        execute(one)
        code = 0
    finally:
        os._exit(code)
