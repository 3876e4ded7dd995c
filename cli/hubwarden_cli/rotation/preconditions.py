"""What must not be so for a rotation to begin."""

from __future__ import annotations

from hubwarden_cli.rotation.state import Mark, Observation, Record
from hubwarden_cli.rotation.step import Ending, Stop
from hubwarden_cli.rotation.turn import Turn


def obstacle(turn: Turn) -> Stop | None:
    """Why the run must not begin; None where it may. An emergency minds the world's shape only."""
    if stop := _changed(turn.record, turn.seen):
        return stop
    return _in_use(turn.run, turn.seen) if turn.terms.gated else None


def _changed(record: Record, seen: Observation) -> Stop | None:
    if seen.current is None or seen.current.version != record.previous:
        return Stop(
            Ending.CONFLICT,
            "somebody published another version of the secret since the plan; plan again.",
        )
    if (seen.slot(record.standby), seen.slot(record.standby.other)) != (
        record.before,
        record.active,
    ):
        return Stop(
            Ending.CONFLICT, "somebody changed a key of the policy since the plan; plan again."
        )
    return None


def _in_use(run: str, seen: Observation) -> Stop | None:
    current = seen.current
    if seen.primary == seen.secondary:
        return _refused(
            "both slots hold the same key, so whoever uses the standby slot cannot be told from the"
            " others; give the secondary key another value, then plan again."
        )
    if seen.rival:
        return _refused(f"run {seen.rival} is not finished; `hubwarden creds resume {seen.rival}`.")
    if current and current.mark is Mark.CURRENT and current.run not in ("", run):
        return _refused(
            f"run {current.run} is not finished; `hubwarden creds resume {current.run}`."
        )
    if current and current.grace_until and seen.now < current.grace_until:
        return _refused(
            "consumers may hold the key of the standby slot until"
            f" {current.grace_until:%Y-%m-%d %H:%M} UTC; wait, or `hubwarden creds revoke` where"
            " keys are burnt."
        )
    if current and current.spare and current.spare not in (seen.primary, seen.secondary):
        return _refused(
            "the standby slot's key is not the one that the last run left there, so somebody may"
            " use it; find out who, then `hubwarden creds adopt`."
        )
    return None


def _refused(sentence: str) -> Stop:
    return Stop(Ending.REFUSED, sentence)
