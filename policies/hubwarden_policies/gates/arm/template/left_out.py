"""What a template declares and does not deploy with the values that it is judged with.

Other values may deploy it, so a reader is told what nobody judged.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from hubwarden_policies.gates.arm.template.keys import Path, entry, get
from hubwarden_policies.gates.arm.template.labels import called
from hubwarden_policies.gates.arm.template.names import opened, shown
from hubwarden_policies.gates.program.graph.tokens import canonical
from hubwarden_policies.model import DEPLOYMENT_TYPE, UNKNOWN, Made, Unseen

if TYPE_CHECKING:
    from hubwarden_policies.gates.arm.template.declared import Declared
    from hubwarden_policies.gates.arm.template.scope import TemplateScope


class Turn(NamedTuple):
    """One turn of an entry of `resources`: its body, and what its loop makes of the rest."""

    body: Mapping[str, Any]
    path: Path
    address: str
    scope: TemplateScope


def leave_out(turn: Turn, parent: Declared | None, why: str) -> None:
    """Note a resource that is not deployed, where rules would have had something to read in it."""
    written = get(turn.body, "type")
    said = written if isinstance(written, str) else ""
    whole = said if parent is None or "/" in said else f"{parent.arm_type}/{said}"
    if not (known := _readable(whole)):
        return
    world = turn.scope.world
    place = world.problems.locate(turn.path)
    reason = f"{why} with these values, so it is not deployed, and nothing in it was judged"
    world.left_out.append(
        Unseen(called(known, turn.address), reason, turn.address, (place,) if place else ())
    )


def doubt_of(turn: Turn) -> str:
    """What decides whether it is deployed, where nobody knows that before."""
    body, _, _, scope = turn
    loop, condition = entry(body, "copy"), entry(body, "condition")
    if loop is not None and any(one.index is UNKNOWN for one in scope.loops):
        return str(get(loop[1], "count"))
    if condition is None:
        return ""
    holds = opened(scope.value(condition[1], (*turn.path, condition[0])))
    return shown(holds) if isinstance(holds, Made) else ""


def _readable(written: str) -> str | None:
    if written.lower() == DEPLOYMENT_TYPE.lower():
        return DEPLOYMENT_TYPE
    # An expression may be any type.
    return written if written.startswith("[") else canonical(written.partition("@")[0])
