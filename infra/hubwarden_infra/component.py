"""What all components share: their place in the tree, protection, and one escape hatch."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, TypeVar

import pulumi

Transform = Mapping[str, Callable[[Any], None]]
"""Part of a component → a function that changes that part's arguments in place.

It runs after the component has set them all, and it sees azure-native's own argument class:

    def bigger(args: iothub.IotHubResourceArgs) -> None:
        args.sku = iothub.IotHubSkuInfoArgs(name="S2", capacity=3)

    Hub("telemetry", HubArgs(..., transform={"hub": bigger}))
"""

Args = TypeVar("Args")


class Component(pulumi.ComponentResource):
    """A component of which every part can be changed by one `transform`.

    `parts` names the parts that exist. Raises `pulumi.RunError` for a transform of another one.
    """

    parts: ClassVar[tuple[str, ...]]

    def __init__(
        self,
        token: str,
        name: str,
        opts: pulumi.ResourceOptions | None,
        transform: Transform,
        *,
        protect: bool,
    ) -> None:
        unknown = sorted(set(transform) - set(self.parts))
        if unknown:
            raise pulumi.RunError(
                f"{token.rpartition(':')[2]} {name} has no part {unknown[0]!r} to transform; "
                f"its parts are {', '.join(self.parts)}."
            )
        guarded = pulumi.ResourceOptions(protect=True) if protect else None
        super().__init__(token, name, None, pulumi.ResourceOptions.merge(guarded, opts))
        self._transform = transform

    def shape(self, part: str, args: Args) -> Args:
        """The arguments of a part, after the transform of whoever uses the component."""
        self._transform.get(part, _as_it_is)(args)
        return args


def _as_it_is(_args: object) -> None:
    pass
