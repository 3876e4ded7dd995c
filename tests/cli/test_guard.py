"""Whatever stops a command is one sentence on stderr and an exit code."""

from __future__ import annotations

import errno
import signal
from typing import NoReturn

import pytest

from hubwarden_cli.guard import Refusal, guarded, terminable

KEY = "Q2x" + "planted" * 5 + "Zm8v9="  # planted


def stops(error: BaseException) -> NoReturn:
    raise error


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (Refusal("There is no x; name y."), 2, "error: There is no x; name y.\n"),
        (KeyboardInterrupt(), 130, "error: interrupted.\n"),
        (
            PermissionError(errno.EACCES, "Permission denied", "runs/a"),
            2,
            "error: runs/a cannot be used (Permission denied); mend that, and run it again.\n",
        ),
        (
            OSError(errno.ENOSPC, "No space left on device"),
            2,
            "error: The machine refuses (No space left on device); mend that, and run it again.\n",
        ),
        (
            OSError(errno.EFBIG, "File too large"),
            2,
            "error: The machine refuses (File too large); mend that, and run it again.\n",
        ),
        (
            OSError(errno.EMFILE, "Too many open files", "/tmp/x"),
            2,
            "error: /tmp/x cannot be used (Too many open files); mend that, and run it again.\n",
        ),
        (
            FileNotFoundError(errno.ENOENT, "No temporary directory"),
            2,
            "error: The machine refuses (No temporary directory); mend that, and run it again.\n",
        ),
        (
            MemoryError(),
            2,
            "error: There is not enough memory; give it more, or check less at once.\n",
        ),
    ],
)
def test_a_reason_has_its_code(
    error: BaseException, code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert guarded(lambda: stops(error), {}) == code
    assert capsys.readouterr() == ("", said)


def test_a_fault_of_ours_names_its_place_and_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    assert guarded(lambda: stops(ValueError(KEY)), {}) == 70
    said = capsys.readouterr().err
    assert "ValueError in test_guard.py:" in said
    assert "HUBWARDEN_DEBUG=1" in said
    assert "Traceback" not in said
    assert KEY not in said
    assert said.count("\n") == 1


def test_debug_shows_all_of_it_but_credentials(capsys: pytest.CaptureFixture[str]) -> None:
    environ = {"HUBWARDEN_DEBUG": "1", "DB_PASSWORD": "hunter2-planted"}
    assert guarded(lambda: stops(ValueError(f"{KEY} hunter2-planted")), environ) == 70
    said = capsys.readouterr().err
    assert "Traceback (most recent call last)" in said
    assert "base64 key, 44 characters" in said
    assert KEY not in said
    assert "hunter2" not in said


def test_what_ends_well_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert guarded(lambda: 3, {}) == 3
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_who_is_ended_is_interrupted(
    number: signal.Signals, capsys: pytest.CaptureFixture[str]
) -> None:
    before = signal.getsignal(number)
    assert guarded(lambda: stops_itself(number), {}) == 130
    assert capsys.readouterr() == ("", "error: interrupted.\n")
    assert signal.getsignal(number) == before


def stops_itself(number: signal.Signals) -> NoReturn:
    signal.raise_signal(number)
    raise AssertionError("nothing happened")


def test_what_is_ignored_stays_so() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with terminable():
            signal.raise_signal(signal.SIGHUP)
    finally:
        signal.signal(signal.SIGHUP, before)
