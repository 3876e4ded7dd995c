"""From a project's folder to judged stacks: run, merge, follow the canaries, judge, point at lines.

Nothing here imports the SDK: the program runs in the interpreter of its own project, and this side
reads what the recorder wrote (`recording.py`).
"""

from __future__ import annotations

import sys
import time
from dataclasses import field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from hubwarden_policies.gates.collected import Examined, InputError
from hubwarden_policies.gates.program.graph.tokens import arm_types_by_token
from hubwarden_policies.gates.program.pulumi_project.project import (
    Project,
    ProjectError,
    read_stack,
)
from hubwarden_policies.gates.program.pulumi_project.sources import pulumi_imports, source_texts
from hubwarden_policies.gates.program.running.job import Isolation, Job, Ran, Run
from hubwarden_policies.gates.program.running.launch import Launched
from hubwarden_policies.record import record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from hubwarden_policies.gates.program.pulumi_project.stack_files import StackConfig
    from hubwarden_policies.gates.program.running.recording import Mode, Recording
    from hubwarden_policies.rule import Rule
    from hubwarden_policies.team import Team

__all__ = ["Conditions", "Examination", "Examined", "examine"]


@record
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


class Examination:
    """A project's program at work. Use it as a context: leaving ends every run.

    It has begun when the constructor returns, so what judges can be loaded meanwhile.
    """

    def __init__(self, project: Project, stacks: Sequence[str], conditions: Conditions) -> None:
        self._began = time.monotonic()
        self._project, self._conditions = project, conditions
        self._refused: list[Examined] = []
        self._configs: dict[str, StackConfig] = {}
        for name in stacks:
            try:
                self._configs[name] = read_stack(project, name)
            except ProjectError as error:
                why = InputError(error.kind, error.sentence, error.location, error.exit_code)
                self._refused.append(Examined(project.name, name, errors=(why,)))
        self._modes: tuple[Mode, ...] = ("preview", "canary") if conditions.canary else ("preview",)
        self._launched: Launched | None = None
        if self._configs:
            self._launched = Launched(_job(project, self._configs, self._modes, conditions))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        if self._launched is not None:
            self._launched.__exit__()

    def results(self, *, rules: Sequence[Rule], team: Callable[[str], Team]) -> Iterator[Examined]:
        """Every stack, judged as soon as its runs have ended, whatever another one does.

        One that cannot be judged has errors.
        """
        from hubwarden_policies.gates.program.verdict import Judge

        yield from self._refused
        launched = self._launched
        if launched is None:
            return
        closed: list[OSError] = []
        sources = source_texts(self._project.folder, closed=closed)
        unread = [_unread(error, self._project.folder) for error in closed]
        judge = Judge(self._project, rules, sources, self._conditions.timeout)
        ended: dict[str, dict[Mode, Ran]] = {name: {} for name in self._configs}
        for ran in launched.results():
            runs = ended[ran.run.stack]
            runs[ran.run.mode] = ran
            if len(runs) == len(self._modes):
                config = self._configs[ran.run.stack]
                yield replace(
                    judge.examined(config, runs, team(config.name)),
                    seconds=time.monotonic() - self._began,
                    isolation=launched.isolation,
                    notes=_notes(runs, (*launched.notes, *unread)),
                )


def examine(
    project: Project,
    stacks: Sequence[str],
    *,
    rules: Sequence[Rule],
    team: Callable[[str], Team],
    conditions: Conditions,
) -> Iterator[Examined]:
    """Run the project's program for these stacks and judge each (`Examination.results`)."""
    with Examination(project, stacks, conditions) as examination:
        yield from examination.results(rules=rules, team=team)


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


def _unread(error: OSError, folder: Path) -> str:
    name = Path(error.filename).relative_to(folder).as_posix()
    return f"{name} was not searched for credentials, for it cannot be read ({error.strerror})"


def _notes(runs: Mapping[Mode, Ran], notes: Sequence[str]) -> tuple[str, ...]:
    recordings: list[Recording] = [ran.recording for ran in runs.values() if ran.recording]
    return tuple(dict.fromkeys([*notes, *(note for each in recordings for note in each.notes)]))
