"""Which projects are checked and with what; every one is finished whatever another one does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from hubwarden_cli.guard import FAILED, USAGE, fault, of_machine, traceback_for
from hubwarden_cli.home import shown
from hubwarden_cli.inspected import Inspected, Progress, Wish
from hubwarden_cli.policy_place import settings_folder
from hubwarden_cli.targets import UNREADABLE, find_targets
from hubwarden_policies.gates.collected import Examined
from hubwarden_policies.policy_file import SettingsError
from hubwarden_policies.reports.problem import Problem
from hubwarden_policies.settings import Settings
from hubwarden_policies.settings_file import read_settings

if TYPE_CHECKING:
    from hubwarden_cli.decided import Decided
    from hubwarden_policies.gates.program.gate import Conditions
    from hubwarden_policies.gates.program.pulumi_project.project import Project
    from hubwarden_policies.rule import Rule

# Seconds, per stack and run.
TIMEOUT: Final = 120.0


def inspect(
    wish: Wish, *, environ: Mapping[str, str], today: date, progress: Progress
) -> Iterator[Inspected]:
    """Every project and file that the targets mean: projects first, by the order of their names."""
    targets = find_targets(
        wish.targets, paired=wish.parameters is None, policy_from=wish.policy_from
    )
    for problem in targets.problems:
        yield Inspected(problem.input, Path(problem.input), (problem,))
    projects = [_read(root, wish.policy_from) for root in targets.projects]
    known = {name for one in projects if one.project for name in one.project.stacks}
    for one in projects:
        if one.project is None:
            yield one
        else:
            yield _examined(
                one, one.project, wish, known=known, environ=environ, today=today, progress=progress
            )
    if targets.skipped:
        yield Inspected("", Path(), skipped=targets.skipped)
    if targets.files:
        from hubwarden_cli.files import inspect_files

        yield from inspect_files(
            targets.files, wish, environ=environ, today=today, progress=progress
        )


def _read(root: Path, policy_from: Path | None) -> Inspected:
    from hubwarden_policies.gates.program.pulumi_project.project import ProjectError, read_project

    folder = shown(root)
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
    except OSError as error:
        problem = _of_error(name, error, folder, ())
    return replace(one, problems=(problem,))


def _of_error(name: str, error: Exception, folder: str, traceback: tuple[str, ...]) -> Problem:
    """What stopped one project: the machine, for which it could not be judged, or we."""
    if sentence := of_machine(error):
        return Problem(name, None, "unreadable", sentence, UNREADABLE, folder=folder)
    return Problem(name, None, "internal", fault(error), FAILED, folder=folder, traceback=traceback)


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
    # A check of files runs no program.
    from hubwarden_policies.gates.program.gate import Examination

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
        lines = traceback_for(error, environ)
        problems = (_of_error(project.name, error, one.folder, lines),)
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
    from hubwarden_policies.gates.program.gate import Conditions

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
