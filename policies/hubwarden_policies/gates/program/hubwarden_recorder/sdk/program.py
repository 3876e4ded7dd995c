"""Runs the program as `pulumi-language-python-exec` does (source: sdk/python/cmd of Pulumi)."""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import gc
import inspect
import logging
import os
import runpy
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from .. import failure
from .features import PARALLEL

if TYPE_CHECKING:
    from ..journal import Journal


def run(job: dict[str, Any], monitor: Any, engine: Any, journal: Journal) -> None:
    """Run it to its end; whatever it raises, in whatever thread or task, is in the journal then."""
    import pulumi.runtime

    pulumi.runtime.set_all_config(job["strings"], job["secretKeys"])
    pulumi.runtime.configure(
        pulumi.runtime.Settings(
            monitor=monitor,
            engine=engine,
            project=job["project"],
            stack=job["stack"],
            parallel=PARALLEL,
            dry_run=True,
            organization=job["organization"],
            **({"root_directory": job["root"]} if _knows_root() else {}),
        )
    )
    program: str = job["main"]
    folder = program if os.path.isdir(program) else os.path.dirname(program)
    os.chdir(folder)
    sys.argv = [program]
    # As `runpy` and the real executor have it: the program's own folder comes first.
    sys.path.insert(0, folder)
    # What was registered before the fork is for the end of who forked, but for this.
    atexit._clear()
    atexit.register(logging.shutdown)
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    pool = ThreadPoolExecutor(max_workers=PARALLEL * 4)
    loop.set_default_executor(pool)
    loop.set_exception_handler(lambda _loop, context: _task_failed(journal, context))
    threading.excepthook = lambda args: _thread_died(journal, args)
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)
    try:
        loop.run_until_complete(pulumi.runtime.run_in_stack(lambda: _main(program)))
        if not journal.shut_down:
            journal.shut_down = journal.stack_registered
    except BaseException as error:  # noqa: BLE001 (SystemExit and KeyboardInterrupt are failures too)
        journal.fail(failure.describe(error))
    finally:
        _close(loop, pool)


def _main(program: str) -> None:
    path = os.path.join(program, "__main__.py") if os.path.isdir(program) else program
    runpy.run_path(path, run_name="__main__")


def _close(loop: Any, pool: ThreadPoolExecutor) -> None:
    pending = asyncio.all_tasks(loop)
    for task in pending:
        task.cancel()
    if pending:
        loop.run_until_complete(asyncio.gather(*pending, return_exceptions=True))
    pool.shutdown(wait=False)
    # As the interpreter ends: the workers of the program's own pools wait for this first.
    for leave in reversed(getattr(threading, "_threading_atexits", ())):
        with contextlib.suppress(Exception):
            leave()
    ours = (threading.current_thread(), *getattr(pool, "_threads", ()))
    for thread in threading.enumerate():
        if thread not in ours and not thread.daemon:
            thread.join()
    # A task that raised and that nobody awaited tells so when it is collected.
    gc.collect()
    # It prints what they raise itself; older versions raise it as well.
    with contextlib.suppress(BaseException):
        atexit._run_exitfuncs()


def _task_failed(journal: Journal, context: dict[str, Any]) -> None:
    error = context.get("exception")
    if error is not None and not isinstance(error, asyncio.CancelledError):
        journal.fail(failure.describe(error))


def _thread_died(journal: Journal, args: Any) -> None:
    if not issubclass(args.exc_type, SystemExit) and args.exc_value is not None:
        journal.fail(failure.describe(args.exc_value, "thread"))


def _knows_root() -> bool:
    import pulumi.runtime

    return "root_directory" in inspect.signature(pulumi.runtime.Settings.__init__).parameters
