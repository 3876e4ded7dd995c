"""How a new key comes to be: staged, set in the standby slot, proved by its use, published."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from hubwarden_cli.rotation.again import aligned_again
from hubwarden_cli.rotation.classify import Outcome, classify
from hubwarden_cli.rotation.conflict import CHANGED, SUPERSEDED, after
from hubwarden_cli.rotation.preconditions import obstacle
from hubwarden_cli.rotation.state import Proof, State
from hubwarden_cli.rotation.step import Act, Action, Ending, Move, Step, Stop, Wait
from hubwarden_cli.rotation.turn import Steps, Turn

UNVERIFIED: Final = Stop(
    Ending.UNVERIFIED,
    "the new key was never accepted: nothing was published and no consumer is harmed; look at the"
    " resource's health, then plan again.",
)


def _planned(turn: Turn) -> Step:
    return turn.to(State.LOCKED)


def _locked(turn: Turn) -> Step:
    if not turn.seen.pending and (stop := obstacle(turn)):
        return stop
    for copy in turn.terms.copies:
        if copy not in turn.record.aligned:
            done = replace(turn.record, aligned=(*turn.record.aligned, copy))
            return Act(Action.ALIGN, copy, done)
    if not turn.seen.pending:
        return _copies_held(turn) or Act(Action.STAGE)
    return Move(replace(turn.record, state=State.STAGED, new=turn.seen.pending))


def _copies_held(turn: Turn) -> Wait | None:
    """A copy that was behind had the key that is about to go, and so have those who read it."""
    until = turn.seen.copies_until
    if turn.terms.gated and until and turn.seen.now < until:
        return Wait("consumers of a copy may still hold the key of the standby slot", until)
    return None


def _staged(turn: Turn) -> Step:
    return turn.to(State.SETTING)


def _setting(turn: Turn) -> Step:
    standby = turn.seen.slot(turn.record.standby)
    kept = turn.seen.slot(turn.record.standby.other) == turn.record.active
    outcome = classify(
        applied=kept and standby == turn.record.new,
        untouched=kept and standby == turn.record.before,
        ready=turn.seen.ready,
        waited=turn.seen.waited,
        patience=turn.terms.patience,
    )
    if outcome is Outcome.NOT_APPLIED and (first := aligned_again(turn) or _copies_held(turn)):
        return first
    return after(outcome, Act(Action.SET_KEY), turn.to(State.SET))


def _set(turn: Turn) -> Step:
    if not turn.both_ours:
        return CHANGED
    if not (turn.seen.ready and turn.seen.stable):
        return Wait("the resource settles")
    return turn.to(State.SETTLED)


def _settled(turn: Turn) -> Step:
    if not turn.both_ours:
        return CHANGED
    if turn.seen.proof is Proof.BAD:
        return turn.to(State.FAILED)
    if turn.seen.proof is Proof.GOOD:
        return turn.to(State.VERIFIED)
    return Act(Action.PROVE)


def _failed(turn: Turn) -> Step:
    return Act(Action.DISCARD) if turn.seen.pending else UNVERIFIED


def _verified(turn: Turn) -> Step:
    return turn.to(State.PUBLISHING) if turn.both_ours else CHANGED


def _publishing(turn: Turn) -> Step:
    current = turn.seen.current
    if current and current.run == turn.run and current.key == turn.record.new:
        return Move(replace(turn.record, state=State.PUBLISHED, published=current.version))
    if current is None or current.version != turn.record.previous:
        return SUPERSEDED
    return Act(Action.PUBLISH) if turn.both_ours else CHANGED


STEPS: Final[Steps] = {
    State.PLANNED: _planned,
    State.LOCKED: _locked,
    State.STAGED: _staged,
    State.SETTING: _setting,
    State.SET: _set,
    State.SETTLED: _settled,
    State.FAILED: _failed,
    State.VERIFIED: _verified,
    State.PUBLISHING: _publishing,
}
