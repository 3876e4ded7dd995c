"""What a rule is and what it may say. Nothing here knows who runs it."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from typing import Any, Final, TypeVar

from hubwarden_policies.model import Location, Stack
from hubwarden_policies.page import Page, read_page
from hubwarden_policies.record import record
from hubwarden_policies.team import Team


class Severity(IntEnum):
    """How bad a finding is. `str()` gives the word that reports use."""

    INFO = 0
    LOW = 1
    MEDIUM = 2
    HIGH = 3
    CRITICAL = 4

    def __str__(self) -> str:
        """The word that reports use."""
        return self.name.lower()


INFO: Final = Severity.INFO
LOW: Final = Severity.LOW
MEDIUM: Final = Severity.MEDIUM
HIGH: Final = Severity.HIGH
CRITICAL: Final = Severity.CRITICAL


@record
class Subject:
    """What a finding is about: a resource, the stack or the program.

    The latter two have the types `STACK_TYPE` and `PROGRAM_TYPE`. `address` identifies it in the
    stack; `locations` has the outermost line of the user first.
    """

    type: str
    name: str
    address: str
    locations: tuple[Location, ...] = ()


@record
class Violation:
    """One thing that is wrong, at one property of one subject.

    `severity` replaces the rule's, `fix` too, where this case differs. `related` are places that
    help to understand it, each with a few words. `key` tells violations apart that share rule,
    subject and path (a leak: the credential's origin and the file), and enters the fingerprint.
    """

    subject: Subject
    path: str
    message: str
    severity: Severity | None = None
    fix: str | None = None
    locations: tuple[Location, ...] = ()
    related: tuple[tuple[Location, str], ...] = ()
    key: str = ""


class Undecided(Exception):
    """The rule needs a value that is not known before the deployment.

    A view raises it on reading; a rule may also yield one, to go on with the next item.
    `path` is the ARM path of the value, `needs` what would decide it, as a person reads it.
    """

    def __init__(self, path: str, needs: str, subject: Subject | None = None) -> None:
        super().__init__(path, needs)
        self.path = path
        self.needs = needs
        self.subject = subject


class Misread(Undecided):
    """The value is of a kind that its property never has: what Azure makes of it nobody can say."""


class Inexpressible(Undecided):
    """The rule needs a property that the input's format has no words for: nobody can set it there.

    It is neither a finding nor undecided, but counted and named.
    """

    def __init__(self, path: str) -> None:
        super().__init__(path, f"{path}, which this format cannot express")


Verdicts = Iterator[Violation | Undecided]


@dataclass(frozen=True)
class Rule:
    """A rule: one function and what its docstring and decorator say.

    `view` is the class that `check` sees, or `Stack`; `wants` are the types of its further
    arguments, `Team` and `Stack`. `no_unknown` says why no unknown case makes sense ('' otherwise).
    `aliases` are former ids. `covers` are ids of the catalogue. `maps` names controls by framework,
    `also` equal rules of others. `reads` are the ARM types that a rule on the whole stack is about;
    with () it is about every stack.
    """

    id: str
    title: str
    fix: str
    severity: Severity
    practices: tuple[str, ...]
    covers: tuple[str, ...]
    maps: Mapping[str, tuple[str, ...]]
    also: tuple[str, ...]
    aliases: tuple[str, ...]
    no_unknown: str
    view: Any
    check: Callable[..., Verdicts]
    wants: tuple[type, ...] = ()
    reads: tuple[str, ...] = ()

    @cached_property
    def page(self) -> Page:
        """What the docstring says, which a check without findings has no need of."""
        return read_page(inspect.cleandoc(self.check.__doc__ or ""))

    @property
    def whole_stack(self) -> bool:
        """Whether the rule sees the stack and not one resource of it."""
        return self.view is Stack

    @property
    def arm_types(self) -> tuple[str, ...]:
        """The ARM types that the rule reads; () for a rule that is about every stack."""
        return self.reads if self.whole_stack else tuple(self.view.arm_types)

    def further(self, stack: Stack, team: Team) -> tuple[object, ...]:
        """What `check` takes beside its target."""
        given = {Team: team, Stack: stack}
        return tuple(given[wanted] for wanted in self.wants)

    def judge(self, target: object, stack: Stack, team: Team) -> Verdicts:
        """What the rule says about a target: a view of its class, or the stack itself."""
        return self.check(target, *self.further(stack, team))


def rule(
    title: str,
    *,
    severity: Severity,
    practices: tuple[str, ...],
    fix: str,
    covers: tuple[str, ...] = (),
    reads: tuple[str, ...] = (),
    maps: Mapping[str, tuple[str, ...]] | None = None,
    also: tuple[str, ...] = (),
    aliases: tuple[str, ...] = (),
    no_unknown: str = "",
) -> Callable[[Callable[..., Verdicts]], Rule]:
    """Make a rule of a function: its name is the id, its docstring the page and the test.

    The function takes one view (or the `Stack`) and, if it wants, the `Team` and the `Stack`
    around the resource; it yields `Violation`s and `Undecided`s. The docstring says why and has
    one `Bad::` and one `Good::` block of Pulumi Python, the flagged line of Bad marked with
    `# flagged`.
    """

    def build(check: Callable[..., Verdicts]) -> Rule:
        hints = inspect.get_annotations(check, eval_str=True)
        view, *wants = (hint for name, hint in hints.items() if name != "return")
        return Rule(
            id=check.__name__.replace("_", "-"),
            title=title,
            fix=fix,
            severity=severity,
            practices=practices,
            covers=covers,
            maps=dict(maps or {}),
            also=also,
            aliases=aliases,
            no_unknown=no_unknown,
            view=view,
            check=check,
            wants=tuple(wants),
            reads=reads,
        )

    return build


T = TypeVar("T")


def each(
    items: Iterable[T], check: Callable[[T], Verdicts], about: Callable[[T], Subject] | None = None
) -> Verdicts:
    """Judge every item by itself: an unknown in one does not hide what is wrong in the next.

    `about` says what an item's undecided verdict is about, where that is not the rule's target.
    """
    for item in items:
        try:
            yield from check(item)
        except Undecided as gap:
            if about is not None and gap.subject is None:
                gap.subject = about(item)
            yield gap


def holds(*conditions: Callable[[], bool]) -> bool:
    """Whether any of the conditions is true.

    Raises the `Undecided` of the first that is not known, unless another one is true.
    """
    gap: Undecided | None = None
    for condition in conditions:
        try:
            if condition():
                return True
        except Undecided as raised:
            gap = gap or raised
    if gap is not None:
        raise gap
    return False
