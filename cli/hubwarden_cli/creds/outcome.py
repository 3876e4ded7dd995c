"""How runs ended, for people and for programs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Final

from hubwarden_cli.azure.resource_id import ResourceId
from hubwarden_cli.creds.exits import Exit, worst
from hubwarden_cli.creds.saying import brief
from hubwarden_cli.rotation.result import Later, Result
from hubwarden_cli.rotation.step import Ending

_CODES: Final = {
    Ending.DONE: Exit.DONE,
    Ending.REFUSED: Exit.REFUSED,
    Ending.CONFLICT: Exit.CONFLICT,
    Ending.UNVERIFIED: Exit.UNVERIFIED,
}


@dataclass(frozen=True)
class Ended:
    """One credential: its `ending`, or "later", not before `until` where that is known."""

    credential: str
    ending: str
    why: str
    until: datetime | None = None


@dataclass(frozen=True)
class Outcome:
    """One run. `why` is what stopped all of it, "" where nothing did; `health` what got worse.

    A run that is not `begun` has left nothing anywhere: there is nothing to resume.
    """

    run: str
    resource: ResourceId
    code: Exit
    why: str = ""
    credentials: tuple[Ended, ...] = ()
    health: Mapping[str, str] = field(default_factory=dict)
    begun: bool = True

    def document(self) -> dict[str, Any]:
        return {
            "run": self.run,
            "resource": self.resource.path,
            "exit": int(self.code),
            "begun": self.begun,
            "why": self.why or None,
            "credentials": [
                {**asdict(one), "until": one.until.isoformat() if one.until else None}
                for one in self.credentials
            ],
            "health": dict(self.health),
        }

    def lines(self) -> Iterator[str]:
        kind, name = self.resource.provider_type.rpartition("/")[2], self.resource.name
        yield f"{kind}/{name}, run {self.run}"
        if self.why:
            yield f"  {brief(self.why)}"
        for one in self.credentials:
            yield f"  {one.credential.rpartition('/')[2]}: {one.ending}: {brief(one.why)}"
        for endpoint, status in self.health.items():
            yield f"  the routing endpoint {endpoint} is {status} since; look at its credentials."
        if not self.begun:
            yield "  nothing was begun, and there is nothing to resume"
        elif self.code in {Exit.LATER, Exit.INTERRUPTED}:
            times = [one.until for one in self.credentials if one.until]
            at = f" after {max(times):%Y-%m-%d %H:%M} UTC" if times else ""
            yield f"  resume{at}: hubwarden creds resume {self.run}"


def outcome(run: str, resource: ResourceId, result: Result, health: Mapping[str, str]) -> Outcome:
    """What the endings of a run's credentials amount to."""
    ended = []
    codes = [Exit.UNVERIFIED] if health else []
    for name, end in result.endings.items():
        if isinstance(end, Later):
            codes.append(Exit.LATER)
            ended.append(Ended(name, "later", f"{end.why.rstrip('.')}.", end.at))
        else:
            codes.append(_CODES[end.ending])
            ended.append(Ended(name, end.ending.value, end.sentence))
    return Outcome(run, resource, worst(codes), credentials=tuple(ended), health=health)


def worsened(before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, str]:
    """The endpoints that were healthy and are not any more."""
    return {
        name: status
        for name, status in after.items()
        if status.casefold() in {"unhealthy", "dead"}
        and before.get(name, "healthy").casefold() not in {"unhealthy", "dead"}
    }


def report(
    outcomes: Sequence[Outcome], damaged: Mapping[str, str] | None = None
) -> tuple[Exit, dict[str, Any], str]:
    """The worst code, the document and the text of several runs, and of journals not read."""
    unread = damaged or {}
    lines = [line for one in outcomes for line in one.lines()]
    text = "\n".join([*lines, *(f"run {run}: {why}" for run, why in unread.items())])
    codes = [one.code for one in outcomes] + [Exit.REFUSED] * bool(unread)
    return (
        worst(codes),
        {"runs": [one.document() for one in outcomes], "damaged": dict(unread)},
        text or "nothing to do",
    )
