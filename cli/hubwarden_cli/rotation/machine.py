"""The machine: from what is written down and what is seen to what is done next. Pure.

Every state is written down before the action that leaves it, and every action is judged by a look
at the world: whatever dies or gets lost, the same question finds the way on. The tags of the
vault's newest version say until when a key may be held by somebody; nothing else does.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from hubwarden_cli.rotation.classify import Outcome, classify
from hubwarden_cli.rotation.preconditions import obstacle
from hubwarden_cli.rotation.state import Mark, Observation, Proof, Record, Slot, State, Terms
from hubwarden_cli.rotation.step import Act, Action, Ending, Move, Step, Stop, Wait
from hubwarden_cli.rotation.turn import Turn
from hubwarden_cli.rotation.undo import undoing

CHANGED: Final = Stop(
    Ending.CONFLICT,
    "somebody else changed the key while it was rotated: nothing was overwritten; find out who,"
    " then `hubwarden creds status` and `hubwarden creds adopt`.",
)
SUPERSEDED: Final = Stop(
    Ending.CONFLICT,
    "somebody else published a version of the secret: nothing was retired; find out who, then"
    " `hubwarden creds status`.",
)
UNVERIFIED: Final = Stop(
    Ending.UNVERIFIED,
    "the new key was never accepted: nothing was published and no consumer is harmed; look at the"
    " resource's health, then plan again.",
)


def next_step(run: str, record: Record, seen: Observation, terms: Terms) -> Step:
    """What the run does next with one credential."""
    return _STATES[record.state](Turn(run, record, seen, terms))


def start(seen: Observation) -> Record | None:
    """The record of a fresh rotation; None where the vault's newest version fits no slot."""
    if seen.current is None or seen.current.key not in (seen.primary, seen.secondary):
        return None
    standby = Slot.SECONDARY if seen.current.key == seen.primary else Slot.PRIMARY
    return Record(
        state=State.PLANNED,
        standby=standby,
        active=seen.current.key,
        before=seen.slot(standby),
        previous=seen.current.version,
    )


def _planned(turn: Turn) -> Step:
    if not turn.seen.locked:
        return Act(Action.LOCK)
    return turn.to(State.LOCKED)


def _locked(turn: Turn) -> Step:
    if not turn.seen.pending and (stop := obstacle(turn)):
        return stop
    for copy in turn.terms.copies:
        if copy not in turn.record.aligned:
            done = replace(turn.record, aligned=(*turn.record.aligned, copy))
            return Act(Action.ALIGN, copy, done)
    if not turn.seen.pending:
        return Act(Action.STAGE)
    return Move(replace(turn.record, state=State.STAGED, new=turn.seen.pending))


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
    return _after(outcome, Act(Action.SET_KEY), turn.to(State.SET))


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
    return _held_back(turn) or turn.to(State.RETIRING)


def _held_back(turn: Turn) -> Step | None:
    if not turn.terms.gated:
        return None
    grace = turn.seen.current.grace_until if turn.seen.current else None
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
    if outcome is Outcome.NOT_APPLIED and (wait := _held_back(turn)):
        return wait
    return _after(outcome, Act(Action.RETIRE), turn.to(State.RETIRED))


def _retired(turn: Turn) -> Step:
    current = turn.seen.current
    if (
        current
        and current.run == turn.run
        and (current.mark is not Mark.SETTLED or turn.seen.pending)
    ):
        return Act(Action.TIDY)
    return turn.to(State.DONE)


def _ended(turn: Turn) -> Step:
    return Stop(Ending.DONE, f"the rotation is {turn.record.state}.")


def _after(outcome: Outcome, again: Act, forward: Move) -> Step:
    if outcome is Outcome.APPLIED:
        return forward
    if outcome is Outcome.FOREIGN:
        return CHANGED
    return again if outcome is Outcome.NOT_APPLIED else Wait("a write may still take effect")


_STATES: Final[dict[State, Callable[[Turn], Step]]] = {
    State.PLANNED: _planned,
    State.LOCKED: _locked,
    State.STAGED: _staged,
    State.SETTING: _setting,
    State.SET: _set,
    State.SETTLED: _settled,
    State.VERIFIED: _verified,
    State.PUBLISHING: _publishing,
    State.PUBLISHED: _published,
    State.GRACE: _grace,
    State.RETIRING: _retiring,
    State.RETIRED: _retired,
    State.DONE: _ended,
    State.FAILED: _failed,
    State.UNDOING: undoing,
    State.ROLLED_BACK: _ended,
}
