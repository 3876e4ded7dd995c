"""What each gate says of one project, in one form."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from tests.engine.batch import STACK, events

from hubwarden_policies.catalogue import RULES
from hubwarden_policies.gates.pack.deployment import AT_ONCE
from hubwarden_policies.gates.program.gate import Conditions, Examined, examine
from hubwarden_policies.gates.program.graph.tokens import identify
from hubwarden_policies.gates.program.pulumi_project.project import read_project
from hubwarden_policies.model import PROGRAM_TYPE, STACK_TYPE
from hubwarden_policies.policy import Place, read_policy

if TYPE_CHECKING:
    from tests.engine.deploying import Deployment

    from hubwarden_policies.evaluate import Finding

_GUARDED = {rule.id for rule in AT_ONCE}


class About(NamedTuple):
    """What a verdict is on. The guard does not print the type of a resource: there it is ''."""

    rule: str
    type: str
    name: str
    path: str


Verdicts = Mapping[About, str]


@dataclass(frozen=True)
class Told:
    """What three gates say of the same program: `open` or `undecided` by what it is about."""

    examined: Examined
    check: Verdicts
    pack: Verdicts
    guard: Verdicts

    @property
    def guards(self) -> Verdicts:
        """Of the check's verdicts those that are the guard's: sure, and of one resource."""
        return {
            about._replace(type=""): status
            for about, status in self.check.items()
            if about.rule in _GUARDED and status == "open"
        }


def told(deployment: Deployment, environ: Mapping[str, str]) -> Told:
    """Ask the three gates."""
    examined = _examined(deployment, environ)
    assert examined.errors == ()
    assert examined.judgement is not None
    return Told(
        examined,
        {_about(finding): finding.status for finding in examined.judgement.findings},
        dict(_of_pack(events(deployment, "--policy-pack", "policies"))),
        dict(_of_guard(events(deployment, BATCH_GUARDED="yes"))),
    )


def _examined(deployment: Deployment, environ: Mapping[str, str]) -> Examined:
    project = read_project(deployment.project)
    place = Place(project.folder, project.stack_folder, project.folder)
    policy = read_policy(place, [STACK], datetime.now(UTC).date())
    conditions = Conditions(environ=environ)
    (examined,) = examine(project, [STACK], rules=RULES, team=policy.team, conditions=conditions)
    return examined


def _about(finding: Finding) -> About:
    on = finding.subject
    if on.type == PROGRAM_TYPE:
        # The engine has no word for the program: what is about it is said of the stack.
        return About(finding.rule.id, STACK_TYPE, f"{on.name}-{finding.stack}", finding.path)
    return About(finding.rule.id, on.type, on.name, finding.path)


def _of_pack(told: Iterable[Mapping[str, Any]]) -> Iterator[tuple[About, str]]:
    for said in (event["policyEvent"] for event in told if "policyEvent" in event):
        token, name = said["resourceUrn"].split("::")[2:]
        kind = identify(token)
        type_ = kind.arm_type if kind.standing == "ours" and kind.arm_type else token
        _, text, *_ = said["message"].splitlines()
        about = About(said["policyName"], type_, name, _path(text))
        # Every rule is mandatory here, so what is not is undecided.
        yield about, "open" if said["enforcementLevel"] == "mandatory" else "undecided"


def _of_guard(told: Iterable[Mapping[str, Any]]) -> Iterator[tuple[About, str]]:
    said = "".join(
        event["diagnosticEvent"]["message"]
        for event in told
        if "hubwarden refuses" in event.get("diagnosticEvent", {}).get("message", "")
    )
    for rule, name, text in re.findall(r"^  ([a-z-]+), (\S+): .*\n    (.*)$", said, re.MULTILINE):
        yield About(rule, "", name, _path(text)), "open"


def _path(text: str) -> str:
    path, colon, _ = text.partition(": ")
    return path if colon and " " not in path else ""
