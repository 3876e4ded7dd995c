"""What a rule is and what it may say. Nothing here knows who runs it."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum
from textwrap import dedent
from typing import Any, Final, Protocol, TypeVar, get_type_hints

from hubwarden_policies.model import Location, Stack
from hubwarden_policies.team import Team


class Severity(IntEnum):
    """How bad a finding is. `str()` gives the word that reports use."""

    INFO = 0
    LOW = 1
    MEDIUM = 2
    HIGH = 3
    CRITICAL = 4

    def __str__(self) -> str:
        return self.name.lower()


INFO: Final = Severity.INFO
LOW: Final = Severity.LOW
MEDIUM: Final = Severity.MEDIUM
HIGH: Final = Severity.HIGH
CRITICAL: Final = Severity.CRITICAL


@dataclass(frozen=True, slots=True)
class Subject:
    """What a finding is about: a resource, the stack (`STACK_TYPE`) or the program (`PROGRAM_TYPE`).

    `address` identifies it in the stack; `locations` has the outermost line of the user first.
    """

    type: str
    name: str
    address: str
    locations: tuple[Location, ...] = ()


@dataclass(frozen=True, slots=True)
class Violation:
    """One thing that is wrong, at one property of one subject.

    `severity` replaces the rule's, `fix` too, where this case differs. `related` are places that help to
    understand it, each with a few words. `key` tells violations apart that share rule, subject
    and path (a leak: the credential's origin and the file), and enters the fingerprint.
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


Verdicts = Iterator[Violation | Undecided]


class ViewType(Protocol):
    """The class of a typed window on a resource (`views.ResourceView`)."""

    arm_types: tuple[str, ...]


@dataclass(frozen=True)
class Rule:
    """A rule: one function and what its docstring and decorator say.

    `view` is the class that `check` sees, or `Stack`. `why` is the docstring without its examples,
    `bad` and `good` are its examples, `no_unknown` why no unknown case makes sense ('' otherwise).
    `aliases` are former ids. `covers` are ids of the catalogue. `maps` names controls by
    framework, `also` equal rules of others.
    """

    id: str
    title: str
    why: str
    fix: str
    severity: Severity
    practices: tuple[str, ...]
    bad: str
    good: str
    covers: tuple[str, ...]
    maps: Mapping[str, tuple[str, ...]]
    also: tuple[str, ...]
    aliases: tuple[str, ...]
    no_unknown: str
    view: Any
    check: Callable[..., Verdicts]
    wants_team: bool

    @property
    def whole_stack(self) -> bool:
        """Whether the rule sees the stack and not one resource of it."""
        return self.view is Stack

    @property
    def arm_types(self) -> tuple[str, ...]:
        """The ARM types that the rule reads; () for a rule on the whole stack."""
        return () if self.whole_stack else tuple(self.view.arm_types)


def rule(
    title: str,
    *,
    severity: Severity,
    practices: tuple[str, ...],
    fix: str,
    covers: tuple[str, ...] = (),
    maps: Mapping[str, tuple[str, ...]] | None = None,
    also: tuple[str, ...] = (),
    aliases: tuple[str, ...] = (),
    no_unknown: str = "",
) -> Callable[[Callable[..., Verdicts]], Rule]:
    """Make a rule of a function: its name is the id, its docstring the page and the test.

    The function takes one view (or the `Stack`) and, if it wants, the `Team`; it yields
    `Violation`s and `Undecided`s. The docstring says why and has one `Bad::` and one `Good::`
    block of Pulumi Python, the flagged line of Bad marked with `# flagged`.
    """

    def build(check: Callable[..., Verdicts]) -> Rule:
        why, bad, good = _page(inspect.cleandoc(check.__doc__ or ""))
        view, *rest = (h for name, h in get_type_hints(check).items() if name != "return")
        return Rule(
            id=check.__name__.replace("_", "-"),
            title=title,
            why=why,
            fix=fix,
            severity=severity,
            practices=practices,
            bad=bad,
            good=good,
            covers=covers,
            maps=dict(maps or {}),
            also=also,
            aliases=aliases,
            no_unknown=no_unknown,
            view=view,
            check=check,
            wants_team=rest == [Team],
        )

    return build


def _page(doc: str) -> tuple[str, str, str]:
    blocks = re.split(r"^(Bad|Good)::\n", doc, flags=re.M)
    if len(blocks) != 5 or blocks[1] != "Bad" or blocks[3] != "Good":
        raise ValueError("a rule's docstring needs one Bad:: and then one Good:: block")
    return blocks[0].strip(), dedent(blocks[2]).strip("\n"), dedent(blocks[4]).strip("\n")


T = TypeVar("T")


def each(items: Iterable[T], check: Callable[[T], Verdicts]) -> Verdicts:
    """Judge every item by itself, so that an unknown in one does not hide what is wrong in the next."""
    for item in items:
        try:
            yield from check(item)
        except Undecided as gap:
            yield gap
