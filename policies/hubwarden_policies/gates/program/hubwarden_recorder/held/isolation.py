"""Keep the checked program away from everything but its own folder and what it needs to run.

It is hostile code with the trust of a test run. On Linux the operating system holds it: user,
mount, PID, network, IPC and UTS namespaces, without any capability (`isolate`). Elsewhere nothing
holds it (`observe`): the hooks of `sinks` then refuse writes and the network, but they are Python
in the program's own process; they see much and hold nothing. Either way each run gets files of
its own, so that runs beside each other do not meet (`settle`).
"""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING, Any

from .paths import is_inside
from .world import World, limit, own_folders, plan

if TYPE_CHECKING:
    from collections.abc import Iterator

_ADVICE = "use --isolation observe, which holds nothing, or a machine that allows namespaces"


class IsolationError(Exception):
    """Namespaces are not to be had here; one sentence says why. The process is of no more use."""


def isolate(spec: dict[str, Any]) -> World:
    """Enter new namespaces and give up every privilege. Once, before any thread starts.

    `spec`: "root" the project's folder; "scratch" a folder for this process alone; "home" the
    caller's real home; "read" further paths that the program needs, should they lie in hidden
    folders; "hide" further paths to hide. Returns in a grandchild, whose exit code the calling
    process passes on. Raises IsolationError.
    """
    world = plan(spec, "namespaces")
    step = "Linux"
    try:
        from . import kernel, mounts, supervise  # there on Linux only

        step = "namespaces"
        kernel.leave_keyring()
        with contextlib.suppress(PermissionError):
            os.setgroups([])
        # Root must not stay 0 here: without capabilities 0 could not be mapped a second time.
        _become(
            (world.user[0] or 1, world.user[1] or 1),
            kernel.NEW_MOUNTS
            | kernel.NEW_NAMES
            | kernel.NEW_IPC
            | kernel.NEW_PIDS
            | kernel.NEW_NETWORK,
        )
        step = "process"
        supervise.enter()
        kernel.raise_loopback()
        step = "read-only files"
        mounts.freeze(world.scratch, world.needed)
        hidden = _hidden(spec, world)
        if any(is_inside(path, world.root) for path in hidden):
            # An overlay would show them again.
            world.notes.append("The project's folder is read-only: parts of it are hidden.")
        else:
            mounts.show_below(world.root, world.below)
        step = "hidden files"
        for path in hidden:
            mounts.hide(path, world.needed)
        try:
            mounts.renew_proc()
        except OSError as error:
            world.notes.append(f"The program cannot see /proc ({error.strerror}).")
        step = "private files"
        world = _own_files(world, os.path.join(world.scratch, "shared"))
        step = "privileges"
        limit()
        kernel.drop_capabilities()
        supervise.step_down()
        world = _try_second_level(world)
    except (OSError, ImportError, AttributeError) as error:
        message = f"This machine cannot isolate the program ({step}: {error}): {_ADVICE}."
        raise IsolationError(message) from error
    return world


def observe(spec: dict[str, Any]) -> World:
    """Prepare what `isolate` would, where nothing can hold the program; `sinks` does the rest."""
    world = plan(spec, "observed")
    limit()
    return own_folders(world, os.path.join(world.scratch, "shared"))


def settle(world: World, folder: str) -> World:
    """Give one run files of its own in `folder`, an empty folder in the scratch folder.

    Call it in the run's own process before it starts a thread. Where the kernel refuses a second
    level of namespaces, the runs of a project share the project's folder and /tmp, and a note
    says so.
    """
    if not world.apart:
        return own_folders(world, folder)
    from . import kernel  # there on Linux only

    _become(world.user, kernel.NEW_MOUNTS)
    world = _own_files(world._replace(places=[]), folder)
    kernel.drop_capabilities()
    return world


def _try_second_level(world: World) -> World:
    """Find out in a process to throw away: one that fails half-way is of no more use."""
    from . import kernel, mounts

    child = os.fork()
    if not child:
        failure = 1
        try:
            _become(world.user, kernel.NEW_MOUNTS)
            mounts.give_temporary(os.path.join(world.scratch, "tried"), [])
            failure = 0
        finally:
            os._exit(failure)
    _, status = os.waitpid(child, 0)
    if status:
        note = "Runs share the project's folder and /tmp: no second level of namespaces here."
        world.notes.append(note)
    return world._replace(apart=not status)


def _hidden(spec: dict[str, Any], world: World) -> list[str]:
    from .mounts import HIDDEN

    home = os.path.realpath(spec["home"])
    paths = [*HIDDEN, *spec.get("hide", ())]
    if is_inside(home, world.root) or home == os.sep:
        world.notes.append("The home folder is the project: only what starts with a dot is hidden.")
        paths += [entry.path for entry in os.scandir(home) if entry.name.startswith(".")]
    else:
        paths.append(home)
    if world.user[0] == 0:
        paths += _unreadable("/etc")
    real = {os.path.realpath(path) for path in paths if os.path.exists(path)}
    return sorted(path for path in real if path != world.root)


def _unreadable(folder: str) -> Iterator[str]:
    """Yield what only root may read: it stays root's own file, whatever root gives up."""
    for entry in os.scandir(folder):
        if not entry.is_symlink():
            if not entry.stat().st_mode & 0o004:
                yield entry.path
            elif entry.is_dir():
                yield from _unreadable(entry.path)


def _become(user: tuple[int, int], flags: int) -> None:
    from . import kernel

    outside = (os.geteuid(), os.getegid())
    kernel.unshare(kernel.NEW_USER | flags)
    lines = [f"{inner} {outer} 1" for inner, outer in zip(user, outside)]
    for name, text in (("setgroups", "deny"), ("uid_map", lines[0]), ("gid_map", lines[1])):
        with open("/proc/self/" + name, "w", encoding="ascii") as file:
            file.write(text)


def _own_files(world: World, folder: str) -> World:
    from . import mounts

    current = os.getcwd()
    os.makedirs(folder, exist_ok=True)
    world.places.extend(mounts.give_temporary(folder, world.needed))
    try:
        if os.path.isdir(world.below):
            world.places.append(mounts.lay_over(world.root, world.below, folder))
    except OSError as error:
        world.notes.append(f"The project's folder is read-only for the program ({error.strerror}).")
    # What was the current folder lies below the new mounts.
    os.chdir(current if os.path.isdir(current) else world.root)
    return own_folders(world, folder)
