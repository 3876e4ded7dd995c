"""How often to look, how often to prove, and how long to be patient."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True)
class Pace:
    """Times in seconds. The drill is quicker: nobody waits for its gateways.

    `reads` equal looks in a row settle a write, `proofs` uses in a row prove a key, and it is
    given `proving` to be accepted. They are spread over at least `spread`: each is served by any
    of several gateways, so that all can meet those that know the key already, and only time reaches
    the others. Two minutes is the longest lag that the drills know; nobody outside knows Azure's.
    `patience`: how long a write without an answer may still take
    effect. `grace`: between two looks while consumers move on. `stall`: after so long without
    progress the run ends, to be resumed. `sure`: how long a copy is believed to be as it was put;
    the writes of a hub's links, of which each takes half a minute, have to fit.
    """

    poll: float = 5
    reads: int = 3
    proofs: int = 5
    proving: float = 600
    patience: timedelta = timedelta(minutes=2)
    grace: float = 300
    stall: float = 1800
    sure: float = 300
    spread: float = 120
