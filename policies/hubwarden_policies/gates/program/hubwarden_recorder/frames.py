"""Where in the user's own code something happens.

The user's own code is whatever is neither the standard library, nor installed (site-packages,
dist-packages), nor a generated SDK, nor the recorder. A helper package that is installed editable
from a folder of the user's counts as the user's own.

Two kinds of call leave no line of the user's on the stack: what runs in another thread, and a
callback that is not user code itself (`key.apply(pulumi.log.info)`). For both the frames of the
call that handed the work over are carried along, and used only where the stack has none.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextvars
import functools
import os
import sys
import sysconfig
import threading
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

Frames = list[list[Any]]
Result = TypeVar("Result")

_INSTALLED = ("site-packages", "dist-packages")
_ATTRIBUTE = "_hubwarden_frames"
_carried: contextvars.ContextVar[Frames | None] = contextvars.ContextVar(
    "hubwarden_frames", default=None
)
_known: dict[str, str | None] = {}
_foreign: tuple[str, ...] = ()
_root = os.getcwd()
# Below this an event loop runs: whoever waits for it there (the SDK does so inside a plain invoke
# of the user's) did not call what the loop's turn happens to do.
_TURN = asyncio.Handle._run.__code__


def here() -> Frames:
    """The user's frames of this call, outermost first: `[absolute file, line, function]` each."""
    found: Frames = []
    frame = sys._getframe(1)
    while frame is not None and frame.f_code is not _TURN:
        code = frame.f_code
        try:
            path = _known[code.co_filename]
        except KeyError:
            path = user_file(code.co_filename)
        if path is not None:
            found.append([path, frame.f_lineno, code.co_name])
        frame = frame.f_back  # type: ignore[assignment]
    if found:
        found.reverse()
        return found
    carried = _carried.get()
    if carried is None:
        carried = threading.current_thread().__dict__.get(_ATTRIBUTE)
    return carried or []


def user_file(name: str) -> str | None:
    """The absolute path of a code object's file where that is user code, else None."""
    if name in _known:
        return _known[name]
    path = None if name.startswith("<") else os.path.abspath(os.path.join(_root, name))
    if path is not None and _is_foreign(path):
        path = None
    _known[name] = path
    return path


def _is_foreign(path: str) -> bool:
    if path.startswith(_foreign):
        return True
    inside = path[len(_root) :] if path.startswith(_root + os.sep) else path
    folders = inside.split(os.sep)[:-1]
    if any(name in folders for name in _INSTALLED):
        return True
    folder = os.path.dirname(path)
    while folder not in (_root, os.path.dirname(folder)):
        # `pulumi package add` generates an SDK into the project, with this file at its top.
        if os.path.exists(os.path.join(folder, "pulumi-plugin.json")):
            return True
        folder = os.path.dirname(folder)
    return False


def learn(root: str, *foreign: str) -> None:
    """Learn what is not user code: the standard library, the SDK, this package, what is `foreign`.

    `root` is the project's root: relative names are resolved against it, and a project that lies
    below a folder called site-packages is still the user's.
    """
    global _root, _foreign  # noqa: PLW0603 (one process checks one project)
    import pulumi

    _root = os.path.abspath(root)
    # The SDK is named because it may be installed editable, out of a checkout.
    folders = {os.path.dirname(file) for file in (__file__, os.__file__, pulumi.__file__)}
    folders.update(foreign)
    folders.update(sysconfig.get_path(name) for name in ("stdlib", "platstdlib"))
    folders.update([os.path.realpath(folder) for folder in folders])
    _foreign = tuple(os.path.join(folder, "") for folder in folders)
    _known.clear()


def install(root: str) -> None:
    """Learn what is not user code (`learn`), and carry frames into threads and callbacks."""
    import pulumi

    learn(root)
    _carry_into_threads()
    output: Any = pulumi.Output
    for name in ("apply", "json_dumps", "json_loads"):
        if hasattr(output, name):
            static = isinstance(output.__dict__.get(name), staticmethod)
            wrapped = _if_user(getattr(output, name))
            setattr(output, name, staticmethod(wrapped) if static else wrapped)


def carry(frames: Frames, function: Callable[..., Result]) -> Callable[..., Result]:
    """`function`, with `frames` as its place wherever the stack shows no user code."""

    def carried(*args: Any, **kwargs: Any) -> Result:
        token = _carried.set(frames)
        try:
            return function(*args, **kwargs)
        finally:
            _carried.reset(token)

    return carried


def remembered(function: Callable[..., Result]) -> Callable[..., Result]:
    """`function`, so that all it starts (tasks, threads) remembers the place of this call."""

    @functools.wraps(function)
    def remembering(*args: Any, **kwargs: Any) -> Result:
        token = _carried.set(here())
        try:
            return function(*args, **kwargs)
        finally:
            _carried.reset(token)

    return remembering


def _if_user(function: Callable[..., Result]) -> Callable[..., Result]:
    """As `remembered`, but only for calls by user code: the SDK itself calls these all the time."""
    remembering = remembered(function)

    @functools.wraps(function)
    def asking(*args: Any, **kwargs: Any) -> Result:
        by_user = user_file(sys._getframe(1).f_code.co_filename) is not None
        return (remembering if by_user else function)(*args, **kwargs)

    return asking


def _carry_into_threads() -> None:
    pool = concurrent.futures.ThreadPoolExecutor
    submit: Any = pool.submit
    to_thread: Any = asyncio.to_thread
    start = threading.Thread.start

    @functools.wraps(submit)
    def submit_here(self: Any, function: Any, /, *args: Any, **kwargs: Any) -> Any:
        return submit(self, carry(here(), function), *args, **kwargs)

    @functools.wraps(start)
    def start_here(self: threading.Thread) -> None:
        self.__dict__[_ATTRIBUTE] = here()
        start(self)

    @functools.wraps(to_thread)
    def to_thread_here(function: Any, /, *args: Any, **kwargs: Any) -> Any:
        # It runs the function in a copy of the task's context, which may have a place already.
        return to_thread(carry(here(), function), *args, **kwargs)

    pool.submit = submit_here  # type: ignore[method-assign]
    threading.Thread.start = start_here  # type: ignore[method-assign]
    asyncio.to_thread = to_thread_here
