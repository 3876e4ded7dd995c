"""Where a checked program lives: its folders, what it needs of the machine, its limits."""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from typing import TYPE_CHECKING, Any, NamedTuple

from .paths import is_inside

if TYPE_CHECKING:
    from collections.abc import Iterator

_MIB = 1 << 20
_LIMITS = {
    "RLIMIT_AS": 16384 * _MIB,  # what is mapped, not what is used: gRPC maps much
    "RLIMIT_FSIZE": 1024 * _MIB,
    "RLIMIT_CORE": 0,
    "RLIMIT_NPROC": 4096,  # before Linux 5.14 all processes of the user count
}


class World(NamedTuple):
    """What holds the program, and where its files are.

    held: "namespaces" or "observed". notes: sentences on what did not hold. places: what the
    program may write to, each as (name for the program, folder that has the files). root and
    scratch: the project's folder and ours. needed: what stays of hidden folders. user: the user
    and group that the program believes itself to be. apart: whether each run can have files that
    no other run sees.
    """

    held: str
    notes: list[str]
    places: list[tuple[str, str]]
    root: str
    scratch: str
    needed: list[str]
    user: tuple[int, int]
    apart: bool = False

    @property
    def below(self) -> str:
        """Where the project's folder can be read as it was, once something lies over it."""
        return os.path.join(self.scratch, "below")


def plan(spec: dict[str, Any], held: str) -> World:
    """Work out a world without folders yet; `spec` as `isolation.isolate` says."""
    root, scratch = os.path.realpath(spec["root"]), os.path.realpath(spec["scratch"])
    home = os.path.realpath(spec["home"])
    ours = os.path.abspath(os.path.join(os.path.dirname(__file__), *[os.pardir] * 2))
    prefixes = [sys.prefix, sys.base_prefix, sys.exec_prefix, sys.executable]
    paths = [scratch, ours, *prefixes, *_work_tree(root), *_imports(), *spec.get("read", ())]
    search = os.environ.get("PATH", "").split(os.pathsep)
    paths += [path for path in search if not is_inside(path, home)]
    # What holds the whole home would show it again.
    needed = [p for p in map(os.path.abspath, filter(None, paths)) if not is_inside(home, p)]
    user = (os.geteuid(), os.getegid()) if hasattr(os, "geteuid") else (0, 0)
    return World(held, [], [], root, scratch, [root, *needed], user)


def _work_tree(root: str) -> Iterator[str]:
    """Yield the Git work tree around the project: programs import from beside it, and ask Git."""
    folder = root
    while folder != os.path.dirname(folder):
        if os.path.exists(os.path.join(folder, ".git")):
            yield folder
            return
        folder = os.path.dirname(folder)


def _imports() -> Iterator[str]:
    """Yield what the interpreter imports from: also packages installed editable by setuptools."""
    yield from sys.path
    for finder in sys.meta_path:
        mapping = getattr(sys.modules.get(getattr(finder, "__module__", "")), "MAPPING", None)
        if isinstance(mapping, dict):
            yield from (value for value in mapping.values() if isinstance(value, str))


def own_folders(world: World, folder: str) -> World:
    """Make a home and a folder for temporary files in `folder`, and point the environment there."""
    places = list(world.places)
    for variable, name in (("HOME", "home"), ("TMPDIR", "tmp")):
        path = os.path.join(folder, name)
        os.makedirs(path, exist_ok=True)
        # Its name for the program may be another one: /tmp.
        seen = next((seen for seen, real in places if real == path), path)
        os.environ[variable] = seen
        if seen == path:
            places.append((path, path))
    # Set here, so that Python does not try the folder out before the program's eyes.
    tempfile.tempdir = os.environ["TMPDIR"]
    return world._replace(places=places)


def limit() -> None:
    """Bound what one process may take. Nothing where the system has no such limits."""
    try:
        import resource
    except ImportError:
        return
    for name, wanted in _LIMITS.items():
        number = getattr(resource, name, None)
        if number is not None:
            hard = resource.getrlimit(number)[1]
            limit = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
            with contextlib.suppress(ValueError, OSError):
                resource.setrlimit(number, (limit, limit))
