"""Whether what consumers read from the vaults opens what it is for."""

from __future__ import annotations

from collections.abc import Iterator

from hubwarden_cli.azure.vault import Version
from hubwarden_cli.diagnosis.line import Line, problem
from hubwarden_cli.rotation.access import Access
from hubwarden_cli.rotation.consumers import HUB, Credential
from hubwarden_cli.rotation.kinds.kind import Policy, Reading
from hubwarden_cli.rotation.state import Mark, Slot
from hubwarden_cli.rotation.value import key_in


def unfitting(access: Access, declared: Credential, reading: Reading) -> Iterator[Line]:
    """A problem for each secret whose newest version holds no key of its policy.

    So it is after somebody has written the hub with a policy but without its keys, where Azure
    makes new ones for that; a secret that is not there yet is `adopt`'s to make.
    """
    policy = reading.policies.get(declared.policy)
    if policy is None:
        return
    kind = "hub" if declared.id.provider_type == HUB else "DPS"
    where = f"of policy {declared.policy} of {kind} {declared.id.name}"
    why = f"somebody wrote the {kind} without its keys, probably a deployment"
    newest = access.vault(declared.vault).current(declared.secret)
    if newest and not _fits(declared, policy, newest):
        yield problem(
            "key",
            f"the key in the vault ({declared.vault}/{declared.secret}) fits neither slot {where}:"
            f" {why if 'fp' in newest.tags else 'it is of somewhere else, or was changed since'}",
            _way_out(declared, newest),
        )
    for copy in declared.copies:
        version = access.vault(copy.vault).current(copy.secret)
        if version and not _fits(declared, policy, version):
            yield problem(
                "key",
                f"the key in the copy {copy.vault}/{copy.secret} fits neither slot {where}",
                "adopt as above where it says so; then a rotation (`hubwarden creds plan --all`)"
                " begins with the copies.",
            )


def _fits(declared: Credential, policy: Policy, version: Version) -> bool:
    key = key_in(declared.value, version.value) if version.value else None
    return key is not None and any(policy.key(slot) == key for slot in Slot)


def _way_out(declared: Credential, newest: Version) -> str:
    # A run that is not over keeps its version from being adopted by the way.
    force = " --force" if newest.tags.get("state") == Mark.CURRENT else ""
    return (
        f"hubwarden creds adopt --resource {declared.id.path} --policy {declared.policy}{force};"
        " until then whoever reads the secret is refused."
    )
