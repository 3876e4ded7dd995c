"""What each gate says of one project, in one form."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from tests.engine.batch import STACK

from hubwarden_policies.catalogue import RULES
from hubwarden_policies.gates.collected import Examined
from hubwarden_policies.gates.pack.deployment import AT_ONCE
from hubwarden_policies.gates.program.gate import Conditions, examine
from hubwarden_policies.gates.program.graph.tokens import identify
from hubwarden_policies.gates.program.pulumi_project.project import read_project
from hubwarden_policies.model import PROGRAM_TYPE, STACK_TYPE
from hubwarden_policies.policy import Place, read_policy

if TYPE_CHECKING:
    from tests.engine.deploying import Deployment

    from hubwarden_policies.evaluate import Finding

_GUARDED = {rule.id for rule in AT_ONCE}


@dataclass(frozen=True)
class Preview:
    """How a preview ended and what the engine told of it, as it tells it to machines."""

    passed: bool
    events: list[dict[str, Any]]

    def of_pack(self) -> Iterator[tuple[About, str]]:
        """What the pack says. A mandatory rule is `open`: what else it says is undecided."""
        for about, level in self.levels():
            yield about, "open" if level == "mandatory" else "undecided"

    def levels(self) -> Iterator[tuple[About, str]]:
        """What the pack says, with its level."""
        for said in (event["policyEvent"] for event in self.events if "policyEvent" in event):
            token, name = said["resourceUrn"].split("::")[2:]
            kind = identify(token)
            type_ = kind.arm_type if kind.standing == "ours" and kind.arm_type else token
            _, text, *_ = said["message"].splitlines()
            about = About(said["policyName"], type_, name, _path(text))
            yield about, said["enforcementLevel"]

    def of_guard(self) -> Iterator[tuple[About, str]]:
        """What the guard refuses."""
        said = "".join(
            event["diagnosticEvent"]["message"]
            for event in self.events
            if "hubwarden refuses" in event.get("diagnosticEvent", {}).get("message", "")
        )
        line = re.compile(r"^  ([a-z-]+), (\S+): .*\n    (.*)$", re.MULTILINE)
        for rule, name, text in line.findall(said):
            yield About(rule, "", name, _path(text)), "open"


def preview(deployment: Deployment, *arguments: str, **variables: str) -> Preview:
    """A preview, with the doubles of providers that lie in the deployment's own folder."""
    shown = deployment.pulumi(
        "preview",
        "--json",
        *arguments,
        PATH=f"{deployment.folder}{os.pathsep}{deployment.environ['PATH']}",
        PULUMI_ENABLE_STREAMING_JSON_PREVIEW="true",
        **variables,
    )
    events = [json.loads(line) for line in shown.stdout.splitlines() if line.startswith("{")]
    assert any("cancelEvent" in event for event in events), shown.stdout
    return Preview(shown.returncode == 0, events)


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
        dict(preview(deployment, "--policy-pack", "policies").of_pack()),
        dict(preview(deployment, GUARDED="yes").of_guard()),
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


def _path(text: str) -> str:
    path, colon, _ = text.partition(": ")
    return path if colon and " " not in path else ""
