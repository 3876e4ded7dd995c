"""Where the policy of a deployment lies: in the project that the pack's folder is in."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from hubwarden_policies.gates.program.pulumi_project.folders import PROJECT_FILES
from hubwarden_policies.gates.program.pulumi_project.project import Project, stack_folder_in
from hubwarden_policies.gates.program.pulumi_project.project_error import (
    ProjectError,
    read_mapping,
    word,
)
from hubwarden_policies.gates.program.pulumi_project.sources import source_texts
from hubwarden_policies.gates.program.pulumi_project.stack_files import read_stack
from hubwarden_policies.policy import Place, Policy, read_policy

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from pathlib import Path

    from hubwarden_policies.gates.program.pulumi_project.marked_yaml import Marked
    from hubwarden_policies.model import Location


@dataclass(frozen=True)
class Given:
    """What is known of a deployment before its first resource.

    `found` says that the project's folder is known, so that its sources can be read; without it
    `project.folder` is the pack's own.
    """

    project: Project
    stack: str
    policy: Policy
    found: bool

    @cached_property
    def sources(self) -> Mapping[str, str]:
        """The texts of the user's files."""
        return source_texts(self.project.folder) if self.found else {}

    @cached_property
    def places(self) -> Mapping[str, Location | None]:
        """Where the values of the configuration stand, as far as the files tell.

        What is wrong with the files is the engine's to say, which reads them as well.
        """
        try:
            judged = read_stack(self.project, self.stack).judged if self.found else {}
        except ProjectError:
            return {}
        return {key: held.location for key, held in judged.items()}


def read_given(pack: Path, project: str, stack: str, today: date) -> Given:
    """The policy for this stack, from the project around the pack's folder.

    A pack that lies in another project, or in none, brings its own: the files beside it. Raises
    `ProjectError` and `SettingsError`.
    """
    around = _around(pack, project)
    here = around or _project(pack, "", project, pack)
    place = Place(folder=here.folder, stacks=here.stack_folder, shown=here.folder)
    return Given(here, stack, read_policy(place, (stack,), today), found=around is not None)


def unread(pack: Path, today: date) -> Given:
    """What is known of a deployment before anybody says of which stack it is."""
    return Given(_project(pack, "", "", pack), "", Policy(today), found=False)


def _around(pack: Path, name: str) -> Project | None:
    """The nearest project above the pack's folder, where it has this name."""
    for folder in pack.parents:
        for file in PROJECT_FILES:
            path = folder / file
            if path.is_file() and (root := read_mapping(path, file)) is not None:
                if word(root, "name", file) != name:
                    return None
                stack_folder = folder / stack_folder_in(root, file)
                return _project(folder, file, name, stack_folder, root.get("config"))
    return None


def _project(
    folder: Path, file: str, name: str, stack_folder: Path, config: Marked | None = None
) -> Project:
    return Project(
        folder=folder,
        file=file,
        name=name,
        main=folder,
        stack_folder=stack_folder,
        stacks=(),
        made_up=False,
        config=config if config is not None and isinstance(config.value, dict) else None,
    )
