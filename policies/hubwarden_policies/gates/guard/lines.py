"""Where the user's own code makes each resource, by the resource's URN."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from weakref import WeakKeyDictionary

import hubwarden_policies
from hubwarden_policies.gates.guard.wire import urn_of
from hubwarden_policies.gates.program.hubwarden_recorder import frames
from hubwarden_policies.gates.program.running.recording import Frame, Frames

if TYPE_CHECKING:
    import pulumi

# What runs the program, from wherever Pulumi is installed.
_EXECUTOR: Final = "pulumi-language-python-exec"


class Lines:
    """Filled by `remember`, a transformation of the stack: it runs while the user's call does."""

    def __init__(self, root: str, stack: str, project: str) -> None:
        self._stack, self._project = stack, project
        self._urns: WeakKeyDictionary[Any, str] = WeakKeyDictionary()
        self._frames: dict[str, Frames] = {}
        frames.learn(root, *hubwarden_policies.__path__)

    def remember(self, args: pulumi.ResourceTransformationArgs) -> None:
        """Keep the place of the call that makes a resource."""
        parent = self._urns.get(args.opts.parent) if args.opts.parent is not None else None
        urn = urn_of(parent, self._stack, self._project, args.type_, args.name)
        self._urns[args.resource] = urn
        self._frames[urn] = tuple(
            Frame(*frame) for frame in frames.here() if Path(frame[0]).name != _EXECUTOR
        )

    def of(self, urn: str) -> Frames:
        """The user's frames of the call, outermost first."""
        return self._frames.get(urn, ())
