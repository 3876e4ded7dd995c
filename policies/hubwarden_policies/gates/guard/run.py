"""The guard at work in one run of a program."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import grpc
import pulumi
from pulumi.runtime import config

from hubwarden_policies.gates.guard import said
from hubwarden_policies.gates.guard.lines import Lines
from hubwarden_policies.gates.guard.override import VARIABLE, OverrideError, reason
from hubwarden_policies.gates.guard.wire import registration, urn_of
from hubwarden_policies.gates.pack.pack import Pack
from hubwarden_policies.gates.pack.project import Given
from hubwarden_policies.gates.program.pulumi_project.project import ProjectError, read_project
from hubwarden_policies.policy import Place, read_policy
from hubwarden_policies.policy_file import SettingsError
from hubwarden_policies.redact import Redactor
from hubwarden_policies.rules.override import OVERRIDE

if TYPE_CHECKING:
    from collections.abc import Callable

    from hubwarden_policies.gates.pack.said import Line


def begin(monitor: Any) -> None:
    """Watch what this run registers from here on; `monitor` is the SDK's connection."""
    try:
        excuse = reason(os.environ.get(VARIABLE))
        guard = judging(
            Path(pulumi.get_root_directory()), pulumi.get_stack(), pulumi.get_project(), excuse
        )
    except (OverrideError, ProjectError, SettingsError) as error:
        raise pulumi.RunError(f"hubwarden: {error}") from None
    if guard.excuse is not None:
        pulumi.export(OVERRIDE, guard.excuse)
    pulumi.runtime.register_stack_transformation(guard.lines.remember)
    pulumi.runtime.register_resource_transform(guard.judge)
    monitor.RegisterResource = guard.telling(monitor.RegisterResource)
    monitor.SignalAndWaitForShutdown = guard.ending(monitor.SignalAndWaitForShutdown)


def judging(root: Path, stack: str, project: str, excuse: str | None) -> Guard:
    """A guard that knows what the team decided for this stack of the project in `root`."""
    pack = Pack(_given(root, stack))
    settings = config.CONFIG.get()
    pack.configure_stack(settings, [key for key in settings if config.is_config_secret(key)])
    hidden = None if excuse is None else Redactor().text(excuse)
    return Guard(pack, Lines(str(root), stack, project), stack, project, hidden)


class Guard:
    """What was refused in this run. `excuse` is the override's reason, None without one."""

    def __init__(
        self, pack: Pack, lines: Lines, stack: str, project: str, excuse: str | None
    ) -> None:
        self.lines, self.excuse = lines, excuse
        self._pack, self._stack, self._project = pack, stack, project
        self._refused: list[Line] = []

    async def judge(self, args: pulumi.ResourceTransformArgs) -> None:
        """Judge a resource that the engine is about to register; an update that is refused ends."""
        above = args.opts.parent
        parent = await above.urn.future() if above is not None else None
        urn = urn_of(parent, self._stack, self._project, args.type_, args.name)
        found = await registration(args, urn, parent, self.lines.of(urn))
        told = [line for line in self._pack.registered(found) if line.level == "mandatory"]
        self._refused += told
        if told and self.excuse is None and not pulumi.runtime.is_dry_run():
            raise pulumi.RunError(said.refusal(told))

    def telling(self, register: Callable[..., Any]) -> Callable[..., Any]:
        """The SDK's call that registers a resource, which ends without a traceback if refused.

        The engine hands on what a transform raised as an error of the connection, and that with
        every line between them.
        """

        def told(*args: Any, **kwargs: Any) -> Any:
            try:
                return register(*args, **kwargs)
            except grpc.RpcError:
                if not self._refused or self.excuse is not None:
                    raise
                raise pulumi.RunError(said.refusal(self._refused)) from None

        return told

    def ending(self, signal: Callable[..., Any]) -> Callable[..., Any]:
        """The SDK's call by which a program that has registered everything says so."""

        def told(*args: Any, **kwargs: Any) -> Any:
            if self.excuse is not None:
                pulumi.log.warn(said.passed(self._refused, self.excuse))
            elif self._refused:
                raise pulumi.RunError(said.refusal(self._refused))
            return signal(*args, **kwargs)

        return told


def _given(root: Path, stack: str) -> Given:
    project = read_project(root)
    place = Place(project.folder, project.stack_folder, project.folder)
    today = datetime.now(UTC).date()
    return Given(project, stack, read_policy(place, [stack], today), found=True)
