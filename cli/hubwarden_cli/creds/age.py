"""`creds age`: how old the keys are, and how old they may become."""

from __future__ import annotations

from hubwarden_cli.creds.desk import Desk
from hubwarden_cli.creds.exits import Exit
from hubwarden_cli.creds.options import Policy, Resource


def age(desk: Desk, *, resource: Resource = None, policy: Policy = None) -> Exit:
    """Say when each declared key was published, and which are due. Reads only."""
    from hubwarden_cli.creds.exits import worst
    from hubwarden_cli.creds.failing import judged
    from hubwarden_cli.creds.options import chosen, spoken
    from hubwarden_cli.rotation.survey import survey

    surveyed = survey(desk.access, chosen(desk, resource, policy))
    standings = [one for each in surveyed for one in each.standings]
    failures = [
        (one.id, *judged(one.failure, usage=Exit.REFUSED)) for one in surveyed if one.failure
    ]
    document = {
        "credentials": [
            {
                "credential": one.declared.name,
                "age_seconds": int(one.age.total_seconds()) if one.age is not None else None,
                "max_age_seconds": int(one.declared.max_age.total_seconds()),
                "due": one.due,
                "blocked": one.blocked or None,
            }
            for one in standings
        ],
        "failures": [
            {"resource": where.path, "exit": int(code), "why": why} for where, code, why in failures
        ],
    }
    lines = [
        f"{'due' if one.due else 'ok':4}{one.declared.id.name}/{one.declared.policy}:"
        f" {spoken(one.age) if one.age is not None else 'unknown'}"
        f" of {spoken(one.declared.max_age)}"
        for one in standings
    ]
    lines += [f"not read: {where.name}: {why}" for where, _, why in failures]
    return desk.finish(worst(code for _, code, _ in failures), document, "\n".join(lines))
