"""Everything that a team decided about findings, read once and applied in one place.

The check, the policy pack and the guard all read it here.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from datetime import date
from pathlib import Path
from typing import Final

from hubwarden_policies import baseline, settings, waivers
from hubwarden_policies.baseline import Baseline, Old, read_baseline
from hubwarden_policies.evaluate import Finding, about
from hubwarden_policies.levels import known_name, read_levels
from hubwarden_policies.model import Location
from hubwarden_policies.policy_file import SettingsError
from hubwarden_policies.record import record
from hubwarden_policies.rules.upkeep import waiver_expired, waiver_too_long, waiver_unused
from hubwarden_policies.settings import Settings
from hubwarden_policies.settings_file import read_settings, settings_files
from hubwarden_policies.team import Level, Team
from hubwarden_policies.views.standing import WaiverUse
from hubwarden_policies.waivers import EVERY, Waiver, last_day, read_waivers

_WAIVER_RULES: Final = (waiver_expired, waiver_too_long, waiver_unused)


@record
class Place:
    """Where a project's policy lies: `folder` has hubwarden.toml, `stacks` the other files.

    `shown` is the folder that names in reports are relative to.
    """

    folder: Path
    stacks: Path
    shown: Path

    def name(self, path: Path) -> str:
        """The path as reports write it."""
        return os.path.relpath(path, self.shown).replace(os.sep, "/")

    def levels_file(self, stack: str) -> Path:
        """The file with the levels of this stack."""
        return self.stacks / f"policy.{stack}.json"

    def files(self, stacks: Iterable[str]) -> list[Path]:
        """Every file that decides about these stacks, whether it is there or not."""
        own = [self.stacks / name for name in (waivers.FILE, baseline.FILE)]
        levels = [self.levels_file(stack) for stack in stacks]
        return [*(settings_files(self.folder) or [self.folder / settings.FILE]), *own, *levels]


@record
class Policy:
    """What a team decided for the stacks of one project, as of `today`."""

    today: date
    settings: Settings = field(default_factory=Settings)
    levels: Mapping[str, Mapping[str, Level]] = field(default_factory=dict)
    waivers: Sequence[Waiver] = ()
    baseline: Baseline = field(default_factory=lambda: Baseline({}))

    def team(self, stack: str) -> Team:
        """What the rules are told when they judge this stack."""
        said = {**self.settings.levels, **self.levels.get(stack, {})}
        return settings.team(self.settings, stack, self.today, levels=said)

    def settle(self, findings: Iterable[Finding]) -> list[Finding]:
        """The findings with what a waiver or the baseline makes of each; waivers come first."""
        return [self._settled(finding) for finding in findings]

    def about_waivers(
        self, findings: Iterable[Finding], judged: Iterable[str], stacks: Iterable[str]
    ) -> list[Finding]:
        """What is to be said of the waivers themselves, each at its own line.

        `findings` are all of the project, settled or not, `judged` the stacks that they are of,
        `stacks` all that the project has.
        """
        findings, absent = list(findings), set(stacks) - set(judged)
        return [
            finding
            for waiver in self.waivers
            for finding in about(
                self._use(waiver, findings, absent), _WAIVER_RULES, self.team(waiver.entry.stack)
            )
        ]

    def next_expiry(self, findings: Iterable[Finding]) -> Waiver | None:
        """The waiver of these findings that expires first, of those that hold."""
        held = [
            waiver
            for finding in findings
            for waiver in self.waivers
            if waiver.matches(finding) and self._holds(waiver, finding)
        ]
        return min(held, key=lambda waiver: waiver.entry.expires, default=None)

    def fixed(self, findings: Iterable[Finding], judged: Iterable[str]) -> list[Old]:
        """What the baseline still lists and these stacks no longer have."""
        return self.baseline.fixed(findings, judged)

    def _settled(self, finding: Finding) -> Finding:
        for waiver in self.waivers:
            if waiver.matches(finding) and self._holds(waiver, finding):
                return replace(finding, status="waived", justification=waiver.justification)
        if self.baseline.holds(finding):
            return replace(finding, status="baseline", justification="it is in the baseline")
        return finding

    def _holds(self, waiver: Waiver, finding: Finding) -> bool:
        lives = self.settings.waivers
        too_long = waiver.is_too_long(finding.severity, self.today, lives)
        return not too_long and not waiver.has_expired(self.today)

    def _use(self, waiver: Waiver, findings: Sequence[Finding], absent: set[str]) -> WaiverUse:
        matched = [finding for finding in findings if waiver.matches(finding)]
        lives = self.settings.waivers
        outlived = [
            last_day(finding.severity, self.today, lives)
            for finding in matched
            if waiver.is_too_long(finding.severity, self.today, lives)
        ]
        everywhere = not absent if waiver.entry.stack == EVERY else waiver.entry.stack not in absent
        return WaiverUse(
            rule=waiver.rule,
            stack=waiver.entry.stack,
            address=waiver.entry.address,
            expires=waiver.entry.expires,
            location=waiver.location,
            today=self.today,
            used=True if matched else False if everywhere else None,
            latest=min(outlived, default=None),
        )


def read_policy(
    place: Place, stacks: Iterable[str], today: date, given: Settings | None = None
) -> Policy:
    """The policy in this place for these stacks; raises `SettingsError` at the first thing wrong.

    `given` are its settings where they have been read before.
    """
    found = read_settings(place.folder) if given is None else given
    return Policy(
        today=today,
        settings=found.model_copy(update={"levels": dict(_known(found, place))}),
        levels={
            stack: read_levels(place.levels_file(stack), place.name(place.levels_file(stack)))
            for stack in stacks
        },
        waivers=read_waivers(place.stacks / waivers.FILE, place.name(place.stacks / waivers.FILE)),
        baseline=read_baseline(
            place.stacks / baseline.FILE, place.name(place.stacks / baseline.FILE)
        ),
    )


def _known(found: Settings, place: Place) -> Iterator[tuple[str, Level]]:
    for name, level in found.levels.items():
        try:
            yield known_name(name), level
        except ValueError as error:
            shown = place.name(place.folder / settings.FILE)
            sentence = f"{shown}: {error} (levels)"
            raise SettingsError(sentence, Location(shown, 1)) from None
