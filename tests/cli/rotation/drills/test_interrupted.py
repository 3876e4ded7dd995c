"""Ctrl-C in a terminal while `hubwarden creds drill` is at work, with all of its processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from tests.conftest import COMMAND


def alive(session: int) -> list[str]:
    """The processes of a session; those that have ended and wait to be asked for are none."""
    listed = subprocess.run(
        ["ps", "-e", "-o", "sid=,stat=,args="], capture_output=True, text=True, check=True
    )
    rows = [line.split(None, 2) for line in listed.stdout.splitlines()]
    return [row[2] for row in rows if row[0] == str(session) and not row[1].startswith("Z")]


@pytest.mark.skipif(sys.platform != "linux", reason="needs Linux's ps.")
@pytest.mark.parametrize(
    ("when", "number"),
    [
        ("a double of Azure", signal.SIGINT),
        ("a double of Azure", signal.SIGTERM),
        ("consumers are served", signal.SIGTERM),
        ("staged", signal.SIGINT),
        ("staged", signal.SIGHUP),
    ],
)
def test_it_ends_with_all_that_it_started(
    environ: Mapping[str, str], tmp_path: Path, when: str, number: signal.Signals
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    process = subprocess.Popen(
        [COMMAND, "creds", "drill", "--kills", "3", "--seed", "1"],
        cwd=tmp_path,
        env={**environ, "TMPDIR": str(scratch)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout
    assert any(when in line for line in process.stdout), process.communicate()[1]
    if when != "a double of Azure":
        assert len(alive(process.pid)) > 20, "nothing is left to end"
    if number == signal.SIGINT:
        # A terminal tells the whole group in front.
        os.killpg(process.pid, number)
    else:
        process.send_signal(number)
    _, said = process.communicate(timeout=30)
    assert process.returncode == 130
    assert said == "error: interrupted.\n"
    assert alive(process.pid) == []
    assert list(scratch.iterdir()) == [], "it left something behind"
