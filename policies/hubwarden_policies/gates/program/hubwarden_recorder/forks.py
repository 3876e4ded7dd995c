"""Makes each run in a fork of this process, several at once, and ends what a run leaves behind."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

_POLL = 0.1  # seconds, for what is late; who ends wakes us
_RUN_DIED = 70


def run_all(
    runs: list[dict[str, Any]],
    execute: Callable[[dict[str, Any]], None],
    say: Callable[..., None],
    *,
    control: int,
    parallel: int,
    timeout: float,
) -> None:
    """Make all runs; say of each how it ended. `timeout` is in seconds, per run.

    A request to leave (SIGTERM) ends the runs first: each is a process group of its own, so that
    nobody else could.
    """
    waiting = list(reversed(runs))
    running: dict[int, tuple[str, float]] = {}
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    # Blocked, it waits for us where a run ends before we wait for it.
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGCHLD])
    try:
        while waiting or running:
            while waiting and len(running) < parallel:
                one = waiting.pop()
                running[_fork(one, execute, control)] = (one["id"], time.monotonic())
            for pid, (name, began) in list(running.items()):
                seconds = time.monotonic() - began
                status = _status(pid, late=seconds > timeout)
                if status is not None:
                    del running[pid]
                    say(event="done", id=name, status=status, seconds=seconds)
            if running and (not waiting or len(running) == parallel):
                signal.sigtimedwait([signal.SIGCHLD], _POLL)
    finally:
        for pid in running:
            _kill(pid)


def _status(pid: int, *, late: bool) -> str | None:
    """How a run ended, None while it goes on. What it started and left behind is ended too."""
    ended, code = os.waitpid(pid, os.WNOHANG)
    if not ended and not late:
        return None
    _kill(pid)
    if not ended:
        os.waitpid(pid, 0)
        return "timeout"
    return "ok" if os.WIFEXITED(code) and os.WEXITSTATUS(code) == 0 else "died"


def _kill(group: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)


def _fork(one: dict[str, Any], execute: Callable[[dict[str, Any]], None], control: int) -> int:
    pid = os.fork()
    if pid:
        # Set on both sides: whichever comes first, a kill finds the group.
        with contextlib.suppress(OSError):
            os.setpgid(pid, pid)
        return pid
    code = _RUN_DIED
    try:
        os.setpgid(0, 0)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGCHLD])
        # The program must not speak in our name.
        os.close(control)
        execute(one)
        code = 0
    finally:
        os._exit(code)
