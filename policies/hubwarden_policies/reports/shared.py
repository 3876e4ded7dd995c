"""What several stacks share is one finding to a person who reads, with the stacks named."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from hubwarden_policies.evaluate import Finding
from hubwarden_policies.model import PROGRAM_TYPE, STACK_TYPE, Location
from hubwarden_policies.record import record
from hubwarden_policies.reports.report import Excerpt, Reported
from hubwarden_policies.rule import Subject
from hubwarden_policies.rules.upkeep import policy_changed
from hubwarden_policies.waivers import EVERY

Place = tuple[str, str, int, int]


@record
class Shared:
    """One finding and the stacks that have it."""

    finding: Finding
    stacks: tuple[str, ...]
    folder: str
    excerpt: Excerpt | None

    @property
    def place(self) -> Place:
        """Folder, file, line and column, so that findings sort as they stand in the source."""
        first = self.finding.locations[:1]
        return (self.folder, *(_key(first[0]) if first else ("", 0, 0)))

    @property
    def decides(self) -> bool:
        """Whether it is about what decides about the others, and so is read first."""
        return self.finding.rule is policy_changed

    @property
    def what(self) -> str:
        """The property at fault as a sentence names it, with the stacks."""
        subject, path = self.finding.subject, self.finding.path
        # What a template or plan gives out is called as it is, which the stack's place says.
        own = subject.address == self.finding.stack
        whole = own or subject.type in (STACK_TYPE, PROGRAM_TYPE)
        name = called(subject)
        named = path if whole else f"{path} of {name}" if path else name
        named = named or name
        # What is about no stack in particular: the files that decide.
        return named if self.stacks == (EVERY,) else f"{named} ({', '.join(self.stacks)})"

    def at(self, location: Location) -> str:
        """A place as an editor or a terminal opens it."""
        return at(location, self.folder)


def called(subject: Subject) -> str:
    """What a person knows a resource by: its name, in Terraform with type and module before it.

    A plan has no lines, and each module may have a `this`.
    """
    return subject.address if subject.address.endswith(f".{subject.name}") else subject.name


def at(location: Location, folder: str = "") -> str:
    """`file:line:column`, from where the command was started."""
    shown = file(location, folder)
    return ":".join(str(part) for part in (shown, location.line, location.column) if part)


def file(location: Location, folder: str = "") -> str:
    """The file of a place, from where the command was started."""
    return f"{folder}/{location.file}" if folder else location.file


def shared(entries: Iterable[Reported]) -> list[Shared]:
    """Each finding once: by place, and at one place the worst first."""
    same = sorted(entries, key=_identity)
    found = []
    for _, group in groupby(same, _identity):
        entry, *others = group
        stacks = dict.fromkeys(one.finding.stack for one in (entry, *others))
        found.append(Shared(entry.finding, tuple(stacks), entry.folder, entry.excerpt))
    return sorted(found, key=_order)


def worst_first(entries: Iterable[Reported]) -> list[Shared]:
    """Each finding once: by severity, for where not all of them are shown."""
    return sorted(shared(entries), key=lambda one: (not one.decides, -one.finding.severity))


def _order(one: Shared) -> tuple[object, ...]:
    return not one.decides, one.place, -one.finding.severity, one.finding.rule.id


def _identity(entry: Reported) -> tuple[object, ...]:
    finding, subject = entry.finding, entry.finding.subject
    return (
        entry.folder,
        finding.rule.id,
        finding.severity,
        subject.type,
        # The name of a stack's own resource holds the stack's name, and tells nothing more.
        "" if subject.type == STACK_TYPE else called(subject),
        finding.path,
        finding.message,
        finding.fix,
        [_key(location) for location in finding.locations],
        [(_key(location), message) for location, message in finding.related],
    )


def _key(location: Location) -> tuple[str, int, int]:
    return location.file, location.line, location.column or 0
