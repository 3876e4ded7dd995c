"""What the SDK knows of a registration or a call but does not send: class, result type, place.

The only module that wraps the SDK's entry points. One that is not there (a very old or a very new
SDK) is named in a note, and then a class or a line is missing in the recording, never a resource.
"""

from __future__ import annotations

import functools
import importlib
from typing import TYPE_CHECKING, Any

from ..frames import here, remembered, user_file

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..journal import Journal

_RESOURCES = ("register_resource", "read_resource", "get_resource")
_ESSENTIAL = ("register_resource", "read_resource", "invoke")
_CALLS = ("invoke", "invoke_single", "invoke_async", "invoke_output", "invoke_output_single")


class Origins:
    """`classes` are by resource token, `results` (the type of a result) by function token."""

    def __init__(self) -> None:
        self.classes: dict[str, type] = {}
        self.results: dict[str, type] = {}
        self.missing: list[str] = []
        module: Any = importlib.import_module("pulumi.resource")
        for name in _RESOURCES:
            self._wrap(module, name, self._resource)
        runtime: Any = importlib.import_module("pulumi.runtime")
        for name in _CALLS:
            self._wrap(runtime, name, self._call)

    def _wrap(self, module: Any, name: str, wrap: Callable[[Any], Any]) -> None:
        if hasattr(module, name):
            setattr(module, name, wrap(getattr(module, name)))
        elif name in _ESSENTIAL:
            self.missing.append(
                f"The program's Pulumi SDK has no {module.__name__}.{name}: lines may be missing."
            )

    def _resource(self, function: Any) -> Any:
        remembering = remembered(function)

        @functools.wraps(function)
        def registering(res: Any, ty: str, *args: Any, **kwargs: Any) -> Any:
            self.classes.setdefault(ty, type(res))
            return remembering(res, ty, *args, **kwargs)

        return registering

    def _call(self, function: Any) -> Any:
        remembering = remembered(function)

        @functools.wraps(function)
        def calling(
            tok: str, props: Any, opts: Any = None, typ: Any = None, *rest: Any, **more: Any
        ) -> Any:
            if typ is not None:
                self.results.setdefault(tok, typ)
            return remembering(tok, props, opts, typ, *rest, **more)

        return calling


def watch_exports(journal: Journal) -> None:
    """Keep the place of every `pulumi.export`, and of the function that `pulumi.run` is given."""
    pulumi: Any = importlib.import_module("pulumi")
    export = pulumi.export

    @functools.wraps(export)
    def exported(name: str, value: Any) -> None:
        journal.export_frames[name] = here()
        export(name, value)

    pulumi.export = exported
    if hasattr(pulumi, "run"):
        pulumi.run = _watched_run(pulumi.run, journal)


def _watched_run(function: Any, journal: Journal) -> Any:
    @functools.wraps(function)
    def running(program: Any) -> None:
        journal.returned_frames = here()
        code = getattr(program, "__code__", None)
        if code is not None:
            path = user_file(code.co_filename)
            if path is not None:
                journal.returned_frames.append([path, code.co_firstlineno, code.co_name])
        function(program)

    return running
