"""Which projects are checked and with what; every one is finished whatever another one does."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from hubwarden_cli.guard import FAILED, USAGE, fault, traceback_for
from hubwarden_cli.inspected import Inspected, Progress, Wish
from hubwarden_cli.policy_place import settings_folder
from hubwarden_policies.gates.collected import Examined
from hubwarden_policies.gates.program.gate import Conditions, Examination
from hubwarden_policies.gates.program.pulumi_project.project import (
    Project,
    ProjectError,
    find_projects,
    read_project,
)
from hubwarden_policies.policy_file import SettingsError
from hubwarden_policies.reports.problem import Problem
from hubwarden_policies.settings import Settings
from hubwarden_policies.settings_file import read_settings

if TYPE_CHECKING:
    from hubwarden_cli.decided import Decided
    from hubwarden_policies.rule import Rule

# Seconds, per stack and run.
TIMEOUT: Final = 120.0


def inspect(
    wish: Wish, *, environ: Mapping[str, str], today: date, progress: Progress
) -> Iterator[Inspected]:
    """Every project in or below the folders, in the order of their names."""
    projects = list(_projects(wish))
    known = {name for one in projects if one.project for name in one.project.stacks}
    for one in projects:
        if one.project is None:
            yield one
        else:
            yield _examined(
                one, one.project, wish, known=known, environ=environ, today=today, progress=progress
            )


def _projects(wish: Wish) -> Iterator[Inspected]:
    seen = set()
    for folder in wish.folders:
        roots = find_projects(folder)
        if not roots:
            yield Inspected(_shown(folder), folder, (_nothing_there(folder),))
        for root in roots:
            if root not in seen:
                seen.add(root)
                yield _read(root, wish.policy_from)


def _nothing_there(folder: Path) -> Problem:
    if not folder.exists():
        sentence = f"There is no folder {folder}; name one that holds a Pulumi.yaml."
    elif not folder.is_dir():
        sentence = f"{folder} is no folder; name the one that holds the Pulumi.yaml."
    else:
        sentence = f"There is no Pulumi.yaml in or below {folder}; name the folder that holds it."
    return Problem(str(folder), None, "no-project", sentence, USAGE)


def _read(root: Path, policy_from: Path | None) -> Inspected:
    folder = _shown(root)
    one = Inspected(folder, root)
    name = folder or root.name
    try:
        settings = read_settings(settings_folder(root, policy_from), shown_from=root)
        return replace(one, settings=settings, project=read_project(root))
    except SettingsError as error:
        problem = _bad_settings(name, error, folder)
    except ProjectError as error:
        problem = Problem(
            name, None, error.kind, error.sentence, error.exit_code, error.location, folder
        )
    return replace(one, problems=(problem,))


def _bad_settings(name: str, error: SettingsError, folder: str) -> Problem:
    return Problem(name, None, "bad-settings", f"{error}", USAGE, error.location, folder)


def _examined(
    one: Inspected,
    project: Project,
    wish: Wish,
    *,
    known: set[str],
    environ: Mapping[str, str],
    today: date,
    progress: Progress,
) -> Inspected:
    asked = tuple(dict.fromkeys(wish.stacks)) or project.stacks
    absent = tuple(name for name in asked if name not in project.stacks and name in known)
    stacks = [name for name in asked if name not in absent]
    done: dict[str, Examined] = {}
    problems: tuple[Problem, ...] = ()
    said: Decided | None = None
    progress(project.name, 0, len(stacks))
    try:
        conditions = _conditions(wish, one.settings, environ)
        with Examination(project, stacks, conditions) as running:
            rules = _load_meanwhile()
            said = _decided(one, project, wish, stacks=stacks, environ=environ, today=today)
            for result in running.results(rules=rules, team=said.policy.team):
                done[result.name] = result
                progress(project.name, len(done), len(stacks))
    except SettingsError as error:
        problems = (_bad_settings(project.name, error, one.folder),)
    except Exception as error:  # noqa: BLE001 (the other projects are still to be checked)
        problem = Problem(
            input=project.name,
            stack=None,
            kind="internal",
            message=fault(error),
            exit_code=FAILED,
            folder=one.folder,
            traceback=traceback_for(error, environ),
        )
        problems = (problem,)
    examined = tuple(done[name] for name in stacks if name in done)
    return replace(
        one,
        project=project,
        decided=said,
        examined=examined,
        problems=problems,
        absent=absent,
    )


def _decided(one: Inspected, project: Project, wish: Wish, **conditions: Any) -> Decided:
    from hubwarden_cli.decided import decided

    return decided(project, one.settings, wish, **conditions)


def _load_meanwhile() -> Sequence[Rule]:
    """The rules, and all that reports: loading it takes longer than starting the program."""
    import hubwarden_cli.assemble  # noqa: F401
    import hubwarden_policies.reports.text  # noqa: F401
    from hubwarden_policies.catalogue import RULES

    return RULES


def _conditions(wish: Wish, settings: Settings, environ: Mapping[str, str]) -> Conditions:
    fixtures = settings.check
    return Conditions(
        environ=environ,
        isolation=wish.isolation,
        timeout=wish.timeout or fixtures.timeout or TIMEOUT,
        canary=wish.canary,
        passed=tuple(fixtures.environment),
        fixtures={
            "config": fixtures.config,
            "stacks": fixtures.stacks,
            "invokes": fixtures.calls,
            "resources": fixtures.outputs,
        },
    )


def _shown(folder: Path) -> str:
    """A folder as a person would write it from here; '' for here."""
    resolved, here = folder.resolve(), Path.cwd()
    if resolved == here:
        return ""
    near = resolved.is_relative_to(here) or resolved.is_relative_to(here.parent)
    return os.path.relpath(resolved, here) if near else str(resolved)
