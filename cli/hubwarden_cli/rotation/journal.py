"""The journal of a run: one JSON line a transition, on disk before the action that follows it.

It is a cache and an audit, not the truth: what it lost is found again in the vault's tags. It
holds fingerprints and names, no key.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from hubwarden_cli.guard import Refusal
from hubwarden_cli.rotation.new_file import full, keep_from_git, new_file
from hubwarden_cli.rotation.state import Record

VERSION: Final = 1
FOLDER: Final = Path(".hubwarden") / "rotations"
_RECORD: Final = TypeAdapter(Record)


class JournalFull(Refusal):
    """The line could not be written: the action that it announces is not done."""


@dataclass(frozen=True)
class Entry:
    """A transition: when, of which credential (resource id and policy), to which record."""

    at: datetime
    credential: str
    record: Record


@dataclass(frozen=True)
class Journal:
    """The file of one run. Its first line is what it follows and found: plan and health."""

    path: Path

    @property
    def run(self) -> str:
        return self.path.stem

    @classmethod
    def begin(
        cls,
        folder: Path,
        run: str,
        plan: Mapping[str, Any],
        health: Mapping[str, str] | None = None,
        entries: Iterable[Entry] = (),
    ) -> Journal:
        """A new file, which only its owner may read: there with all of this, or not at all.

        `health` is what may break though all writes succeed: a status by name, from before them.
        `entries` are those of a run whose journal was lost: without them it would seem to begin.
        """
        journal = cls(folder / f"{run}.jsonl")
        first = {"run": run, "plan": plan, "health": health}
        text = b"".join(map(_line, (first, *map(_told, entries))))
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            keep_from_git(folder.parent)
            new_file(journal.path, text)
        except OSError as error:
            raise _unwritable(journal.path, error) from None
        return journal

    def write(self, entry: Entry) -> None:
        """Returns when the line is on disk; JournalFull where it is not."""
        self._append(_line(_told(entry)))

    def read(self) -> tuple[Mapping[str, Any], tuple[Entry, ...]]:
        """The plan and the transitions. A last line that a power cut tore is as if not written."""
        told = self._lines()
        if not told or "plan" not in told[0]:
            raise Refusal(
                f"{self.path} has no beginning; `hubwarden creds resume` without a name goes by the"
                " vault's tags instead."
            )
        return told[0]["plan"], tuple(self._entry(line, at) for at, line in enumerate(told[1:], 2))

    def health(self) -> Mapping[str, str] | None:
        """What it was before the run began; None in a journal that does not say."""
        told = self._lines()
        found = told[0].get("health") if told else None
        return found if isinstance(found, dict) else None

    def records(self) -> dict[str, Record]:
        """The last record of each credential."""
        return {entry.credential: entry.record for entry in self.read()[1]}

    def _lines(self) -> list[dict[str, Any]]:
        try:
            lines = self.path.read_bytes().split(b"\n")
        except OSError as error:
            raise Refusal(f"{self.path} cannot be read: {error.strerror}.") from None
        # What follows the last line feed was never finished.
        return [self._parsed(line, number) for number, line in enumerate(lines[:-1], 1)]

    def _append(self, line: bytes) -> None:
        try:
            with self.path.open("r+b", buffering=0) as file:
                # After the last whole line: a torn one must not swallow this one's beginning.
                end = self.path.read_bytes().rfind(b"\n") + 1
                file.truncate(end)
                file.seek(end)
                if file.write(line) != len(line):
                    file.truncate(end)
                    raise full()
                os.fsync(file.fileno())
        except OSError as error:
            raise _unwritable(self.path, error) from None

    def _parsed(self, line: bytes, number: int) -> dict[str, Any]:
        try:
            told = json.loads(line)
        except ValueError:
            told = None
        if not isinstance(told, dict):
            raise Refusal(
                f"{self.path}:{number} is damaged; move the file away: `hubwarden creds resume`"
                " goes by the vault's tags then."
            )
        if told.get("v") != VERSION:
            raise Refusal(
                f"{self.path} was written by another version of hubwarden (format"
                f" {told.get('v')}, this one reads {VERSION}); resume with the newer one."
            )
        return told

    def _entry(self, told: Mapping[str, Any], number: int) -> Entry:
        try:
            at = datetime.fromisoformat(told["at"])
            return Entry(at, told["credential"], _RECORD.validate_python(told["record"]))
        except (KeyError, TypeError, ValueError, ValidationError):
            raise Refusal(f"{self.path}:{number} is no transition; move the file away.") from None


def journals(folder: Path) -> tuple[Journal, ...]:
    """The runs of a folder, oldest first; Refusal where nobody can say what runs there are."""
    try:
        # No glob: it takes a folder that it may not read for an empty one.
        files = sorted(path for path in folder.iterdir() if path.suffix == ".jsonl")
    except OSError as error:
        # A link that leads nowhere is one to what is not mounted.
        if isinstance(error, FileNotFoundError) and not _linked(folder):
            return ()
        raise Refusal(
            f"{folder} cannot be read ({error.strerror}), and holds what runs have done so far; "
            "make it readable."
        ) from None
    return tuple(map(Journal, files))


def _linked(folder: Path) -> bool:
    return folder.is_symlink() or folder.parent.is_symlink()


def has_begun(folder: Path, run: str) -> bool:
    """Whether a run was written down; who may not look wrote nothing either."""
    try:
        return (folder / f"{run}.jsonl").exists()
    except OSError:
        return False


def _told(entry: Entry) -> Mapping[str, Any]:
    return {
        "at": entry.at.isoformat(),
        "credential": entry.credential,
        "record": asdict(entry.record),
    }


def _line(told: Mapping[str, Any]) -> bytes:
    return json.dumps({"v": VERSION, **told}, separators=(",", ":")).encode() + b"\n"


def _unwritable(path: Path, error: OSError) -> JournalFull:
    return JournalFull(
        f"{path} cannot be written ({error.strerror}), and nothing is done that is not written"
        " down first; make room there or name another folder, then `hubwarden creds resume`."
    )
