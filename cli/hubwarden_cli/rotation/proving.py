"""New keys are proved by their use, several at once, spread over the time that gateways may lag."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from hubwarden_cli.azure.clock import Clock
from hubwarden_cli.rotation.pace import Pace
from hubwarden_cli.rotation.state import Proof

# Whether a key is accepted; None where nothing can be asked.
Use = Callable[[], bool | None]
Tell = Callable[[Mapping[str, Any]], None]


@dataclass
class _Row:
    """Uses without a refusal, since when."""

    since: float
    good: int = 0
    proof: Proof = Proof.NONE


def proved(uses: Mapping[str, Use], clock: Clock, pace: Pace, tell: Tell) -> dict[str, Proof]:
    """What the uses have shown of each key. All wait together, so that five take as long as one.

    A key is good after `pace.proofs` uses in a row over `pace.spread` seconds, and bad where there
    was no such row when `pace.proving` is over. `tell` is told after each round how it stands.
    """
    began = clock.now()
    rows = {name: _Row(began) for name in uses}
    pause = max(pace.poll / 5, pace.spread / pace.proofs)
    while left := [name for name, row in rows.items() if row.proof is Proof.NONE]:
        refused = []
        for name in left:
            row = rows[name]
            if uses[name]() is False:
                refused.append(row)
                if clock.now() - began > pace.proving:
                    row.proof = Proof.BAD
            else:
                row.good += 1
                # Where nothing can be asked, time is all there is, and it passes here too.
                if row.good >= pace.proofs and clock.now() - row.since >= pace.spread:
                    row.proof = Proof.GOOD
        if all(row.proof is not Proof.NONE for row in rows.values()):
            break
        tell(_standing(rows, clock.now() - began, pace))
        clock.sleep(pause)
        for row in refused:
            row.good, row.since = 0, clock.now()
    return {name: row.proof for name, row in rows.items()}


def _standing(rows: Mapping[str, _Row], passed: float, pace: Pace) -> dict[str, Any]:
    refused = sum(row.good == 0 for row in rows.values())
    fewest = min(row.good for row in rows.values())
    limit = pace.proving if refused else pace.spread
    keys = f"{len(rows)} keys" if len(rows) > 1 else "the key"
    how = f"refused ({refused})" if refused else f"accepted {fewest} of {pace.proofs} times"
    return {"how": f"{keys} {how}, {passed:.0f} s of {limit:.0f} s"}
