"""Files that declare resources: each is read by its gate and judged, whatever others do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final

from hubwarden_cli.decided import decided
from hubwarden_cli.guard import USAGE, Refusal
from hubwarden_cli.home import FileHome, shown
from hubwarden_cli.inspected import Inspected, Progress, Wish
from hubwarden_cli.policy_place import files_home, settings_folder
from hubwarden_cli.read_file import Given, Read, read_file
from hubwarden_cli.targets import File
from hubwarden_policies.catalogue import RULES
from hubwarden_policies.gates.collected import Collected, Examined
from hubwarden_policies.gates.judged import judged
from hubwarden_policies.model import Location
from hubwarden_policies.policy_file import SettingsError
from hubwarden_policies.reports.problem import Problem
from hubwarden_policies.settings_file import read_settings

if TYPE_CHECKING:
    from hubwarden_policies.policy import Policy

_TEMPLATES: Final = ("arm", "bicep")
_STATES: Final = ("pulumi-state", "pulumi-preview")


def inspect_files(
    files: Sequence[File],
    wish: Wish,
    *,
    environ: Mapping[str, str],
    today: date,
    progress: Progress,
) -> Iterator[Inspected]:
    """The files of every folder that decides about some of them."""
    given = Given(_parameters(files, wish), environ)
    homes: dict[Path, list[File]] = {}
    for file in files:
        root = files_home(file.path, file.named, wish.policy_from)
        homes.setdefault(root, []).append(file)
    for root, inside in sorted(homes.items()):
        yield _home(root, inside, wish, given, today=today, progress=progress)


def _parameters(files: Sequence[File], wish: Wish) -> tuple[bytes, Path] | None:
    path = wish.parameters
    if path is None:
        return None
    if not any(file.kind in _TEMPLATES for file in files):
        raise Refusal("--parameters are for a template, and none is checked; name the template.")
    if path.suffix.lower() == ".bicepparam":
        raise Refusal(f"{path} names its template itself: check it in the template's place.")
    try:
        return path.read_bytes(), path
    except OSError as error:
        raise Refusal(
            f"{path} cannot be read ({error.strerror}); name a parameters file."
        ) from None


def _home(
    root: Path,
    files: Sequence[File],
    wish: Wish,
    given: Given,
    *,
    today: date,
    progress: Progress,
) -> Inspected:
    folder = shown(root)
    home = FileHome(root)
    read = [read_file(file, home, given) for file in files]
    home = replace(home, stacks=_names(read))
    one = Inspected(folder, root, files=home)
    try:
        settings = read_settings(settings_folder(root, wish.policy_from), shown_from=root)
        said = decided(home, settings, wish, stacks=home.stacks, environ=given.environ, today=today)
    except SettingsError as error:
        problem = Problem(
            home.name, None, "bad-settings", f"{error}", USAGE, error.location, folder
        )
        return replace(one, problems=(problem,))
    examined = []
    for name, one_read in zip(home.stacks, read, strict=True):
        verdict = _in_file(_judged(one_read.collected, name, said.policy), one_read.file)
        examined.append(replace(verdict, seconds=one_read.seconds))
        progress(home.name, len(examined), len(read))
    found = frozenset(name for name, file in zip(home.stacks, files, strict=True) if file.found)
    return replace(one, settings=settings, decided=said, examined=tuple(examined), found=found)


def _names(read: Sequence[Read]) -> tuple[str, ...]:
    """What each input is called: a state as its stack, if no other is; else by its path."""
    own = [
        one.collected.stack.name if one.kind in _STATES and one.collected.stack else ""
        for one in read
    ]
    return tuple(
        name if name and own.count(name) == 1 else one.name
        for name, one in zip(own, read, strict=True)
    )


def _judged(collected: Collected, name: str, policy: Policy) -> Examined:
    if collected.stack is not None:
        collected = replace(collected, stack=replace(collected.stack, name=name))
    return judged(collected, name=name, rules=RULES, team=policy.team(name))


def _in_file(one: Examined, file: str) -> Examined:
    """What has no line is in this file all the same: a plan is one line, a state may name none."""
    if one.judgement is None:
        return one
    whole = (Location(file, 0),)
    placed = tuple(
        finding if finding.locations else replace(finding, locations=whole)
        for finding in one.judgement.findings
    )
    return replace(one, judgement=replace(one.judgement, findings=placed))
