"""How an old key goes: consumers move on, and when nobody may hold it any more it is retired."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from hubwarden_cli.rotation.again import mended, pushed_again
from hubwarden_cli.rotation.classify import Outcome, classify
from hubwarden_cli.rotation.conflict import SUPERSEDED, after
from hubwarden_cli.rotation.state import Mark, State
from hubwarden_cli.rotation.step import Act, Action, Step, Wait
from hubwarden_cli.rotation.turn import Steps, Turn


def _published(turn: Turn) -> Step:
    if not turn.is_current:
        return SUPERSEDED
    for copy in turn.terms.copies:
        if copy not in turn.record.pushed:
            return Act(Action.PUSH, copy, replace(turn.record, pushed=(*turn.record.pushed, copy)))
    for hook in turn.terms.hooks:
        if hook not in turn.record.notified:
            return Act(
                Action.NOTIFY, hook, replace(turn.record, notified=(*turn.record.notified, hook))
            )
    return turn.to(State.GRACE)


def _grace(turn: Turn) -> Step:
    if not turn.is_current:
        return SUPERSEDED
    return _held_back(turn) or pushed_again(turn) or turn.to(State.RETIRING)


def _held_back(turn: Turn) -> Step | None:
    if not turn.terms.gated:
        return None
    grace = turn.seen.current.grace_until if turn.seen.current else None
    if grace and turn.seen.copies_until:
        # Copies are pushed later, by a run that was dead for a while much later.
        grace = max(grace, turn.seen.copies_until)
    if grace is None or turn.seen.now < grace:
        return Wait("consumers may still hold the old key", grace)
    for consumer in turn.terms.acks:
        if consumer not in turn.seen.acked:
            return Act(Action.ASK, consumer)
    return None


def _retiring(turn: Turn) -> Step:
    if not turn.is_current:
        return SUPERSEDED
    outcome = classify(
        applied=turn.seen.primary == turn.record.new
        and turn.record.active not in (turn.seen.primary, turn.seen.secondary),
        untouched=turn.both_ours,
        ready=turn.seen.ready,
        waited=turn.seen.waited,
        patience=turn.terms.patience,
    )
    if outcome is Outcome.NOT_APPLIED and (first := _held_back(turn) or pushed_again(turn)):
        return first
    return after(outcome, Act(Action.RETIRE), turn.to(State.RETIRED))


def _retired(turn: Turn) -> Step:
    current = turn.seen.current
    # A newer version is somebody else's, and so are the copies then.
    if turn.is_current and (first := mended(turn)):
        return first
    if (
        current
        and current.run == turn.run
        and (current.mark is not Mark.SETTLED or turn.seen.pending)
    ):
        return Act(Action.TIDY)
    return turn.to(State.DONE)


STEPS: Final[Steps] = {
    State.PUBLISHED: _published,
    State.GRACE: _grace,
    State.RETIRING: _retiring,
    State.RETIRED: _retired,
}
