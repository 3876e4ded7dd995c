"""Answers the engine over Pulumi's own library for packs.

The library gives a policy one level and hands over values without their marks of secrecy, decoded
again for every policy. A finding here has a level of its own (one that is not decided is advisory
under a rule that is mandatory), and each resource is decoded once; so the questions about
resources are answered here, and the library answers the rest.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from functools import partial
from importlib import metadata
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Final, cast

import pulumi_policy.policy as library
from grpc import StatusCode
from pulumi.runtime import proto

from hubwarden_policies.gates.pack.config import Configured
from hubwarden_policies.gates.pack.pack import POLICIES, Pack
from hubwarden_policies.gates.pack.policies import SEVERITIES, policy
from hubwarden_policies.gates.pack.project import read_given, unread
from hubwarden_policies.gates.pack.requests import properties
from hubwarden_policies.gates.program.pulumi_project.project_error import ProjectError
from hubwarden_policies.policy_file import SettingsError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from hubwarden_policies.gates.pack.said import Line
    from hubwarden_policies.team import Level

_NAME: Final = "hubwarden"
_LEVELS: Final = {
    "advisory": proto.ADVISORY,
    "mandatory": proto.MANDATORY,
    "disabled": proto.DISABLED,
}
# Nothing here mends a resource: a level that asks for it stops the deployment.
_SAID: Final[dict[int, Level]] = {
    proto.ADVISORY: "advisory",
    proto.MANDATORY: "mandatory",
    proto.REMEDIATE: "mandatory",
    proto.DISABLED: "disabled",
}


# The library opens no other door, and its classes name no types.
_Library: Any = library._PolicyAnalyzerServicer  # noqa: SLF001


class Servicer(_Library):  # type: ignore[misc]
    """The library's answers, and ours where a resource is asked about."""

    def __init__(self, folder: Path, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._folder = folder
        # Nothing of the team's is read before the stack is known, so nothing of it can fail.
        self._pack = Pack(unread(folder, _today()))
        self._version = metadata.version("hubwarden")
        # The library answers several questions at a time.
        self._one_at_a_time = Lock()

    def ConfigureStack(self, request: Any, context: Any) -> Any:
        """Read the policy for this stack; the engine says which one before all else."""
        try:
            self._pack = Pack(read_given(self._folder, request.project, request.stack, _today()))
        except (ProjectError, SettingsError) as error:
            context.abort(StatusCode.FAILED_PRECONDITION, f"hubwarden: {error}")
        self._pack.configure_stack(dict(request.config), frozenset(request.config_secret_keys))
        return super().ConfigureStack(request, context)

    def GetAnalyzerInfo(self, request: Any, context: Any) -> Any:
        """Say what the policies are, with our own version and the levels of this stack."""
        info = super().GetAnalyzerInfo(request, context)
        info.version = self._version
        levels = {rule.id: self._pack.team(rule).level(rule) for rule in POLICIES}
        for said in info.policies:
            said.enforcementLevel = _LEVELS[levels[said.name]]
        return info

    def Configure(self, request: Any, context: Any) -> Any:
        """Take over levels and values."""
        self._pack.configure(
            {
                name: Configured(_SAID[said.enforcementLevel], properties(said))
                for name, said in request.policyConfig.items()
            }
        )
        return super().Configure(request, context)

    def Remediate(self, request: Any, context: Any) -> Any:
        """Mend nothing."""
        return proto.RemediateResponse()

    def Analyze(self, request: Any, context: Any) -> Any:
        """Judge a resource before it is deployed."""
        with self._one_at_a_time:
            return self._answer(self._pack.resource(request))

    def AnalyzeStack(self, request: Any, context: Any) -> Any:
        """Judge the stack."""
        with self._one_at_a_time:
            found, passed = self._pack.whole(request.resources)
        if passed:
            sys.stderr.write(f"{passed}\n")
        return self._answer(found)

    def _answer(self, found: Iterable[Line]) -> Any:
        return proto.AnalyzeResponse(
            diagnostics=[
                proto.AnalyzeDiagnostic(
                    policyName=line.rule,
                    policyPackName=_NAME,
                    policyPackVersion=self._version,
                    description=line.title,
                    message=f"{line.title}\n{line.text}",
                    urn=line.urn,
                    enforcementLevel=_LEVELS[line.level],
                    severity=self._map_severity(SEVERITIES[line.severity]),
                )
                for line in found
            ]
        )


def run() -> None:
    """Serve the rules until the engine is done."""
    # The library makes its servicer by this name and offers no other way to give it another.
    cast("Any", library)._PolicyAnalyzerServicer = partial(Servicer, Path.cwd())  # noqa: SLF001
    library.PolicyPack(
        _NAME,
        [policy(rule) for rule in POLICIES],
        display_name=_NAME,
        description=metadata.metadata(_NAME)["Summary"],
        provider="azure",
        tags=["azure", "iot", "security"],
    )


def _today() -> date:
    return datetime.now(UTC).date()
