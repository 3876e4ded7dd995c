"""What the program sees of the machine's files, in a mount namespace of its own.

Everything is there to be read, nothing to be written, except: folders that belong to people or to
running services are hidden, but for the parts that the program needs; the usual places for
temporary files are private folders; and the project's folder is writable over an overlay, so that
what is written there lands in the scratch folder.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import stat
from typing import TYPE_CHECKING

from . import kernel
from .paths import is_inside

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

HIDDEN = ("/home", "/root", "/run", "/var", "/mnt", "/media", "/boot")
_DEVICES = ("null", "zero", "full", "random", "urandom")
_TEMPORARY = (("/tmp", "tmp"), ("/var/tmp", "var-tmp"), ("/dev/shm", "shm"))  # noqa: S108
_BARE = kernel.NO_SUID | kernel.NO_DEVICES


def resolve(path: str) -> tuple[str, dict[str, str]]:
    """The real path, and the symbolic links (with their targets) on the way to it."""
    links: dict[str, str] = {}
    todo = os.path.abspath(path).split(os.sep)[1:]
    real = os.sep
    while todo and len(links) < 40:  # as many as the kernel follows
        step = os.path.normpath(os.path.join(real, todo.pop(0)))
        if os.path.islink(step):
            links[step] = os.readlink(step)
            todo = links[step].split(os.sep) + todo
            real = os.sep if os.path.isabs(links[step]) else real
        else:
            real = step
    return real, links


def freeze(scratch: str, needed: Sequence[str]) -> None:
    """Make all files read-only but those in `scratch`, and /dev a handful of harmless nodes."""
    kernel.mount("none", "/", "", kernel.RECURSIVE | kernel.PRIVATE)
    writable = kernel.clone_tree(scratch)
    devices = {name: kernel.clone_tree("/dev/" + name) for name in _DEVICES}
    try:
        kernel.make_read_only("/")
    except OSError as error:
        if error.errno != errno.ENOSYS:
            raise
        kernel.make_each_read_only("/")
    kernel.attach(writable, scratch)
    hide("/dev", needed, devices)


def hide(
    folder: str,
    needed: Iterable[str],
    devices: dict[str, int] | None = None,
    instead: str | None = None,
) -> None:
    """Cover `folder` with nothing, or with the folder `instead`; what is needed of it stays."""
    if not os.path.isdir(folder):
        kernel.mount("/dev/null", folder, "", kernel.BIND)
        return
    paths, links = _needed_inside(folder, needed)
    trees = [(path, kernel.clone_tree(path), os.path.isdir(path)) for path in paths]
    if instead is None:
        kernel.mount("tmpfs", folder, "tmpfs", _BARE, "mode=755,size=1m")
    else:
        kernel.mount(instead, folder, "", kernel.BIND)
    for name, tree in (devices or {}).items():
        _place(tree, os.path.join(folder, name), is_folder=False)
    for path, tree, is_folder in trees:
        _place(tree, path, is_folder=is_folder)
    for link, target in links.items():
        with contextlib.suppress(FileExistsError):
            os.makedirs(os.path.dirname(link), exist_ok=True)
            os.symlink(target, link)
    if folder == "/dev":
        os.symlink("/proc/self/fd", "/dev/fd")
        os.makedirs("/dev/shm", exist_ok=True)  # noqa: S108
    if folder == "/var":
        os.makedirs("/var/tmp", exist_ok=True)  # noqa: S108
    if instead is None:
        flags = kernel.REMOUNT | kernel.BIND | kernel.READ_ONLY | _BARE
        kernel.mount("none", folder, "", flags)


def _needed_inside(folder: str, needed: Iterable[str]) -> tuple[list[str], dict[str, str]]:
    paths: list[str] = []
    links: dict[str, str] = {}
    for path in needed:
        real, on_the_way = resolve(path)
        links.update(on_the_way)
        if real != folder and is_inside(real, folder) and os.path.exists(real):
            paths.append(real)
    outermost: list[str] = []
    for path in sorted(paths):
        if not any(is_inside(path, outer) for outer in outermost):
            outermost.append(path)
    wanted = {
        link: target
        for link, target in links.items()
        if is_inside(link, folder) and not any(is_inside(link, outer) for outer in outermost)
    }
    return outermost, wanted


def _place(tree: int, path: str, *, is_folder: bool) -> None:
    os.makedirs(path if is_folder else os.path.dirname(path), exist_ok=True)
    if not is_folder and not os.path.exists(path):
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
    kernel.attach(tree, path)


def give_temporary(folder: str, needed: Sequence[str]) -> list[tuple[str, str]]:
    """Put private folders, made in `folder`, where temporary files go: `[(place, folder)]`."""
    places: list[tuple[str, str]] = []
    for place, name in _TEMPORARY:
        real = os.path.realpath(place)
        private = os.path.join(folder, name)
        os.makedirs(private, exist_ok=True)
        # Where one is a link to another, the other's folder serves for both.
        if os.path.isdir(real) and real not in [done for done, _ in places]:
            hide(real, needed, instead=private)
            places.append((real, private))
    return places


def lay_over(project: str, below: str, folder: str) -> tuple[str, str]:
    """Make `project` writable: what is written goes to `folder`, `below` shows through.

    Raises OSError where the kernel or the file system of `folder` cannot.
    """
    upper, work = os.path.join(folder, "project"), os.path.join(folder, "work")
    os.makedirs(upper, exist_ok=True)
    os.makedirs(work, exist_ok=True)
    os.chmod(upper, stat.S_IMODE(os.stat(below).st_mode) | stat.S_IRWXU)
    escaped = [re.sub(r"([\\,:])", r"\\\1", path) for path in (upper, work)]
    # The project's path may hold what the options of a mount cannot, so it is the current folder.
    os.chdir(below)
    options = "lowerdir=.,upperdir={},workdir={},userxattr".format(*escaped)
    kernel.mount("overlay", project, "overlay", _BARE, options)
    return project, upper


def show_below(project: str, below: str) -> None:
    """Keep the project's folder visible at `below` too: an overlay hides what it lies over."""
    os.makedirs(below, exist_ok=True)
    kernel.attach(kernel.clone_tree(project), below)


def renew_proc() -> None:
    """Show only the processes of this PID namespace, and no switch of the kernel to turn.

    Raises OSError after hiding /proc where the kernel does not let a new one be mounted
    (containers that mask parts of theirs).
    """
    try:
        kernel.mount("proc", "/proc", "proc", _BARE | kernel.NO_EXEC)
    except OSError:
        hide("/proc", [])
        raise
    for entry in os.scandir("/proc"):
        if entry.name.isdigit() or entry.is_symlink():
            continue
        if entry.is_dir() or os.access(entry.path, os.W_OK):
            kernel.mount(entry.path, entry.path, "", kernel.BIND | kernel.RECURSIVE)
            flags = kernel.REMOUNT | kernel.BIND | kernel.READ_ONLY | _BARE | kernel.NO_EXEC
            kernel.mount("none", entry.path, "", flags)
