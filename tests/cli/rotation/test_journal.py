"""The journal: what was written down survives, and what was not is not there."""

from __future__ import annotations

import os
import resource
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hubwarden_cli.guard import Refusal
from hubwarden_cli.rotation.journal import Entry, Journal, JournalFull, journals
from hubwarden_cli.rotation.state import Record, Slot, State

AT = datetime(2026, 11, 29, 6, 0, tzinfo=UTC)
RECORD = Record(State.PLANNED, Slot.SECONDARY, "aa", "bb", "v1")
PLAN = {"resource": "hub"}


def _entries(journal: Journal) -> tuple[Entry, ...]:
    return journal.read()[1]


def test_what_is_written_is_read(tmp_path: Path) -> None:
    journal = Journal.begin(tmp_path / "rotations", "r1", PLAN)
    first = Entry(AT, "one", RECORD)
    second = Entry(AT, "one", replace(RECORD, state=State.STAGED, new="cc", aligned=("link",)))
    journal.write(first)
    journal.write(second)
    plan, entries = Journal(journal.path).read()
    assert plan == PLAN
    assert entries == (first, second)
    assert journal.records() == {"one": second.record}
    assert [one.run for one in journals(tmp_path / "rotations")] == ["r1"]


def test_only_the_owner_reads_it(tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        journal = Journal.begin(tmp_path / "rotations", "r1", PLAN)
        journal.write(Entry(AT, "one", RECORD))
    finally:
        os.umask(old)
    assert journal.path.stat().st_mode & 0o777 == 0o600
    assert journal.path.parent.stat().st_mode & 0o777 == 0o700


def test_a_torn_last_line_was_never_written_and_harms_no_later_one(tmp_path: Path) -> None:
    journal = Journal.begin(tmp_path / "rotations", "r1", PLAN)
    journal.write(Entry(AT, "one", RECORD))
    whole = journal.path.read_bytes()
    staged = Entry(AT, "one", replace(RECORD, state=State.STAGED))
    journal.write(staged)
    last = journal.path.read_bytes()[len(whole) :]
    for length in range(len(last)):
        journal.path.write_bytes(whole + last[:length])
        assert [entry.record for entry in _entries(journal)] == [RECORD]
        journal.write(staged)
        assert [entry.record for entry in _entries(journal)] == [RECORD, staged.record]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b'{"v":2,"at":"x"}\n', "another version"),
        (b"garbage\n", ":2 is damaged"),
        (b'{"v":1,"at":"never","credential":"one","record":{}}\n', ":2 is no transition"),
    ],
)
def test_what_it_does_not_understand_it_refuses(tmp_path: Path, line: bytes, said: str) -> None:
    journal = Journal.begin(tmp_path / "rotations", "r1", PLAN)
    journal.path.write_bytes(journal.path.read_bytes() + line)
    with pytest.raises(Refusal, match=said):
        journal.read()


def test_a_journal_without_beginning_is_refused(tmp_path: Path) -> None:
    (tmp_path / "r1.jsonl").write_bytes(b"")
    with pytest.raises(Refusal, match="no beginning"):
        Journal(tmp_path / "r1.jsonl").read()


def test_it_begins_whole_or_not_at_all(tmp_path: Path) -> None:
    """An empty one would say that there is a run, which nobody could go on with."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, before[1]))
    try:
        with pytest.raises(JournalFull, match="cannot be written"):
            Journal.begin(tmp_path / "rotations", "r1", {"resource": "h" * 100})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert list((tmp_path / "rotations").iterdir()) == []


def test_it_begins_with_what_a_lost_one_said(tmp_path: Path) -> None:
    entry = Entry(AT, "one", replace(RECORD, state=State.GRACE))
    journal = Journal.begin(tmp_path / "rotations", "r1", PLAN, entries=(entry,))
    assert journal.read() == (PLAN, (entry,))


def test_it_replaces_none(tmp_path: Path) -> None:
    journal = Journal.begin(tmp_path / "rotations", "r1", PLAN)
    journal.write(Entry(AT, "one", RECORD))
    with pytest.raises(JournalFull, match="File exists"):
        Journal.begin(tmp_path / "rotations", "r1", PLAN)
    assert _entries(journal) == (Entry(AT, "one", RECORD),)


def test_git_is_told_once_there_is_room(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_bytes(b"")
    Journal.begin(tmp_path / "rotations", "r1", PLAN)
    assert (tmp_path / ".gitignore").read_text() == "*\n"


def test_journals_behind_a_link_that_leads_nowhere_are_not_none(tmp_path: Path) -> None:
    (tmp_path / ".hubwarden").symlink_to(tmp_path / "unmounted")
    with pytest.raises(Refusal, match="cannot be read"):
        journals(tmp_path / ".hubwarden" / "rotations")
    assert journals(tmp_path / "elsewhere" / "rotations") == ()
