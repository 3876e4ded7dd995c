"""What makes the SDK quicker in a checked program. No patch changes what reaches the monitor.

Each is switched by its name, and each leaves the SDK as it is where it does not look as expected.
Measured on 1,000 resources of azure-native: 37 s of CPU without, 4 s with all of them.
"""

from __future__ import annotations

import functools
import gc
import importlib
import sys
import typing
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

_MOST_TYPES = 1 << 14


def _no_alias_urns() -> None:
    # Each of azure-native's 5 to 40 aliases becomes an Output of about nine futures, which only a
    # monitor without alias specs reads; ours has them.
    module: Any = importlib.import_module("pulumi.resource")
    module.collapse_alias_to_urn  # noqa: B018 (AttributeError: another SDK)
    module.collapse_alias_to_urn = lambda *_args, **_kwargs: None


def _quick_alias_specs() -> None:
    # One Output and two awaits for each alias otherwise.
    module: Any = importlib.import_module("pulumi.runtime.resource")
    alias_pb2: Any = importlib.import_module("pulumi.runtime.proto.alias_pb2")
    from pulumi import Alias

    prepare = module.prepare_aliases
    specs: dict[tuple[str, str], Any] = {}

    def simple(alias: Any) -> bool:
        # By name: mypy would take the fields of an Alias for what their hints say.
        kind: Any = Alias
        return (
            isinstance(alias, kind)
            and alias.parent is alias.stack is alias.project is ...
            and (alias.name is ... or isinstance(alias.name, str))
            and (alias.type_ is ... or isinstance(alias.type_, str))
        )

    async def prepare_aliases(resource: Any, options: Any, supported: Any) -> Any:
        aliases = options.aliases if options is not None else None
        if not supported or not aliases or not all(map(simple, aliases)):
            return await prepare(resource, options, supported)
        found = []
        for alias in aliases:
            key = (
                "" if alias.name is ... else alias.name,
                "" if alias.type_ is ... else alias.type_,
            )
            if key not in specs:
                spec = alias_pb2.Alias.Spec(name=key[0], type=key[1], parentUrn="")
                specs[key] = alias_pb2.Alias(spec=spec)
            found.append(specs[key])
        return found

    module.prepare_aliases = prepare_aliases


def _no_debug_lines() -> None:
    # Four calls to the engine for each resource, of which nobody reads one.
    module: Any = importlib.import_module("pulumi.log")
    module.debug = lambda *_args, **_kwargs: None


def _no_stack_traces() -> None:
    # The SDK walks the stack and opens the sources twice a resource; the recorder has its own walk.
    module: Any = importlib.import_module("pulumi.runtime.resource")
    source_pb2: Any = importlib.import_module("pulumi.runtime.proto.source_pb2")
    module._get_source_position  # noqa: B018 (AttributeError: another SDK)
    if hasattr(module, "_get_stack_trace"):  # old SDKs send a line only
        empty = source_pb2.StackTrace()
        module._get_stack_trace = lambda: empty
    module._get_source_position = lambda _where: None


def _no_mock_urns() -> None:
    # Made for each registration, and read only where there is no monitor.
    module: Any = importlib.import_module("pulumi.runtime.resource")
    create = module.create_urn

    class Done:
        @staticmethod
        async def future() -> str:
            return ""

    def create_urn(name: Any, type_: Any, parent: Any = None, *rest: Any, **more: Any) -> Any:
        caller = sys._getframe(1).f_code.co_name
        if caller in ("do_register", "do_read") and not rest and not more:
            return Done
        return create(name, type_, parent, *rest, **more)

    module.create_urn = create_urn


def _no_collection() -> None:
    # A run ends before what it leaves in memory matters.
    gc.disable()


def _remembered_types() -> None:
    # azure-native writes some 60,000 types when it is imported, of 11,000 kinds; typing remembers
    # the last 128, so it makes the same `Optional[Input[str]]` again and again.
    forms: Any = typing
    for kind in (forms._GenericAlias, forms._SpecialForm):
        kind.__getitem__ = _remembering(kind.__getitem__.__wrapped__)


def _remembering(make: Callable[..., Any]) -> Callable[..., Any]:
    remembered = functools.lru_cache(_MOST_TYPES)(make)

    @functools.wraps(make)
    def getitem(*parameters: Any) -> Any:
        try:
            return remembered(*parameters)
        except TypeError:  # a parameter without a hash, or one that is no type
            return make(*parameters)

    return getitem


PATCHES: dict[str, Callable[[], None]] = {
    "alias-urns": _no_alias_urns,
    "alias-specs": _quick_alias_specs,
    "debug-lines": _no_debug_lines,
    "stack-traces": _no_stack_traces,
    "mock-urns": _no_mock_urns,
    "collection": _no_collection,
    "types": _remembered_types,
}


def install(names: Any = None) -> list[str]:
    """Apply these patches (None: all); the notes say which this SDK does not allow."""
    notes = []
    for name in PATCHES if names is None else names:
        try:
            PATCHES[name]()
        except (AttributeError, ImportError) as error:
            notes.append(f"The program's Pulumi SDK is slower to check than others: {error}.")
    return notes
