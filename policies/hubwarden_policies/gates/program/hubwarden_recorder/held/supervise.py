"""The two processes around an isolated program: one outside, and process 1 inside.

Outside, the process that was started waits and passes the exit code on. Inside, process 1 reaps
whatever the program leaves behind and ends when the program ends; with it the kernel ends every
other process of the namespace, daemons too. Both are killed with whoever started them.
"""

from __future__ import annotations

import contextlib
import os
import signal
from typing import NoReturn

from . import kernel


def enter() -> None:
    """Return in process 1 of the PID namespace that was unshared; the caller stays outside."""
    parent, null = os.getppid(), os.open(os.devnull, os.O_RDWR)
    first = os.fork()
    if first:
        try:
            _wait_outside(first, parent, null)
        finally:
            os._exit(70)  # nothing may run on outside
    os.close(null)
    kernel.die_with_parent()
    # Out of the process group: kill(0, …) reaches a group's members in outer namespaces too.
    os.setsid()


def step_down() -> None:
    """Return in a child of process 1, which itself only reaps from here on."""
    kernel.die_with_parent()  # giving up capabilities may have cleared it
    null = os.open(os.devnull, os.O_RDWR)
    child = os.fork()
    if child:
        try:
            _reap(child, null)
        finally:
            os._exit(70)
    os.close(null)


def _reap(child: int, null: int) -> NoReturn:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        # The kernel shields process 1 from every signal without a handler.
        signal.signal(number, signal.SIG_DFL)
    _close_all(null)
    while True:
        ended, status = os.wait()
        if ended == child:
            os._exit(_exit_code(status))


def _wait_outside(first: int, parent: int, null: int) -> NoReturn:
    stopped = 0

    def stop(number: int, _frame: object) -> None:
        nonlocal stopped
        if number == signal.SIGALRM and os.getppid() == parent:
            return
        stopped = stopped or number
        with contextlib.suppress(ProcessLookupError):
            os.kill(first, signal.SIGKILL)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGALRM):
        signal.signal(number, stop)
    # The parent's death signal would come too when only the thread that started us ends.
    signal.setitimer(signal.ITIMER_REAL, 1.0, 1.0)
    _close_all(null)
    _, status = os.waitpid(first, 0)
    os._exit(128 + stopped if stopped else _exit_code(status))


def _exit_code(status: int) -> int:
    return 128 + os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)


def _close_all(null: int) -> None:
    """Let go of pipes, so that their readers see the end when the program ends."""
    for standard in (0, 1, 2):
        os.dup2(null, standard)
    os.closerange(3, 4096)  # the real limit may be a thousand million
