"""What is asked of an examination, and how far each project got in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from hubwarden_policies.record import record
from hubwarden_policies.settings import Settings

if TYPE_CHECKING:
    from hubwarden_cli.decided import Decided
    from hubwarden_cli.home import FileHome, Home
    from hubwarden_policies.gates.collected import Examined
    from hubwarden_policies.gates.program.pulumi_project.project import Project
    from hubwarden_policies.gates.program.running.job import Isolation
    from hubwarden_policies.policy import Policy
    from hubwarden_policies.reports.problem import Problem
    from hubwarden_policies.reports.report import Skipped


@record
class Wish:
    """What the user asked for.

    `targets` are folders and files; `parameters` are for the templates among them.
    `timeout` in seconds, None for the project's or the default; `policy_from` is the folder that
    decides, None for the project itself; without `waivers` none holds.
    """

    targets: Sequence[Path]
    stacks: Sequence[str] = ()
    isolation: Isolation = "best"
    timeout: float | None = None
    canary: bool = True
    policy_from: Path | None = None
    waivers: bool = True
    parameters: Path | None = None


@record
class Inspected:
    """One project, or the files of one folder, and how far it got.

    `folder` is its folder as it is written from where the command runs, '' for here. `problems`
    are what kept it from being examined; `absent` are stacks asked for that other projects have;
    `skipped` was found beside and left out, `found` are the names of files that nobody asked for
    by name. It has a `project` or `files`, not both.
    `decided` is what its team decided about findings, None where nobody got as far.
    """

    folder: str
    root: Path
    problems: tuple[Problem, ...] = ()
    settings: Settings = field(default_factory=Settings)
    project: Project | None = None
    decided: Decided | None = None
    examined: tuple[Examined, ...] = ()
    absent: tuple[str, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    files: FileHome | None = None
    found: frozenset[str] = frozenset()

    @property
    def home(self) -> Home | None:
        """Where it all lies, None where nobody got as far."""
        return self.project or self.files

    @property
    def policy(self) -> Policy | None:
        """The policy that was decided."""
        return self.decided.policy if self.decided else None


class Progress(Protocol):
    """What is told how far the work is."""

    def __call__(self, project: str, done: int, stacks: int) -> None:
        """So many of a project's stacks are done."""
