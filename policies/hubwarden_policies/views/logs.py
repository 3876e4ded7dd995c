"""What the diagnostic settings of a stack log of its resources."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from hubwarden_policies.record import record
from hubwarden_policies.rule import Undecided
from hubwarden_policies.views.diagnostics import DiagnosticSetting
from hubwarden_policies.views.storage import BLOB_SERVICE
from hubwarden_policies.views.targets import read_target

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from hubwarden_policies.model import Resource, Stack
    from hubwarden_policies.views.categories import Categories
    from hubwarden_policies.views.diagnostics import LogSetting
    from hubwarden_policies.views.storage import BlobService
    from hubwarden_policies.views.targets import Target

BLOB_CHILD: Final = "/blobservices/default"


@record
class Logged:
    """What is logged of a resource: the categories in lower case, and what is not known of it.

    `something` is true where any log is enabled. `gaps` are what is not known, as a person reads
    it, each with the categories that it may enable (None: any).
    """

    settings: tuple[Resource, ...]
    categories: frozenset[str]
    something: bool
    gaps: tuple[tuple[str, frozenset[str] | None], ...]

    def missing(self, required: Sequence[str]) -> tuple[str, ...]:
        """The required categories that are certainly not logged."""
        return tuple(
            name
            for name in required
            if name.lower() not in self.categories and self._gap(name) is None
        )

    def doubt(self, required: Sequence[str]) -> str | None:
        """What would decide whether a required category is logged; None where all is decided."""
        absent = (name for name in required if name.lower() not in self.categories)
        return next((gap for name in absent if (gap := self._gap(name)) is not None), None)

    def _gap(self, category: str) -> str | None:
        may_be = (gap for gap, names in self.gaps if names is None or category.lower() in names)
        return next(may_be, None)


class Logs:
    """The diagnostic settings of a stack by what they are set on."""

    def __init__(self, stack: Stack) -> None:
        self._on: dict[str, list[tuple[Target, Resource]]] = defaultdict(list)
        self._open: list[tuple[Target, Resource]] = []
        for setting in stack.of_type(*DiagnosticSetting.arm_types):
            target = read_target(stack, setting, DiagnosticSetting.of(setting).scope_id())
            for address in target.addresses:
                self._on[address].append((target, setting))
            if not target.decided:
                self._open.append((target, setting))

    def of(self, resource: Resource, categories: Categories) -> Logged:
        """What is logged of a resource of the stack."""
        # Where the child is not known, a resource without loggable parts is meant itself.
        own = [setting for target, setting in self._on[resource.address] if not target.child]
        return _read(own, self._doubtful(resource.type), categories)

    def of_blob_service(self, service: BlobService, categories: Categories) -> Logged:
        """What is logged of a blob service, whether it is declared or only its account is."""
        below = self._on[service.account]
        own = [setting for target, setting in below if target.child == BLOB_CHILD]
        doubtful = [setting for target, setting in below if target.child is None]
        if service.service is not None:
            own += [setting for target, setting in self._on[service.service] if not target.child]
        return _read(own, doubtful + self._doubtful(BLOB_SERVICE), categories)

    def _doubtful(self, arm_type: str) -> list[Resource]:
        return [setting for target, setting in self._open if target.may_be(arm_type)]


def _read(own: list[Resource], doubtful: list[Resource], categories: Categories) -> Logged:
    enabled: set[str] = set()
    gaps: list[tuple[str, frozenset[str] | None]] = [
        (f"which resource the diagnostic setting {setting.name} is on", None)
        for setting in doubtful
    ]
    something = False
    for setting in own:
        for found in _entries(setting, categories):
            if isinstance(found, frozenset):
                something = True
                enabled |= found
            else:
                gaps.append(found)
    return Logged(tuple(own), frozenset(enabled), something, tuple(gaps))


def _entries(
    setting: Resource, categories: Categories
) -> Iterator[frozenset[str] | tuple[str, frozenset[str] | None]]:
    """What each log entry of a setting enables, or what is not known of it."""
    doubt = f"{{}} of the diagnostic setting {setting.name}"
    try:
        entries = DiagnosticSetting.of(setting).properties.logs
    except Undecided as gap:
        yield doubt.format(gap.path), None
        return
    for entry in entries:
        names: frozenset[str] | None = None
        try:
            names = _names(entry, categories)
            if names is not None and entry.enabled:
                yield names
        except Undecided as gap:
            yield doubt.format(gap.path), names


def _names(entry: LogSetting, categories: Categories) -> frozenset[str] | None:
    """The categories that an entry is about, in lower case; None if it is about nothing."""
    if entry.category_group:
        held = categories.groups.get(entry.category_group.lower())
        return None if held is None else frozenset(name.lower() for name in held)
    return frozenset({entry.category.lower()}) if entry.category else None
