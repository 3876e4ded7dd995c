"""The security practices for IoT fleets, and what gives evidence for each.

A rule can enforce what the deployment shows. What only a person can see (a covered port, a
signed threat model, a guarded door) is attested by that person and never called enforced.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from hubwarden_policies.record import record

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from hubwarden_policies.evaluate import Judgement
    from hubwarden_policies.model import Stack
    from hubwarden_policies.rule import Rule
    from hubwarden_policies.team import Team

Proof = Literal["enforced", "verifiable", "attested"]
State = Literal["enforced", "open", "undecided", "attested", "nothing"]


@record
class Practice:
    """One practice, and how it can be shown that it is followed.

    `proofs`: `enforced` before the deployment by a rule, `verifiable` from data such as a log or
    an export, `attested` by a person. The field `attested` is what only a person can say of it.
    """

    code: str
    title: str
    proofs: frozenset[Proof]
    attested: str


def _practice(code: str, title: str, proofs: str, attested: str = "") -> Practice:
    names: dict[str, Proof] = {"E": "enforced", "V": "verifiable", "A": "attested"}
    return Practice(code, title, frozenset(names[proof] for proof in proofs), attested)


PRACTICES: Final[tuple[Practice, ...]] = (
    _practice(
        "M1", "Keep the hardware to the minimum", "AV",
        "that the board has no port, radio or service without a reason",
    ),
    _practice(
        "M2", "Make the hardware tamper-proof, and check its signals", "AE",
        "that the sensor is there and fires",
    ),
    _practice(
        "M3", "Build on secure hardware", "AV",
        "secure boot, encrypted storage and where the key sits on the device",
    ),
    _practice(
        "M4", "Make upgrades secure", "EVA", "that the device checks the signature and can go back"
    ),
    _practice(
        "D1", "Follow a secure development method", "EA", "the threat model and the reviews"
    ),
    _practice("D2", "Choose open source with care", "VA", "the health of a project's community"),
    _practice("D3", "Integrate with care", "EVA", "interfaces that are no resource of the stack"),
    _practice("P1", "Deploy the hardware securely", "A", "that ports are covered, site by site"),
    _practice("P2", "Keep authentication keys safe", "EV", "where the key sits on the device"),
    _practice("O1", "Keep the system up to date", "VA", "the age of patches on the devices"),
    _practice(
        "O2", "Protect against malicious activity", "EA", "what protects the device itself"
    ),
    _practice("O3", "Audit frequently", "EV", "that somebody reads the logs"),
    _practice("O4", "Protect the site physically", "AE", "who entered, and that it was noted down"),
    _practice(
        "O5", "Protect the cloud credentials", "EV", "that operators use them on safe machines only"
    ),
    _practice("C1", "Know what the devices can do", "A", "the class of each device"),
    _practice(
        "L1", "Put legacy devices behind a field gateway", "VA",
        "that nothing else reaches the device on its site",
    ),
    _practice("B1", "Provision devices securely", "EV"),
    _practice("B2", "Connect devices securely", "E"),
    _practice("B3", "Protect the data in the cloud", "E"),
)  # fmt: skip


@record
class Evidence:
    """How a stack stands to a practice.

    `enforced`: every rule of it that met something in the stack passed. `open`: a rule of it has a
    finding. `undecided`: none has, but one could not be decided. `attested`: only a person can
    show it. `nothing`: no rule of it met anything in this stack. `rules` are the ids that met
    something, in the order of the catalogue.
    """

    practice: Practice
    state: State
    rules: tuple[str, ...]
    findings: int
    undecided: int


def evidence(
    rules: Sequence[Rule], stack: Stack, judgement: Judgement, team: Team
) -> tuple[Evidence, ...]:
    """What a judged stack shows for every practice. A rule that raised has decided nothing."""
    met = [rule for rule in rules if team.level(rule) != "disabled" and _meets(rule, stack)]
    return tuple(_evidence(practice, met, judgement) for practice in PRACTICES)


def _meets(rule: Rule, stack: Stack) -> bool:
    return bool(stack.of_type(*rule.arm_types)) if rule.arm_types else True


def _evidence(practice: Practice, met: Iterable[Rule], judgement: Judgement) -> Evidence:
    own = tuple(rule.id for rule in met if practice.code in rule.practices)
    said = [finding for finding in judgement.findings if practice.code in finding.rule.practices]
    findings = sum(finding.status == "open" for finding in said)
    crashes = sum(crash.rule in own for crash in judgement.crashes)
    undecided = len(said) - findings + crashes
    return Evidence(practice, _state(practice, own, findings, undecided), own, findings, undecided)


def _state(practice: Practice, rules: tuple[str, ...], findings: int, undecided: int) -> State:
    if findings:
        return "open"
    if undecided:
        return "undecided"
    if "enforced" not in practice.proofs:
        return "attested"
    return "enforced" if rules else "nothing"


def rules_of(practice: Practice, rules: Iterable[Rule]) -> tuple[Rule, ...]:
    """The rules that give evidence for a practice."""
    return tuple(rule for rule in rules if practice.code in rule.practices)
