"""`creds status`: which runs there are, where they stand, and what comes next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hubwarden_cli.creds.desk import Desk
from hubwarden_cli.creds.exits import Exit

if TYPE_CHECKING:
    from datetime import datetime

    from hubwarden_cli.creds.runs import Known


def status(desk: Desk) -> Exit:
    """List the runs that are not over, with what they wait for, and the last that are."""
    from hubwarden_cli.creds.runs import here, remembered

    journals = here(desk)
    known = journals.known
    found = [one for one in known if not one.ended]
    lost = remembered(desk)
    until = {one.run: _until(desk, one) for one in (*found, *lost)}
    document = {
        "runs": [
            *(_entry(one, until.get(one.run), journal=True) for one in known),
            *(_entry(one, until[one.run], journal=False) for one in lost),
        ],
        "damaged": dict(journals.damaged),
    }
    lines = [line for one in found for line in _lines(one, until[one.run], "")]
    lines += [line for one in lost for line in _lines(one, until[one.run], " (no journal here)")]
    lines += [f"run {run}: {why}" for run, why in journals.damaged.items()]
    lines.append(f"{len(found) + len(lost)} open, {len(known) - len(found)} over")
    code = Exit.REFUSED if journals.damaged else Exit.DONE
    return desk.finish(code, document, "\n".join(lines))


def _until(desk: Desk, known: Known) -> datetime | None:
    """When the last grace of the run is over, as the vaults say."""
    from hubwarden_cli.rotation.tags import moment

    times = []
    for one in known.plan.credentials:
        version = desk.access.vault(one.declared.vault).current(one.declared.secret)
        if version and version.tags.get("run") == known.run:
            times.append(moment(version.tags.get("grace_until", "")))
    return max((one for one in times if one), default=None)


def _entry(known: Known, until: datetime | None, *, journal: bool) -> dict[str, Any]:
    return {
        "run": known.run,
        "resource": known.plan.resource,
        "open": not known.ended,
        "journal": journal,
        "emergency": known.plan.emergency,
        "credentials": {name: state.value for name, state in known.states.items()},
        "since": known.since.isoformat() if known.since else None,
        "grace_until": until.isoformat() if until else None,
    }


def _lines(known: Known, until: datetime | None, remark: str) -> list[str]:
    since = f", since {known.since:%Y-%m-%d %H:%M} UTC" if known.since else ""
    at = f" after {until:%Y-%m-%d %H:%M} UTC" if until else ""
    return [
        f"run {known.run}: {known.plan.id.name}{since}{remark}",
        *(f"  {name.rpartition('/')[2]}: {state}" for name, state in known.states.items()),
        f"  resume{at}: hubwarden creds resume {known.run}",
    ]
