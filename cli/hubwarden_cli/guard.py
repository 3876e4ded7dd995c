"""How a command ends when something stops it: one sentence, and an exit code that means it."""

from __future__ import annotations

import errno
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

FAILED: Final = 70
INTERRUPTED: Final = 130
USAGE: Final = 2
_INTERRUPTION: Final = "interrupted."
_ENDS: Final = (signal.SIGTERM, signal.SIGHUP) if os.name == "posix" else (signal.SIGTERM,)
# Of the machine and no fault of ours: what may not be read or written, a full disk, a limit.
_REFUSED: Final = frozenset(
    {
        *(errno.EACCES, errno.EPERM, errno.EROFS, errno.ELOOP, errno.ENAMETOOLONG),
        *(errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.ESTALE),
        *(errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EAGAIN),
    }
)


class Refusal(Exception):
    """What the user asked for cannot be done; the text is a sentence with a way out."""


def guarded(run: Callable[[], int], environ: Mapping[str, str] = os.environ) -> int:
    """The exit code of `run`, or of what stopped it, which is then said on stderr."""
    try:
        with terminable():
            return run()
    except KeyboardInterrupt:
        complain(_INTERRUPTION)
        return INTERRUPTED
    except SystemExit as end:
        # Typer makes an exit of an interrupt, without a word.
        if end.code == INTERRUPTED:
            complain(_INTERRUPTION)
        raise
    except Refusal as refusal:
        complain(str(refusal))
        return USAGE
    except Exception as error:  # noqa: BLE001 (whatever it was, nobody is shown our traceback)
        code, sentence = _outcome(error)
        complain("\n".join((sentence, *traceback_for(error, environ))))
        return code


@contextmanager
def terminable() -> Iterator[None]:
    """A CI that ends us, or a terminal that is closed, interrupts: what we hold is put away.

    What was told to be ignored (`nohup`) stays so.
    """

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    before = {number: signal.getsignal(number) for number in _ENDS}
    ours = [number for number, what in before.items() if what is signal.SIG_DFL]
    if threading.current_thread() is not threading.main_thread():
        # Which alone is told of signals.
        ours = []
    for number in ours:
        signal.signal(number, interrupt)
    try:
        yield
    finally:
        for number in ours:
            signal.signal(number, signal.SIG_DFL)


def _outcome(error: Exception) -> tuple[int, str]:
    # No command had a better word for it.
    sentence = of_machine(error)
    return (FAILED, fault(error)) if sentence is None else (USAGE, sentence)


def of_machine(error: BaseException) -> str | None:
    """What this machine refuses, as a sentence with a way out; None where the fault is ours."""
    if isinstance(error, MemoryError):
        return "There is not enough memory; give it more, or check less at once."
    if not isinstance(error, OSError):
        return None
    if error.errno == errno.ENOENT and error.filename is None:
        # Only the working folder and the one for scratch files are looked for without a name.
        if _is_nowhere():
            return "The folder that this runs in is gone; change to one that is there."
    elif error.errno not in _REFUSED:
        return None
    what = f"{error.filename} cannot be used" if error.filename else "The machine refuses"
    return f"{what} ({error.strerror}); mend that, and run it again."


def _is_nowhere() -> bool:
    try:
        os.getcwd()  # noqa: PTH109 (a light module, and this one raises what it is asked about)
    except FileNotFoundError:
        return True
    return False


def fault(error: Exception) -> str:
    """What to say of a fault of ours: where it is, and how to report it."""
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    where = f" in {Path(place.tb_frame.f_code.co_filename).name}:{place.tb_lineno}" if place else ""
    return (
        f"hubwarden itself failed ({type(error).__name__}{where}); please report it to the"
        " maintainers with what HUBWARDEN_DEBUG=1 shows, which has no credentials in it."
    )


def traceback_for(error: Exception, environ: Mapping[str, str]) -> tuple[str, ...]:
    """The lines of our traceback, without credentials, where HUBWARDEN_DEBUG asks for them."""
    if not environ.get("HUBWARDEN_DEBUG"):
        return ()
    import traceback

    from hubwarden_cli.secrets import of_environment
    from hubwarden_policies.redact import Redactor

    text = "".join(traceback.format_exception(error))
    return tuple(Redactor(of_environment(environ)).text(text).splitlines())


def complain(sentence: str) -> None:
    """Say what is wrong where it does not mix with a report."""
    from hubwarden_cli.streams import tell

    tell(f"error: {sentence}\n", sys.stderr)
