"""Builds one component on a hardened platform, with at most one property changed."""

from __future__ import annotations

import enum
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pulumi

from hubwarden_infra import (
    Access,
    AccessArgs,
    Audit,
    AuditArgs,
    Dps,
    DpsArgs,
    Hub,
    HubArgs,
    Network,
    NetworkArgs,
    Platform,
    PlatformArgs,
    Role,
    Storage,
    StorageArgs,
    Vault,
    VaultArgs,
)
from hubwarden_infra.component import Component, Transform

Transforms = Mapping[str, Transform]


def build(component: str, transforms: Transforms) -> None:
    """`component` with what it needs; `transforms` by the component (hub, dps, …) they are for."""
    platform = Platform("iot", PlatformArgs(location="westeurope"))
    audit = Audit("logs", AuditArgs(platform, transform=transforms.get("audit", {})))
    network = Network("net", NetworkArgs(platform, transform=transforms.get("network", {})))
    COMPONENTS[component]((platform, audit, network), transforms)


Base = tuple[Platform, Audit, Network]


def _nothing(_base: Base, _transforms: Transforms) -> None:
    pass


def _hub(base: Base, transforms: Transforms) -> None:
    Hub("telemetry", HubArgs(*base, transform=transforms.get("hub", {})))


def _dps(base: Base, transforms: Transforms) -> None:
    Dps("provisioning", DpsArgs(*base, transform=transforms.get("dps", {})))


def _vault(base: Base, transforms: Transforms) -> None:
    Vault("secrets", VaultArgs(*base, transform=transforms.get("vault", {})))


def _storage(base: Base, transforms: Transforms) -> None:
    Storage("uploads", StorageArgs(*base, transform=transforms.get("storage", {})))


def _access(base: Base, transforms: Transforms) -> None:
    Access(
        "reader",
        AccessArgs(
            platform=base[0],
            scope=base[0].group.id,
            role=Role.HUB_DATA_READER,
            principal_id="6f0a1f4e-3f0e-4d64-9d0c-3c7f5d9b8a11",
            transform=transforms.get("access", {}),
        ),
    )


def _linked(base: Base, transforms: Transforms) -> None:
    hub = Hub("telemetry", HubArgs(*base, dps_link=True, transform=transforms.get("hub", {})))
    Dps("provisioning", DpsArgs(*base, hubs=[hub], transform=transforms.get("dps", {})))


def _uploading(base: Base, transforms: Transforms) -> None:
    uploads = Storage("uploads", StorageArgs(*base, transform=transforms.get("storage", {})))
    Hub("telemetry", HubArgs(*base, uploads=uploads, transform=transforms.get("hub", {})))


COMPONENTS: Mapping[str, Callable[[Base, Transforms], None]] = {
    "nothing": _nothing,
    "hub": _hub,
    "dps": _dps,
    "vault": _vault,
    "storage": _storage,
    "access": _access,
    "linked": _linked,
    "uploading": _uploading,
}


def change(path: str, value: object) -> Callable[[Any], None]:
    """A transform that sets one property: attributes by name, `[0]` and `[key]` by item."""
    *way, last = re.findall(r"[^.\[\]]+", path)

    def apply(args: Any) -> None:
        for step in way:
            args = _item(args, step)
        if isinstance(args, list):
            args[int(last)] = value
        elif isinstance(args, dict):
            args[last] = value
        else:
            # The SDK's argument classes drop what they never had, so a wrong path must not pass.
            if not hasattr(type(args), last):
                raise AttributeError(f"{type(args).__name__} has no {last}")
            setattr(args, last, value)

    return apply


def _item(args: Any, step: str) -> Any:
    if isinstance(args, list):
        return args[int(step)]
    return args[step] if isinstance(args, dict) else getattr(args, step)


def decided(component: str) -> list[str]:
    """Builds `component` as it is: every property that it sets itself, as COMPONENT PART PATH."""
    seen: set[str] = set()

    class Watch(dict[str, Callable[[Any], None]]):
        def __init__(self, of: str, parts: tuple[str, ...]) -> None:
            super().__init__({part: self._note(f"{of} {part}") for part in parts})

        @staticmethod
        def _note(where: str) -> Callable[[Any], None]:
            return lambda args: seen.update(f"{where} {path}" for path in _literals(args))

    kinds: dict[str, type[Component]] = {
        "audit": Audit,
        "network": Network,
        "hub": Hub,
        "dps": Dps,
        "vault": Vault,
        "storage": Storage,
        "access": Access,
    }
    build(component, {name: Watch(name, kind.parts) for name, kind in kinds.items()})
    return sorted(seen)


def _literals(value: Any, path: str = "") -> Iterator[str]:
    if isinstance(value, pulumi.Output) or value is None:
        return
    if isinstance(value, str | bool | int | float | enum.Enum):
        yield path
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _literals(item, f"{path}[{key}]")
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _literals(item, f"{path}[{index}]")
    else:
        for key, item in vars(value).items():
            yield from _literals(item, f"{path}.{key}" if path else key)
