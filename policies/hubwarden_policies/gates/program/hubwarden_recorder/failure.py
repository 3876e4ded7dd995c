"""What ended a program, as ERROR in `recording.py`."""

from __future__ import annotations

import contextlib
import functools
import importlib.util
import linecache
import os
import sys
import traceback
from typing import TYPE_CHECKING, Any

from .frames import user_file
from .sdk.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import TracebackType

_ENCODING = ("codec can't decode", "encoding problem", "Non-UTF-8 code", "unknown encoding")


def describe(error: BaseException, kind: str | None = None) -> dict[str, Any]:
    """The failure with the user's own frames, and the traceback cut to them."""
    frames = next((found for one in _chain(error) if (found := _frames(one))), [])
    name = None
    if kind is None:
        kind, name = _kind(error)
        if kind == "exception" and not frames and _is_ours(error):
            kind = "internal"
    if isinstance(error, SyntaxError) and error.filename and user_file(error.filename):
        frames.append([user_file(error.filename), error.lineno or 1, "<module>"])
    text = [
        f'File "{file}", line {line}, in {function}\n  {linecache.getline(file, line).strip()}'
        for file, line, function in frames
    ]
    text.append(traceback.format_exception_only(type(error), error)[-1].strip())
    return {
        "kind": kind,
        "type": type(error).__name__,
        "message": _message(error),
        "name": name,
        "frames": frames,
        "traceback": text,
    }


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Yield the error and what it came from: the SDK raises some again without their traceback."""
    seen: list[BaseException] = []
    one: BaseException | None = error
    while one is not None and one not in seen:
        yield one
        seen.append(one)
        one = one.__cause__ or one.__context__


def _kind(error: BaseException) -> tuple[str, str | None]:
    import pulumi

    config: Any = __import__("pulumi.config", fromlist=["config"])
    if isinstance(error, Refusal):
        return "refused", None
    if isinstance(error, SyntaxError):
        wrong = any(text in str(error) for text in _ENCODING)
        return ("encoding" if wrong else "syntax"), None
    if isinstance(error, UnicodeDecodeError) and _in_import(error.__traceback__):
        return "encoding", None
    if isinstance(error, ModuleNotFoundError) and _lacks_package(error.name):
        return "missing-package", error.name
    if isinstance(error, getattr(pulumi, "ConfigMissingError", config.ConfigMissingError)):
        return "missing-config", error.key
    if isinstance(error, config.ConfigTypeError):
        return "bad-config", error.key
    if isinstance(error, SystemExit):
        return "exit", None
    return "exception", None


def _lacks_package(name: str | None) -> bool:
    """Whether it is a whole package that is missing, not a module of one that is there."""
    package = (name or "").partition(".")[0]
    if not package or package in sys.modules:
        return False
    try:
        return importlib.util.find_spec(package) is None
    except (ImportError, ValueError):
        return True


def _is_ours(error: BaseException) -> bool:
    """Whether it was raised in an answer of the monitor's."""
    monitor = os.path.join(os.path.dirname(__file__), "sdk", "monitor.py")
    return any(
        frame.f_code.co_filename == monitor for frame, _ in traceback.walk_tb(error.__traceback__)
    )


def _message(error: BaseException) -> str:
    # What the SDK says of a config value repeats the value.
    if type(error).__name__ == "ConfigTypeError":
        return f"{error.key} is not {error.expect_type}"  # type: ignore[attr-defined]
    return str(error)


def _in_import(trace: TracebackType | None) -> bool:
    while trace is not None:
        if trace.tb_frame.f_code.co_filename.startswith("<frozen importlib"):
            return True
        trace = trace.tb_next
    return False


def watch_callbacks() -> None:
    """Keep where a callback of the user's raises.

    A future forgets the traceback of what it raises the second time, and the SDK awaits each
    output more than once.
    """
    from pulumi import Output

    output: Any = Output
    apply = output.apply

    @functools.wraps(apply)
    def applied(self: Any, func: Any, *args: Any, **kwargs: Any) -> Any:
        code = getattr(func, "__code__", None)
        if code is not None and user_file(code.co_filename) is not None:
            func = _watched(func)
        return apply(self, func, *args, **kwargs)

    output.apply = applied


def _watched(func: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(func)
    def watched(*args: Any, **kwargs: Any) -> Any:
        try:
            return func(*args, **kwargs)
        except Exception as error:
            with contextlib.suppress(AttributeError):
                error._hubwarden_frames = _frames(error)  # type: ignore[attr-defined]
            raise

    return watched


def _frames(error: BaseException) -> list[list[Any]]:
    found = []
    trace = error.__traceback__
    while trace is not None:
        path = user_file(trace.tb_frame.f_code.co_filename)
        if path is not None:
            found.append([path, trace.tb_lineno, trace.tb_frame.f_code.co_name])
        trace = trace.tb_next
    return found or getattr(error, "_hubwarden_frames", [])
