"""The files in which a team says how it lives with findings: what is wrong with themselves."""

from __future__ import annotations

from hubwarden_policies.rule import HIGH, INFO, MEDIUM, Verdicts, rule
from hubwarden_policies.views.standing import ChangedFile, WaiverUse

_DATES = "what a waiver says is always known"


@rule(
    "Waiver has expired",
    severity=MEDIUM,
    practices=("O3",),
    fix="Mend what it waived and delete it, or have its owner renew `expires` with a new reason.",
    no_unknown=_DATES,
)
def waiver_expired(waiver: WaiverUse) -> Verdicts:
    """
    A waiver is a promise with a day. Once that is over the finding counts again, and the waiver
    itself is reported where it stands, so that somebody decides.

    Bad (stacks/waivers.toml)::

        [[waiver]]  # flagged
        rule = "hub-old-tls"
        stack = "prod"
        address = "*"
        reason = "The gateways in Lyon speak TLS 1.0 until they are replaced."
        owner = "plant@contoso.example"
        expires = 2026-06-30

    Good (stacks/waivers.toml)::

        [[waiver]]
        rule = "hub-old-tls"
        stack = "prod"
        address = "*"
        reason = "The gateways in Lyon speak TLS 1.0 until they are replaced."
        owner = "plant@contoso.example"
        expires = 2026-12-31
    """
    if waiver.expires < waiver.today:
        yield waiver.violation(f"the waiver of {waiver.rule} held until {waiver.expires}")


@rule(
    "Waiver lives longer than the team allows",
    severity=MEDIUM,
    practices=("O3",),
    fix="Set an earlier `expires`, or allow more days in `[waivers]` of hubwarden.toml.",
    no_unknown=_DATES,
)
def waiver_too_long(waiver: WaiverUse) -> Verdicts:
    """
    A waiver for ten years is a rule that is switched off. How long a finding may wait depends on
    how bad it is; a waiver beyond that does not hold.

    Bad (stacks/waivers.toml)::

        [[waiver]]  # flagged
        rule = "hub-old-tls"
        stack = "prod"
        address = "*"
        reason = "The gateways in Lyon speak TLS 1.0 until they are replaced."
        owner = "plant@contoso.example"
        expires = 2036-12-31

    Good (stacks/waivers.toml)::

        [[waiver]]
        rule = "hub-old-tls"
        stack = "prod"
        address = "*"
        reason = "The gateways in Lyon speak TLS 1.0 until they are replaced."
        owner = "plant@contoso.example"
        expires = 2026-12-31
    """
    if waiver.latest is not None:
        yield waiver.violation(
            f"the waiver of {waiver.rule} may hold until {waiver.latest} today, "
            f"not until {waiver.expires}"
        )


@rule(
    "Waiver waives nothing",
    severity=INFO,
    practices=("O3",),
    fix="Delete it: what it waived is mended, or its rule, stack or address is another one.",
    no_unknown=_DATES,
)
def waiver_unused(waiver: WaiverUse) -> Verdicts:
    """
    A waiver that nothing needs any more waits for the next finding of its kind, and hides it.

    Bad (stacks/waivers.toml)::

        [[waiver]]  # flagged
        rule = "kv-purge"
        stack = "prod"
        address = "urn:pulumi:prod::plant::azure-native:keyvault:Vault::gone"
        reason = "The vault is a copy for tests."
        owner = "plant@contoso.example"
        expires = 2026-12-31

    Good (stacks/waivers.toml)::

        [[waiver]]
        rule = "hub-old-tls"
        stack = "prod"
        address = "*"
        reason = "The gateways in Lyon speak TLS 1.0 until they are replaced."
        owner = "plant@contoso.example"
        expires = 2026-12-31
    """
    if waiver.used is False and waiver.expires >= waiver.today:
        yield waiver.violation(f"nothing that was checked needs the waiver of {waiver.rule}")


@rule(
    "Change of a file that decides what is a finding",
    severity=HIGH,
    practices=("D1",),
    fix=(
        "Let the base branch decide: `hubwarden check --policy-from DIR` with a checkout of it, "
        "and change such files in a pull request of their own, with a review by their owners."
    ),
    no_unknown="a file has changed or not",
)
def policy_changed(file: ChangedFile) -> Verdicts:
    """
    Whoever can change levels, waivers, baseline or settings in the pull request that is checked
    can switch the check off in it. Without `--policy-from` hubwarden reads these files from the
    checkout that it judges; so a change of them is told first, and no level and no waiver reaches
    this finding.

    Bad (hubwarden.toml)::

        devices = "internet"  # flagged

    Good (hubwarden.toml)::

        devices = "private"
    """
    yield file.violation(f"{file.location.file} differs from {file.base}")
