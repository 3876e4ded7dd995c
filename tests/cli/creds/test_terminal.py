"""Terminals, pipes and closed ends: what is shown differs, what is done does not."""

from __future__ import annotations

import io
import json
import os
import pty
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import pytest
from tests.cli.creds.outside import access
from tests.cli.creds.place import PROGRAM, SERVICE, Place
from tests.cli.furnished import furnish
from tests.conftest import COMMAND

from hubwarden_cli.azure.key import Key
from hubwarden_cli.creds.saying import say
from hubwarden_cli.local_azure.behaviour import Behaviour
from hubwarden_cli.local_azure.local import LocalAzure
from hubwarden_cli.rotation.value import connection_string

# Colours, or whatever else a terminal takes for an order.
ORDER: Final = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
BASH: Final = ("bash", "-o", "pipefail", "-c")
STEPS: Final = ("stage", "set-key", "prove", "publish", "retire", "tidy", "done")


@dataclass
class Shell:
    """A place whose commands are processes."""

    place: Place
    environ: dict[str, str]

    def argv(self, *words: str) -> list[str]:
        where = asdict(self.place.azure.endpoints())
        del where["cloud"]
        command, *rest = words
        consumers = str(self.place.folder / "consumers.toml")
        given = json.dumps({"where": where, "who": PROGRAM})
        module = [sys.executable, "-m", "tests.cli.creds.outside"]
        return [*module, given, command, *rest, "--consumers", consumers]

    def shell(self, line: str) -> subprocess.CompletedProcess[str]:
        """A line of bash in which "$@" is `creds apply PLAN`."""
        words = self.argv("apply", self.planned(), "--wait", "1m")
        return subprocess.run(
            [*BASH, line, "bash", *words],
            env=self.environ,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def planned(self) -> str:
        return self.place.planned("--all")

    def rotated(self, before: tuple[str, str]) -> bool:
        keys = self.place.keys()
        return set(before).isdisjoint(keys) and keys[0] in self.place.current()


@pytest.fixture
def shell(tmp_path: Path, environ: dict[str, str]) -> Iterator[Shell]:
    with LocalAzure(behaviour=Behaviour(lro_seconds=0.1)) as azure:
        furnish(azure)
        place = Place(azure, tmp_path)
        where = azure.endpoints()
        place.change = lambda _: access(vars(where), PROGRAM)
        place.declare(re.sub(r'cache = "\d+h"', 'cache = "1s"', SERVICE))
        # As somebody put it there once: adopted without a grace.
        key = Key(place.keys()[0])
        value = connection_string("contoso.azure-devices.net", "service", key)
        place.access().vault("keys").set("hub-service", value, {})
        assert place("adopt").out == "contoso/service: tagged\n"
        root = str(Path(__file__).parents[3])
        paths = [root, environ.get("PYTHONPATH", "")]
        yield Shell(place, environ | {"PYTHONPATH": os.pathsep.join(filter(None, paths))})


def on_terminal(argv: list[str], environ: dict[str, str]) -> tuple[int, str]:
    """The exit code, and all that a terminal got to show."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        argv, stdin=theirs, stdout=theirs, stderr=theirs, env=environ | {"TERM": "xterm-256color"}
    ) as process:
        os.close(theirs)
        shown = b""
        while True:
            try:
                part = os.read(ours, 65536)
            except OSError:  # Linux says so when the last writer has gone.
                part = b""
            if not part:
                break
            shown += part
        os.close(ours)
        return process.wait(60), shown.decode()


def test_a_terminal_shows_progress_in_colours(shell: Shell) -> None:
    before = shell.place.keys()
    argv = shell.argv("apply", shell.planned(), "--wait", "1m")
    code, shown = on_terminal(argv, shell.environ)
    assert code == 0, shown
    assert ORDER.search(shown)
    plain = ORDER.sub("", shown)
    places = [plain.index(f"contoso/service {step}") for step in STEPS]
    assert places == sorted(places)
    assert "Traceback" not in plain
    assert shell.rotated(before)


class Terminal(io.StringIO):
    """Says that it is one."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("wanted", "colours"), [("", True), ("1", False)])
def test_no_colour_where_nobody_wants_any(
    monkeypatch: pytest.MonkeyPatch, wanted: str, *, colours: bool
) -> None:
    monkeypatch.setenv("NO_COLOR", wanted)
    monkeypatch.setenv("TERM", "xterm-256color")
    terminal = Terminal()
    say(terminal, "10:00", "contoso/service done", "done")
    assert bool(re.search(r"\x1b\[3\d", terminal.getvalue())) is colours


def test_a_pipe_gets_plain_lines_and_no_file_is_for_others(shell: Shell) -> None:
    """With date and zone; whatever the umask."""
    argv = shell.argv("apply", shell.planned(), "--wait", "1m")
    done = subprocess.run(
        ["bash", "-c", 'umask 000; unset HOME; exec "$@"', "bash", *argv],
        env=shell.environ,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done
    lines = done.stderr.splitlines()
    assert all(re.match(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC \S", line) for line in lines)
    assert "\x1b" not in done.stderr + done.stdout
    assert "/subscriptions/" not in done.stderr + done.stdout
    files = list((shell.place.folder / ".hubwarden" / "rotations").iterdir())
    assert len(files) >= 2
    assert {one.stat().st_mode & 0o777 for one in files} == {0o600}


@pytest.mark.parametrize(
    "line",
    [
        '"$@" --json 2>&1 | head -1',
        '"$@" >&-',
        '"$@" <&- >&- 2>&-',
        '"$@" >/dev/full 2>&1',
    ],
)
def test_whoever_stops_listening_stops_nothing(shell: Shell, line: str) -> None:
    before = shell.place.keys()
    done = shell.shell(line)
    # A full disk under the result is told by the code; the rotation is over all the same.
    assert done.returncode == (2 if "full" in line else 0), done
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr
    assert shell.rotated(before)
    assert shell.place("status").out == "0 open, 1 over\n"


def test_what_is_to_be_resumed_keeps_its_code_on_a_full_disk(shell: Shell) -> None:
    words = shell.argv("apply", shell.planned(), "--wait", "0s")
    done = subprocess.run(
        [*BASH, '"$@" >/dev/full', "bash", *words],
        env=shell.environ,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 75, done.stderr
    assert "the report could not be written" in done.stderr
    assert "`hubwarden creds status` says it" in done.stderr


def test_a_refusal_keeps_its_code_where_nobody_hears_it(shell: Shell) -> None:
    words = shell.argv("apply", "nowhere.json")
    for line in ('"$@" 2>&1 | head -0', '"$@" 2>&-'):
        done = subprocess.run(
            [*BASH, line, "bash", *words],
            env=shell.environ,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 2, (line, done)
        assert "Traceback" not in done.stderr


def test_the_drill_on_a_terminal_and_where_nobody_listens(environ: dict[str, str]) -> None:
    argv = [str(COMMAND), "creds", "drill", "--seed", "3", "--kills"]
    unheard = [*BASH, '"$@" | head -1', "bash", *argv, "0"]
    # Both at the same time: each waits for most of it.
    with subprocess.Popen(
        unheard, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        code, shown = on_terminal([*argv, "1"], environ)
        out, err = process.communicate(timeout=120)
    assert code == 0, shown
    assert ORDER.search(shown)
    plain = ORDER.sub("", shown)
    assert "link provisioningServices/enrol" in plain
    assert "/subscriptions/" not in plain
    assert "requests refused        0" in plain
    assert (process.returncode, err) == (0, "")
    assert "a double of Azure, not Azure" in out
