"""One deployment as the engine tells it, resource by resource and then as a whole.

A resource is judged when the engine asks about it, which is before it is touched; what only the
whole stack can tell is judged at the end, with all that was not known before.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import groupby
from typing import TYPE_CHECKING, Final

from hubwarden_policies.catalogue import RULES
from hubwarden_policies.evaluate import Crash, Finding, evaluate
from hubwarden_policies.gates.pack.in_clear import in_exports, in_inputs, in_outputs
from hubwarden_policies.gates.program.graph.merge import merge
from hubwarden_policies.gates.program.graph.pieces import expecting, joined
from hubwarden_policies.gates.program.graph.references import References
from hubwarden_policies.gates.program.graph.sorting import Graph, Pair
from hubwarden_policies.gates.program.graph.tokens import identify
from hubwarden_policies.gates.program.leaks.made import Cutter
from hubwarden_policies.gates.program.pulumi_project.sources import mentions
from hubwarden_policies.gates.program.pulumi_project.stack_files import StackConfig
from hubwarden_policies.gates.program.running.recording import Recording
from hubwarden_policies.model import STACK_TYPE, Stack
from hubwarden_policies.record import record
from hubwarden_policies.rules.coverage import not_covered
from hubwarden_policies.rules.dps_policies import dps_unknown_hub
from hubwarden_policies.rules.hub_identity import hub_local_auth, hub_unlisted_policy
from hubwarden_policies.rules.leaks import credential_leak
from hubwarden_policies.rules.upkeep import waiver_unused
from hubwarden_policies.rules.workspace import law_silent_cap
from hubwarden_policies.waivers import EVERY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from hubwarden_policies.gates.pack.project import Given
    from hubwarden_policies.gates.program.running.recording import Registration
    from hubwarden_policies.model import ConfigValue, Resource
    from hubwarden_policies.rule import Rule
    from hubwarden_policies.team import Team

# Rules on the whole stack that say of each resource what they say whatever else there is.
_OF_EACH: Final = (credential_leak, not_covered)
# Rules that what comes later in the program may excuse: a hub or an alert that is registered after.
_WAITING: Final = (dps_unknown_hub, law_silent_cap)
# Rules that only a Device Update instance excuses, which is registered after its hub.
_UNLESS_UPDATED: Final = (hub_local_auth, hub_unlisted_policy)
_UPDATES: Final = "deviceupdate"
AT_ONCE: Final = tuple(
    rule for rule in RULES if rule in _OF_EACH or not (rule.whole_stack or rule in _WAITING)
)


@record
class Said:
    """What the engine is told at one time: findings that count, and rules that raised.

    `passed` are findings that a waiver or the baseline lets pass.
    """

    findings: tuple[Finding, ...] = ()
    crashes: tuple[Crash, ...] = ()
    passed: tuple[Finding, ...] = ()


@dataclass
class Deployment:
    """One preview or update of one stack. `team` gives what a rule is told."""

    given: Given
    team: Callable[[Rule], Team]
    config: Mapping[str, ConfigValue] = field(default_factory=dict)
    _registered: dict[str, Registration] = field(default_factory=dict)
    _references: References = field(default_factory=lambda: References((), (), ()))
    _resources: list[Resource] = field(default_factory=list)
    _by_type: dict[str, Sequence[Rule]] = field(default_factory=dict)
    _told: set[str] = field(default_factory=set)

    def asked_for(self, urn: str) -> Registration | None:
        """What this resource was registered with."""
        return self._registered.get(urn)

    def resource(self, registration: Registration) -> Said:
        """What is wrong with a resource that is about to be deployed."""
        self._registered[registration.urn] = registration
        self._references.add(registration)
        graph = Graph(Cutter(()), self._references, self.given.project.folder)
        graph.add(Pair(registration, None), None)
        self._resources += graph.resources
        only = next(iter(graph.resources), None)
        if graph.pieces:
            # Of a piece whose owner comes later the whole stack tells.
            self._resources, _ = joined(self._resources, graph.pieces, self._references)
            owner = self._references.owner(registration)
            only = next((one for one in self._resources if one.address == owner), None)
        only = self._so_far(only)
        stack = Stack(
            project=self.given.project.name,
            name=self.given.stack,
            resources=tuple(
                only if only and one.address == only.address else one for one in self._resources
            ),
            uncovered=tuple(graph.uncovered),
            flows=tuple(in_inputs(registration)),
        )
        if not (only or graph.uncovered or stack.flows):
            return Said()
        said = self._judged(self._at_once(only), stack, only)
        # What nobody can tell yet may be known when the engine has told everything.
        told = self._told if graph.pieces else ()
        sure = (f for f in said.findings if f.status == "open" and f.fingerprint not in told)
        said = replace(said, findings=tuple(sure))
        self._told |= {finding.fingerprint for finding in said.findings}
        return said

    def _so_far(self, resource: Resource | None) -> Resource | None:
        """The resource without an answer to what its pieces may still say."""
        registration = self._registered.get(resource.address) if resource else None
        if resource is None or registration is None:
            return resource
        kind = identify(registration.type, aliases=registration.aliases)
        return expecting(kind.azurerm, resource) if kind.azurerm else resource

    def whole(self, registrations: Sequence[Registration]) -> Said:
        """What is wrong with the stack, and what of its resources was not said before."""
        exports = next((r.outputs for r in registrations if r.type == STACK_TYPE), {})
        stack_urn = next((r.urn for r in registrations if r.type == STACK_TYPE), "")
        flows = [flow for one in registrations if one.custom for flow in in_outputs(one)]
        stack = merge(
            _recording(registrations, exports),
            None,
            project=self.given.project,
            config=StackConfig(self.given.stack, "", judged=self.config),
            sources=self.given.sources,
            flows=(*flows, *in_exports(exports, stack_urn)),
        )
        said = self._judged(RULES, stack)
        known = (*said.findings, *said.passed)
        upkeep = [
            finding
            for finding in self.given.policy.about_waivers(known, [stack.name], [stack.name])
            # A waiver for what only a canary run or another program can show is of use elsewhere.
            if finding.stack in (stack.name, EVERY) and finding.rule is not waiver_unused
        ]
        new = tuple(f for f in (*said.findings, *upkeep) if f.fingerprint not in self._told)
        return replace(said, findings=new)

    def _at_once(self, resource: Resource | None) -> Sequence[Rule]:
        """The rules that are sure of a resource before they know what comes after it."""
        arm_type = resource.type if resource else ""
        if arm_type not in self._by_type:
            self._by_type[arm_type] = tuple(
                rule
                for rule in AT_ONCE
                if rule.whole_stack
                or (arm_type in rule.arm_types and not (rule in _UNLESS_UPDATED and self._updates))
            )
        return self._by_type[arm_type]

    @cached_property
    def _updates(self) -> bool:
        """Whether a Device Update instance may come, for all that the user's files say."""
        return not self.given.found or mentions(self.given.project.folder, _UPDATES)

    def _judged(self, rules: Iterable[Rule], stack: Stack, only: Resource | None = None) -> Said:
        findings: list[Finding] = []
        crashes: list[Crash] = []
        for team, same in groupby(rules, self.team):
            judgement = evaluate(tuple(same), stack, team, only)
            findings += judgement.findings
            crashes += judgement.crashes
        settled = [f for f in self.given.policy.settle(findings) if f.level != "disabled"]
        return Said(
            tuple(finding for finding in settled if finding.status in ("open", "undecided")),
            tuple(crashes),
            tuple(finding for finding in settled if finding.status in ("waived", "baseline")),
        )


def _recording(registrations: Sequence[Registration], exports: Mapping[str, object]) -> Recording:
    """What the engine told, in the form that the program gate has for it."""
    return Recording(
        mode="preview",
        complete=True,
        pulumi="",
        python="",
        notes=(),
        resources=tuple(registrations),
        exports=exports,
        export_frames={},
        component_outputs={},
        calls=(),
        hooks=(),
        made=(),
        marks=(),
        sinks=(),
        error=None,
    )
