"""D2, D13 and D20: a journal that is torn, gone, full, of another version, or open to others."""

from __future__ import annotations

import os
import resource
import signal
import stat
from functools import partial

import pytest
from tests.cli.rotation.drills.conftest import Staged
from tests.cli.rotation.drills.killing import died, mapped, some
from tests.cli.rotation.drills.stage import Stage, endings
from tests.cli.rotation.drills.test_killed import judged

from hubwarden_cli.guard import Refusal
from hubwarden_cli.rotation.journal import Journal, JournalFull
from hubwarden_cli.rotation.result import Result


def struck(stage: Stage, name: str) -> Journal:
    """The journal of a run that was killed at the point of this name."""
    back, points = stage.moment(), mapped(stage)
    back()
    assert died(partial(Stage.begin, stage, None, "r1"), points.names.index(name) + 1)
    return Journal(stage.journals / "r1.jsonl")


def test_a_journal_cut_at_any_byte_is_its_beginning_or_none(staged: Staged) -> None:
    journal = struck(staged(lro="200"), "after grace")
    whole = journal.path.read_bytes()
    plan, entries = journal.read()
    first = whole.index(b"\n") + 1
    # Around each end of a line at every byte, and elsewhere here and there.
    ends = [at for at, byte in enumerate(whole) if byte == ord("\n")]
    near = {at for end in ends for at in range(end - 1, end + 3)}
    for length in sorted(near.union(range(0, len(whole), 41)) & set(range(len(whole)))):
        journal.path.write_bytes(whole[:length])
        if length < first:
            with pytest.raises(Refusal, match="no beginning"):
                journal.read()
        else:
            assert journal.read() == (plan, entries[: whole[first:length].count(b"\n")])


@pytest.mark.parametrize("place", ["after setting", "after publishing", "after grace"])
def test_lines_that_a_power_cut_took_are_found_out_again(staged: Staged, place: str) -> None:
    stage = staged(lro="200")
    journal = struck(stage, place)
    lines = journal.path.read_bytes().splitlines(keepends=True)
    back = stage.moment()
    for count in some(list(range(len(lines) + 1)), 6):
        back()
        stage.journals.mkdir(exist_ok=True)
        # Half of the next line is there, as it is after a power cut.
        torn = lines[count][: len(lines[count]) // 2] if count < len(lines) else b""
        journal.path.write_bytes(b"".join(lines[:count]) + torn)
        assert endings(stage.resume()) == {"done"}, count
        judged(stage, f"{count} lines left", 3)


def test_a_journal_may_be_gone(staged: Staged) -> None:
    stage = staged(lro="200")
    back, points = stage.moment(), mapped(stage)
    for at in some(points.firsts(), 8):
        back()
        assert died(partial(Stage.begin, stage, None, "r1"), at)
        (stage.journals / "r1.jsonl").unlink()
        assert endings(stage.resume()) <= {"done"}, points.names[at - 1]
        judged(stage, f"the journal was lost at {points.names[at - 1]}", 3)


def full(stage: Stage, size: int) -> Result:
    """No file may grow beyond the size, as on a full disk."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    return stage.begin()


def test_a_full_disk_ends_a_run_before_it_does_what_it_could_not_write(staged: Staged) -> None:
    stage = staged(lro="200")
    back = stage.moment()
    journal = struck(stage, "after done")
    lines = journal.path.read_bytes().splitlines(keepends=True)
    sizes = [sum(map(len, lines[:count])) for count in some(list(range(1, len(lines))), 7)]
    for size in sizes:
        back()
        # In a child: the limit would stay.
        child = os.fork()
        if child == 0:
            code = 3
            try:
                full(stage, size + 5)
            except JournalFull:
                code = 7
            finally:
                os._exit(code)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
        assert journal.path.read_bytes().endswith(b"\n")
        assert endings(stage.resume()) <= {"done"}
        judged(stage, f"full after {size} bytes")


def test_a_folder_that_cannot_be_written_ends_a_run_before_it_begins(staged: Staged) -> None:
    stage = staged(lro="200")
    plan = stage.plan()
    stage.folder.mkdir(exist_ok=True)
    stage.journals.write_text("in the way", encoding="utf-8")
    before = len(stage.azure.log.entries("PUT"))
    with pytest.raises(JournalFull, match="cannot be written"):
        stage.begin(plan)
    assert len(stage.azure.log.entries("PUT")) == before


def test_nobody_else_reads_a_journal_whatever_the_umask(staged: Staged) -> None:
    stage = staged(lro="200")
    before = os.umask(0)
    try:
        stage.begin()
    finally:
        os.umask(before)
    assert stat.S_IMODE((stage.journals / "r1.jsonl").stat().st_mode) == 0o600
    assert stat.S_IMODE(stage.journals.stat().st_mode) == 0o700


def test_a_journal_of_a_later_version_is_left_alone(staged: Staged) -> None:
    stage = staged(lro="200")
    journal = struck(stage, "after published")
    text = journal.path.read_text(encoding="utf-8")
    assert '"v":1' in text
    journal.path.write_text(text.replace('"v":1', '"v":2'), encoding="utf-8")
    before = len(stage.azure.log.entries("PUT"))
    with pytest.raises(Refusal, match="another version"):
        stage.resume()
    assert len(stage.azure.log.entries("PUT")) == before
    journal.path.write_text(text, encoding="utf-8")
    assert endings(stage.resume()) == {"done"}
    judged(stage, "of this version")
