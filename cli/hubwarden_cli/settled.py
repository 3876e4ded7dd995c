"""Findings as they count: after waivers, baseline, and a change of the files that decide."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from hubwarden_policies.evaluate import Finding, about
from hubwarden_policies.reports.report import Expiry
from hubwarden_policies.rules.upkeep import policy_changed
from hubwarden_policies.waivers import EVERY

if TYPE_CHECKING:
    from hubwarden_cli.inspected import Inspected


def findings(one: Inspected) -> Iterator[Finding]:
    """The findings of a project, with what waivers, baseline and CI make of them.

    What decides about findings comes first, where it was changed, and no level reaches it.
    """
    judged = _judged_findings(one)
    found = [finding for findings in judged.values() for finding in findings]
    if one.decided is None:
        # Nobody got as far as to decide about them, so all of them count.
        yield from found
        return
    for file in one.decided.changes.files:
        for finding in about(file, [policy_changed], one.decided.policy.team(file.stack)):
            yield replace(finding, level="mandatory")
    yield from one.decided.policy.settle(found)
    # Beside files there may always be others, which a waiver for none of these is about.
    others = (waiver.entry.stack for waiver in one.decided.policy.waivers)
    stacks = one.project.stacks if one.project else (*judged, *others, EVERY)
    yield from one.decided.policy.about_waivers(found, judged, stacks)


def next_expiry(one: Inspected) -> Expiry | None:
    """The waiver of this project that holds and expires first."""
    found = [finding for findings in _judged_findings(one).values() for finding in findings]
    waiver = one.policy.next_expiry(found) if one.policy else None
    return Expiry(waiver.rule, waiver.entry.expires) if waiver else None


def _judged_findings(one: Inspected) -> dict[str, tuple[Finding, ...]]:
    """The findings of every stack that was judged to its end."""
    return {e.name: e.judgement.findings for e in one.examined if e.judgement is not None}
