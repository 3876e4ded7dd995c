"""`creds revoke`: keys that are burnt are replaced now, whoever still holds them."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from hubwarden_cli.creds.desk import Desk
from hubwarden_cli.creds.exits import Exit, refused, worst
from hubwarden_cli.creds.options import AsMe, Masked, Policy, Resource, SingleRunner
from hubwarden_cli.guard import Refusal
from hubwarden_cli.streams import tell

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from hubwarden_cli.rotation.consumers import Credential
    from hubwarden_cli.rotation.survey import Surveyed


def revoke(
    desk: Desk,
    *,
    resource: Resource = None,
    policy: Policy = None,
    everything: Annotated[bool, typer.Option("--all", help="Every declared credential.")] = False,
    consent: Annotated[
        bool,
        typer.Option(
            "--yes-i-accept-outage", help="Go on: consumers fail until they read the new key."
        ),
    ] = False,
    as_me: AsMe = False,
    single_runner: SingleRunner = False,
    accept_masked: Masked = False,
) -> Exit:
    """Emergency: replace both keys without grace. Says first whom it hits."""
    from datetime import timedelta
    from functools import partial

    from hubwarden_cli.creds.acting import writing
    from hubwarden_cli.creds.conduct import Conduct, every
    from hubwarden_cli.creds.options import chosen
    from hubwarden_cli.creds.outcome import report
    from hubwarden_cli.rotation.survey import Asked, survey

    if not (resource or policy or everything):
        raise Refusal("say which keys are burnt: --resource ID, --policy NAME, or --all.")
    declared = chosen(desk, resource, policy)
    _warn(declared)
    if not consent:
        raise refused("nothing was revoked; say --yes-i-accept-outage where that is what you want.")
    writing(desk, as_me=as_me)
    asked = Asked(all=True, emergency=True, accept_masked=accept_masked)
    surveyed = survey(desk.access, declared, asked)
    conduct = Conduct(desk, timedelta(), single_runner)
    outcomes = every(partial(conduct.begin, one.plan) for one in surveyed if one.plan)
    code, document, text = report(outcomes)
    left = list(_left(surveyed))
    document["left"] = [{"what": name, "why": why} for _, name, why in left]
    document["hit"] = [_hit(one) for one in declared]
    lines = [text, *(f"NOT revoked: {name}: {why}" for _, name, why in left)]
    return desk.finish(worst([code, *(one for one, _, _ in left)]), document, "\n".join(lines))


def _left(surveyed: Sequence[Surveyed]) -> Iterator[tuple[Exit, str, str]]:
    """What could not be begun."""
    from hubwarden_cli.creds.failing import judged

    for each in surveyed:
        if each.failure:
            code, why = judged(each.failure, usage=Exit.REFUSED)
            yield code, each.id.name, why
        for one in each.standings:
            if one.blocked:
                yield Exit.REFUSED, f"{each.id.name}/{one.declared.policy}", one.blocked


def _hit(declared: Credential) -> dict[str, object]:
    return {
        "credential": declared.name,
        "consumers": [one.name for one in declared.consumers],
        "links": list(declared.links),
        "copies": [f"{one.vault}/{one.secret}" for one in declared.copies],
    }


def _warn(declared: Sequence[Credential]) -> None:
    from hubwarden_cli.creds.options import spoken

    lines = ["both keys of these policies are replaced at once:"]
    for one in declared:
        lines.append(f"  {one.id.name}/{one.policy} (secret {one.vault}/{one.secret})")
        lines += [
            f"    {each.name} is refused until it reads the new key, for up to {spoken(each.cache)}"
            for each in one.consumers
        ]
        lines += [f"    the link of {link.rpartition('/')[2]} is written" for link in one.links]
        lines += [f"    the copy {each.vault}/{each.secret} is written" for each in one.copies]
    tell("\n".join(lines) + "\n", sys.stderr)
