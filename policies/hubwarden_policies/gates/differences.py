"""Where the gates must say different things of the same program, and why.

A check runs the program twice, once with marked credentials, and sees no secret of the stack. The
pack is told by Pulumi's engine, which has the secrets, and in a first preview tells no text that
has an unknown part. The guard sees one resource at a time. A test runs every rule's examples
through all of them; it fails on a difference that is not listed, and on an entry that is none.
"""

from __future__ import annotations

from typing import Final, Literal

from hubwarden_policies.record import record

Gate = Literal["pack", "guard"]
Kind = Literal["bad", "good", "unknown"]
Says = Literal["nothing", "undecided", "open"]


@record
class Difference:
    """What a gate says by a rule in some examples of a kind, where a check says otherwise."""

    rule: str
    gate: Gate
    example: Kind
    says: Says
    reason: str


_UNMARKED: Final = (
    "A key that Azure did not sign looks like any other text, and a log reaches no rule: the marks "
    "in a check's canary run prove both. Connection strings and signed keys are seen."
)
_READ: Final = "The engine has the secret's value, which a check does not: the rule reads it."
_KEY_READ: Final = (
    "The engine has the secret, which a check does not: the text with a private key in it is "
    "read, and is no certificate."
)
_PARTS: Final = (
    "In a first preview the whole connection string is unknown; the canary run of a check shows "
    "its literal parts. The update knows the text, and judges it."
)
_SCOPE: Final = (
    "In a first preview the scope is unknown, and may lie below the resource that it comes from. "
    "The update knows the scope, and judges it."
)

DIFFERENCES: Final[tuple[Difference, ...]] = (
    Difference("credential-leak", "pack", "bad", "nothing", _UNMARKED),
    Difference("credential-leak", "guard", "bad", "nothing", _UNMARKED),
    Difference("ca-cert-unfit", "pack", "bad", "open", _KEY_READ),
    Difference("ca-cert-unfit", "guard", "bad", "open", _KEY_READ),
    Difference("ca-cert-expiring", "pack", "bad", "nothing", _KEY_READ),
    Difference("ca-cert-sample", "pack", "bad", "nothing", _KEY_READ),
    Difference("hub-file-upload-account-key", "pack", "bad", "open", _READ),
    Difference("hub-file-upload-account-key", "guard", "bad", "open", _READ),
    Difference("kv-secret-hub-owner", "pack", "bad", "nothing", _READ),
    Difference("kv-secret-hub-owner", "pack", "good", "nothing", _READ),
    Difference("kv-secret-hub-owner", "pack", "unknown", "nothing", _READ),
    Difference("dps-link-owner-policy", "pack", "bad", "undecided", _PARTS),
    Difference("dps-link-owner-policy", "pack", "good", "undecided", _PARTS),
    Difference("dps-link-owner-policy", "pack", "unknown", "undecided", _PARTS),
    Difference("dps-unknown-hub", "pack", "bad", "undecided", _PARTS),
    Difference("dps-unknown-hub", "pack", "good", "undecided", _PARTS),
    Difference("dps-unknown-hub", "pack", "unknown", "undecided", _PARTS),
    Difference("hub-identity-too-powerful", "pack", "bad", "undecided", _SCOPE),
    Difference("hub-identity-too-powerful", "pack", "good", "undecided", _SCOPE),
)
