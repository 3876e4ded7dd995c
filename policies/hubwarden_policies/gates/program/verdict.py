"""A verdict on one stack, from the runs of its program. It loads all that judges."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from hubwarden_policies.evaluate import evaluate
from hubwarden_policies.gates.collected import Examined, InputError
from hubwarden_policies.gates.judged import raised
from hubwarden_policies.gates.program.failures import failed
from hubwarden_policies.gates.program.graph.merge import merge
from hubwarden_policies.gates.program.graph.places import places
from hubwarden_policies.gates.program.leaks.leaks import NothingPlanted, leaked
from hubwarden_policies.gates.program.lines.locate import pinpoint
from hubwarden_policies.record import record
from hubwarden_policies.views.credentials import find_credentials

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hubwarden_policies.gates.program.pulumi_project.project import Project
    from hubwarden_policies.gates.program.pulumi_project.stack_files import StackConfig
    from hubwarden_policies.gates.program.running.job import Ran
    from hubwarden_policies.gates.program.running.recording import Mode
    from hubwarden_policies.rule import Rule
    from hubwarden_policies.team import Team


@record
class Judge:
    """Makes a verdict of the runs of one stack."""

    project: Project
    rules: Sequence[Rule]
    sources: Mapping[str, str]
    timeout: float

    def __post_init__(self) -> None:
        # The search remembers what it found: this is done while the program still runs.
        for text in self.sources.values():
            find_credentials(text)

    def examined(self, config: StackConfig, runs: Mapping[Mode, Ran], team: Team) -> Examined:
        """The stack and what the rules say of it, or why its runs do not tell."""
        errors = self._errors(runs)
        if errors:
            return Examined(self.project.name, config.name, errors=errors)
        preview, canary = (runs[m].recording if m in runs else None for m in ("preview", "canary"))
        try:
            flows = None if canary is None else leaked(canary, self.project, config.judged)
        except NothingPlanted as error:
            place = next(iter(places(error.frames, self.project.folder)), None)
            blind = InputError("no-canary", str(error), place)
            return Examined(self.project.name, config.name, errors=(blind,))
        stack = merge(
            preview,
            canary,
            project=self.project,
            config=config,
            sources=self.sources,
            flows=flows,
        )
        judgement = evaluate(self.rules, stack, team)
        findings = tuple(pinpoint(finding, stack) for finding in judgement.findings)
        return Examined(
            self.project.name,
            config.name,
            stack,
            replace(judgement, findings=findings),
            errors=raised(judgement.crashes),
        )

    def _errors(self, runs: Mapping[Mode, Ran]) -> tuple[InputError, ...]:
        """What kept the runs from their end; where both fail, as a rule alike, it is said once."""
        passed = False
        for mode in ("preview", "canary"):
            if mode in runs:
                error = failed(
                    runs[mode], self.project, timeout=self.timeout, preview_passed=passed
                )
                if error is not None:
                    return (error,)
                passed = True
        return ()
