"""Reports reach their reader whole, or not at all, whatever the reader is."""

from __future__ import annotations

import io
import os
import resource
import stat
from pathlib import Path
from typing import TextIO

import pytest

from hubwarden_cli.guard import Refusal
from hubwarden_cli.streams import columns, report_file, write


def test_a_file_appears_when_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "report.txt"
    path.write_text("old")
    with report_file(path) as stream:
        stream.write("new … ✓")
        stream.flush()
        assert path.read_text() == "old"
    assert path.read_text(encoding="utf-8") == "new … ✓"
    assert list(tmp_path.iterdir()) == [path]


def test_what_fails_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "report.txt"
    path.write_text("old")
    with pytest.raises(KeyboardInterrupt), report_file(path) as stream:
        interrupted(stream)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def interrupted(stream: TextIO) -> None:
    stream.write("half")
    raise KeyboardInterrupt


def test_permissions_stay(tmp_path: Path) -> None:
    path = tmp_path / "report.txt"
    path.touch(0o600)
    with report_file(path) as stream:
        stream.write("x")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real.txt").write_text("old")
    (tmp_path / "link.txt").symlink_to("real.txt")
    with report_file(tmp_path / "link.txt") as stream:
        stream.write("new")
    assert (tmp_path / "link.txt").is_symlink()
    assert (tmp_path / "real.txt").read_text() == "new"


def test_a_device_is_written_and_not_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    with report_file(pipe) as stream:
        stream.write("through")
    assert os.read(reader, 100) == b"through"
    assert stat.S_ISFIFO(pipe.stat().st_mode)


@pytest.mark.parametrize("name", [".", "missing/report.txt", "file/report.txt", "x" * 300])
def test_what_cannot_be_written_is_said_before_the_work(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").touch()
    with (
        pytest.raises(Refusal, match=r"cannot be written: .*; name a file"),
        report_file(tmp_path / name),
    ):
        pytest.fail("the work began")


def test_what_others_write_too_is_appended_to(tmp_path: Path) -> None:
    path = tmp_path / "summary.md"
    for text in ("one\n", "two\n"):
        with report_file(path, append=True) as stream:
            stream.write(text)
    assert path.read_text() == "one\ntwo\n"
    assert list(tmp_path.iterdir()) == [path]


def test_what_does_not_fit_is_said_and_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "report.txt"
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))
    try:
        with pytest.raises(Refusal, match="could not be written"), report_file(path) as stream:
            write("x" * 10_000, stream)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert list(tmp_path.iterdir()) == []


def test_a_reader_that_has_enough_is_no_error() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w", encoding="utf-8") as stream:
        write("x" * 100_000, stream)
        write("more", stream)


def test_what_a_terminal_cannot_show_is_replaced() -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii", newline="")
    write("caf\u00e9 \u2713\n", stream)
    assert raw.getvalue() == b"caf? ?\n"


@pytest.mark.parametrize(("said", "width"), [("20", 20), ("²", 100), ("0", 100), ("wide", 100)])
def test_a_width_that_is_no_number_is_none(
    said: str, width: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", said)
    assert columns() == width
