"""Files that declare resources: each is read by its gate and judged, whatever others do."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final

from hubwarden_cli.decided import decided
from hubwarden_cli.guard import FAILED, USAGE, fault, traceback_for
from hubwarden_cli.home import FileHome, home_of, shown
from hubwarden_cli.inspected import Inspected, Progress, Wish
from hubwarden_cli.policy_place import settings_folder
from hubwarden_policies.catalogue import RULES
from hubwarden_policies.gates.collected import Collected, Examined, InputError
from hubwarden_policies.gates.judged import judged
from hubwarden_policies.policy_file import SettingsError
from hubwarden_policies.reports.problem import Problem
from hubwarden_policies.settings_file import read_settings

if TYPE_CHECKING:
    from hubwarden_policies.gates.recognise import Kind
    from hubwarden_policies.policy import Policy

File = tuple[Path, "Kind"]
# A file, its kind, what its gate made of it, and how long that took (seconds).
Read = tuple[Path, "Kind", Collected, float]
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
    homes: dict[Path, list[File]] = {}
    for path, kind in files:
        homes.setdefault(home_of(path), []).append((path, kind))
    for root, inside in sorted(homes.items()):
        yield _home(root, inside, wish, environ=environ, today=today, progress=progress)


def _home(
    root: Path,
    files: Sequence[File],
    wish: Wish,
    *,
    environ: Mapping[str, str],
    today: date,
    progress: Progress,
) -> Inspected:
    folder = shown(root)
    home = FileHome(root)
    read = [(path, kind, *_collected(path, kind, home, wish, environ)) for path, kind in files]
    home = replace(home, stacks=_names(read, home))
    one = Inspected(folder, root)
    try:
        settings = read_settings(settings_folder(root, wish.policy_from), shown_from=root)
        said = decided(home, settings, wish, stacks=home.stacks, environ=environ, today=today)
    except SettingsError as error:
        problem = Problem(
            home.name, None, "bad-settings", f"{error}", USAGE, error.location, folder
        )
        return replace(one, problems=(problem,))
    examined = []
    for name, (_, _, collected, taken) in zip(home.stacks, read, strict=True):
        examined.append(replace(_judged(collected, name, said.policy), seconds=taken))
        progress(home.name, len(examined), len(read))
    return replace(one, settings=settings, decided=said, examined=tuple(examined))


def _collected(
    path: Path, kind: Kind, home: FileHome, wish: Wish, environ: Mapping[str, str]
) -> tuple[Collected, float]:
    """What the gate of this kind makes of the file, and how long that took (seconds)."""
    began = time.monotonic()
    try:
        collected = _gate(path, kind, home, wish, environ)
    except OSError as error:
        sentence = f"It cannot be read ({error.strerror}); make it readable, or leave it out."
        collected = Collected(errors=(InputError("unreadable", sentence),))
    except Exception as error:  # noqa: BLE001 (the other files are still to be judged)
        lines = traceback_for(error, environ)
        fallen = InputError("internal", fault(error), exit_code=FAILED, traceback=lines)
        collected = Collected(errors=(fallen,))
    return collected, time.monotonic() - began


def _gate(
    path: Path, kind: Kind, home: FileHome, wish: Wish, environ: Mapping[str, str]
) -> Collected:
    """One of the gates, each of which is loaded where it is needed only."""
    file = home.relative(path.resolve())
    given = wish.parameters
    parameters = None if given is None else (given.read_bytes(), _beside(given, home))
    match kind:
        case "arm":
            from hubwarden_policies.gates.arm import gate as arm

            return arm.collect(path.read_bytes(), file, parameters)
        case "bicep":
            from hubwarden_policies.gates.bicep import gate as bicep

            return bicep.collect(path, home.folder, parameters=parameters, environ=environ)
        case "terraform-plan":
            from hubwarden_policies.gates.terraform import gate as terraform

            return terraform.collect(path.read_bytes(), file)
        case "pulumi-state" | "pulumi-preview":
            from hubwarden_policies.gates.state import gate as state

            return state.collect(path.read_bytes(), file)
    raise AssertionError(kind)


def _beside(path: Path, home: FileHome) -> str:
    return home.relative(path.resolve())


def _names(read: Sequence[Read], home: FileHome) -> tuple[str, ...]:
    """What each input is called: a state as its stack, if no other is; else by its path."""
    own = [c.stack.name if k in _STATES and c.stack else "" for _, k, c, _ in read]
    return tuple(
        name if name and own.count(name) == 1 else home.relative(path.resolve())
        for name, (path, *_) in zip(own, read, strict=True)
    )


def _judged(collected: Collected, name: str, policy: Policy) -> Examined:
    if collected.stack is not None:
        collected = replace(collected, stack=replace(collected.stack, name=name))
    return judged(collected, name=name, rules=RULES, team=policy.team(name))
