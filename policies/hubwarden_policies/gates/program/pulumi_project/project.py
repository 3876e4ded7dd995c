"""A Pulumi project as its Pulumi.yaml declares it: program, stacks, interpreter.

What the engine would refuse is a `ProjectError` here too. Source of the rules: Pulumi's
`sdk/go/common/workspace` (project.go, paths.go).
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Final

from hubwarden_policies.gates.program.pulumi_project.folders import PROJECT_FILES, find_projects
from hubwarden_policies.gates.program.pulumi_project.interpreter import own_interpreter
from hubwarden_policies.gates.program.pulumi_project.project_error import (
    USAGE,
    ProjectError,
    kind_of,
    read_mapping,
    word,
)
from hubwarden_policies.gates.program.pulumi_project.stack_files import StackConfig, read_stack
from hubwarden_policies.model import Location
from hubwarden_policies.record import record

if TYPE_CHECKING:
    from pathlib import Path

    from hubwarden_policies.gates.program.pulumi_project.marked_yaml import Marked

__all__ = [
    "MADE_UP_STACK",
    "Project",
    "ProjectError",
    "StackConfig",
    "find_projects",
    "read_project",
    "read_stack",
]

MADE_UP_STACK: Final = "check"
_STACK_FILE: Final = re.compile(r"Pulumi\.(?P<stack>[A-Za-z0-9_.-]+)\.ya?ml")


@record
class Project:
    """A project that can be run.

    `folder` is the absolute folder of `file` (Pulumi.yaml or Pulumi.yml), `main` the absolute
    folder or file that is run, `stack_folder` where its stack files lie. `python` is the
    project's own interpreter, None where it names none that exists: then hubwarden's runs the
    program, and `python_note` says which environment is missing. `stacks` are the names by its
    stack files; where there is none, one stack is made up and `made_up` is true. `config` is the
    `config:` of Pulumi.yaml as it stands there.
    """

    folder: Path
    file: str
    name: str
    main: Path
    stack_folder: Path
    stacks: tuple[str, ...]
    made_up: bool
    python: Path | None = None
    python_note: str | None = None
    config: Marked | None = None

    def stack_file(self, stack: str) -> Path | None:
        """The file of this stack, None where it has none."""
        names = (f"Pulumi.{stack}.yaml", f"Pulumi.{stack}.yml")
        return next((p for name in names if (p := self.stack_folder / name).is_file()), None)

    def relative(self, path: Path) -> str:
        """The path as reports write it: relative to the project's folder, with slashes."""
        return os.path.relpath(path, self.folder).replace(os.sep, "/")


def read_project(folder: Path) -> Project:
    """The project in this folder; raises `ProjectError`."""
    folder = folder.resolve()
    path = next((p for name in PROJECT_FILES if (p := folder / name).is_file()), None)
    if path is None:
        raise ProjectError(
            "no-project",
            f"There is no Pulumi.yaml in {folder}; name the folder that holds it.",
            exit_code=USAGE,
        )
    file = path.name
    root = read_mapping(path, file)
    name = None if root is None else word(root, "name", file)
    if root is None or name is None:
        raise ProjectError(
            "bad-project",
            f"{file} needs at least `name:` and `runtime: python`; it has no `name:`.",
            Location(file, 1),
        )
    python, note = own_interpreter(folder, _runtime(root, file))
    main = _main(root, folder, file)
    stack_folder = folder / stack_folder_in(root, file)
    stacks = _stacks(stack_folder)
    config = root.get("config")
    return Project(
        folder=folder,
        file=file,
        name=name,
        main=main,
        stack_folder=stack_folder,
        stacks=stacks or (MADE_UP_STACK,),
        made_up=not stacks,
        python=python,
        python_note=note,
        config=config if config is not None and isinstance(config.value, dict) else None,
    )


def _runtime(root: Marked, file: str) -> dict[str, str]:
    """The options of the runtime, which must be Python."""
    item = root.get("runtime")
    name = item.get("name") if item is not None and isinstance(item.value, dict) else item
    place = (
        Location(file, item.key_line, item.key_column) if item is not None else Location(file, 1)
    )
    if item is None or name is None or not name.text:
        raise ProjectError(
            "bad-project", f"{file} names no runtime; write `runtime: python`.", place
        )
    if name.text != "python":
        raise ProjectError(
            "other-runtime",
            f"{file} asks for the runtime {name.text}; only programs in Python can be checked,"
            " so leave this folder out.",
            place,
        )
    options = item.get("options")
    if options is None or options.value is None:
        return {}
    if not isinstance(options.value, dict):
        raise ProjectError(
            "bad-project",
            f"`runtime.options` in {file} must be a mapping, not {kind_of(options)}.",
            Location(file, options.key_line, options.key_column),
        )
    return {key: option.text for key, option in options.items()}


def _main(root: Marked, folder: Path, file: str) -> Path:
    said = word(root, "main", file)
    main = folder / (said or ".")
    item = root.get("main")
    place = (
        Location(file, item.key_line, item.key_column) if item is not None else Location(file, 1)
    )
    if not main.resolve().is_relative_to(folder):
        raise ProjectError(
            "bad-main",
            f"`main: {said}` in {file} leads out of the project; name a folder or file in it.",
            place,
        )
    if main.is_dir() and not (main / "__main__.py").is_file():
        where = f"{said}/" if said else ""
        raise ProjectError(
            "no-main",
            f"The program {where}__main__.py does not exist; create it or let `main:` in {file}"
            " name the folder that holds it.",
            place,
        )
    if not main.exists():
        raise ProjectError(
            "no-main",
            f"`main: {said}` in {file} does not exist; name the program's folder or file.",
            place,
        )
    return main.resolve()


def stack_folder_in(root: Marked, file: str) -> str:
    """`stackConfigDir`, or its old spelling: a text at `config`; else the project's own folder."""
    config = root.get("config")
    said = word(root, "stackConfigDir", file)
    if said is None and config is not None and not isinstance(config.value, dict | None):
        said = word(root, "config", file)
    return said or "."


def _stacks(folder: Path) -> tuple[str, ...]:
    if not folder.is_dir():
        return ()
    matches = (_STACK_FILE.fullmatch(path.name) for path in folder.iterdir() if path.is_file())
    return tuple(sorted({match["stack"] for match in matches if match}))
