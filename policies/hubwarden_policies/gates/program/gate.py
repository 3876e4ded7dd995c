"""From a project's folder to judged stacks: run, merge, follow the canaries, judge, point at lines.

Nothing here imports the SDK: the program runs in the interpreter of its own project, and this side
reads what the recorder wrote (`recording.py`).
"""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hubwarden_policies.evaluate import Judgement, evaluate
from hubwarden_policies.gates.program.failures import InputError, failed
from hubwarden_policies.gates.program.job import Isolation, Job, Ran, Run
from hubwarden_policies.gates.program.launch import Launched
from hubwarden_policies.gates.program.leaks import NothingPlanted, leaked
from hubwarden_policies.gates.program.locate import pinpoint
from hubwarden_policies.gates.program.merge import merge
from hubwarden_policies.gates.program.project import Project, ProjectError, read_stack
from hubwarden_policies.gates.program.sources import pulumi_imports, source_texts
from hubwarden_policies.gates.program.tokens import arm_types_by_token

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from hubwarden_policies.gates.program.recording import Mode, Recording
    from hubwarden_policies.gates.program.stack_files import StackConfig
    from hubwarden_policies.model import Stack
    from hubwarden_policies.rule import Rule
    from hubwarden_policies.team import Team


@dataclass(frozen=True, slots=True)
class Examined:
    """One stack of one project: what it declares and what the rules say, or why nobody can tell.

    `seconds` is wall time since the project's examination began; `isolation` what held the
    program (`namespaces`, `observed`), None where it did not run; `notes` are sentences on what
    could not be done or seen.
    """

    project: str
    name: str
    stack: Stack | None = None
    judgement: Judgement | None = None
    errors: tuple[InputError, ...] = ()
    seconds: float = 0.0
    isolation: str | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Conditions:
    """How programs are run.

    `environ` is the caller's environment, of which the program gets the harmless part and the
    variables `passed` by name. `timeout` is in seconds, per stack and run. `fixtures` are what the
    program needs from outside (`invokes`, `resources`, `stacks`, `config`). `patches` names the
    recorder's speed patches, None for all.
    """

    environ: Mapping[str, str]
    isolation: Isolation = "best"
    timeout: float = 120.0
    canary: bool = True
    passed: tuple[str, ...] = ()
    fixtures: Mapping[str, Any] = field(default_factory=dict)
    patches: tuple[str, ...] | None = None


def examine(
    project: Project,
    stacks: Sequence[str],
    *,
    rules: Sequence[Rule],
    team: Callable[[str], Team],
    conditions: Conditions,
) -> Iterator[Examined]:
    """Run the project's program for these stacks, and judge each as soon as its runs have ended.

    Every stack is finished whatever another one does; one that cannot be judged has errors.
    """
    began = time.monotonic()
    configs: dict[str, StackConfig] = {}
    for name in stacks:
        try:
            configs[name] = read_stack(project, name)
        except ProjectError as error:
            refused = InputError(error.kind, error.sentence, error.location, error.exit_code)
            yield Examined(project.name, name, errors=(refused,))
    if not configs:
        return
    modes: tuple[Mode, ...] = ("preview", "canary") if conditions.canary else ("preview",)
    ended: dict[str, dict[Mode, Ran]] = {name: {} for name in configs}
    with Launched(_job(project, configs, modes, conditions)) as launched:
        # Both are read while the program runs.
        judge = _Judge(project, rules, source_texts(project.folder), conditions.timeout)
        for ran in launched.results():
            runs = ended[ran.run.stack]
            runs[ran.run.mode] = ran
            if len(runs) == len(modes):
                config = configs[ran.run.stack]
                yield replace(
                    judge.examined(config, runs, team(config.name)),
                    seconds=time.monotonic() - began,
                    isolation=launched.isolation,
                    notes=_notes(runs, launched.notes),
                )


def _job(
    project: Project,
    configs: Mapping[str, StackConfig],
    modes: Sequence[Mode],
    conditions: Conditions,
) -> Job:
    return Job(
        root=project.folder,
        main=project.main,
        project=project.name,
        runs=[Run(name, mode, config.values) for name, config in configs.items() for mode in modes],
        python=project.python or Path(sys.executable),
        environ=conditions.environ,
        isolation=conditions.isolation,
        timeout=conditions.timeout,
        imports=pulumi_imports(project),
        passed=conditions.passed,
        fixtures={**conditions.fixtures, "armTypes": arm_types_by_token()},
        patches=conditions.patches,
    )


@dataclass(frozen=True, slots=True)
class _Judge:
    """Makes a verdict of the runs of one stack."""

    project: Project
    rules: Sequence[Rule]
    sources: Mapping[str, str]
    timeout: float

    def examined(self, config: StackConfig, runs: Mapping[Mode, Ran], team: Team) -> Examined:
        errors = self._errors(runs)
        if errors:
            return Examined(self.project.name, config.name, errors=errors)
        preview, canary = (runs[m].recording if m in runs else None for m in ("preview", "canary"))
        try:
            flows = None if canary is None else leaked(canary, self.project, config.judged)
        except NothingPlanted as error:
            return Examined(
                self.project.name, config.name, errors=(InputError("no-canary", str(error)),)
            )
        stack = merge(
            preview,
            canary,
            project=self.project,
            config=config,
            sources=self.sources,
            flows=flows,
        )
        judgement = evaluate(self.rules, stack, team)
        crashes = tuple(
            InputError(
                "rule-raised",
                f"The rule {crash.rule} raised {crash.error} on {crash.address}, so nobody knows "
                "whether it holds; please report it, or switch the rule off until it is mended.",
            )
            for crash in judgement.crashes
        )
        findings = tuple(pinpoint(finding, stack) for finding in judgement.findings)
        return Examined(
            self.project.name,
            config.name,
            stack,
            replace(judgement, findings=findings),
            errors=crashes,
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


def _notes(runs: Mapping[Mode, Ran], notes: Sequence[str]) -> tuple[str, ...]:
    recordings: list[Recording] = [ran.recording for ran in runs.values() if ran.recording]
    return tuple(dict.fromkeys([*notes, *(note for each in recordings for note in each.notes)]))
