"""Where an example as a template or a plan is judged otherwise than as a program, and why.

A test writes every rule's examples so and runs them through our gates and through stock Checkov; it
fails on a difference that is not listed, and on an entry that is none.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Form = Literal["arm", "azapi", "azurerm"]
Example = Literal["bad", "good", "unknown"]
# The last one: the form has no words for what the example is about.
Says = Literal["nothing", "undecided", "open", "not written"]


@dataclass(frozen=True, slots=True)
class Difference:
    """What a rule says of its example in this form; with `only_checkov` our own gate does not."""

    rule: str
    form: Form
    example: Example
    says: Says
    reason: str
    only_checkov: bool = False


_PLAIN: Final = (
    "What is unknown in a template is a parameter, and one that is not secure is in clear whatever "
    "it holds."
)
_SENT: Final = (
    "What a function returns is readable in a program; in a template it goes to Azure and nowhere "
    "else."
)
_WHOLE: Final = (
    "What is unknown in a template is a parameter that somebody has to give, so the property is "
    "there; the rule reads the parts that are written out."
)
_OPTION: Final = "A template has no word for this option of Pulumi's."
_STATE: Final = "A template leaves no state in which they would stand."
_PULUMI: Final = "The fault is in a program or in a stack file; the other forms have neither."
_TEXT: Final = (
    "A plan has the names in an expression and not its text: a value that is put together is "
    "unknown as a whole."
)
_BODY: Final = (
    "azapi's body is one expression in a plan: which resource an unknown value in it comes from, "
    "nobody can tell."
)
_PROTECT: Final = "A plan does not show `prevent_destroy`: the format has no words for it."
_OUTPUTS: Final = "The plan is written without its outputs."
_AZAPI: Final = "azurerm has no attribute for it: the check is skipped and says so; azapi has it."
_UNSAID: Final = "azurerm has no attribute for it; azapi has it."
_KEYS: Final = "azurerm lets Azure make the keys of a policy, and has no attribute to give them."
_PIECES: Final = "In azurerm each policy is a resource, so that their list is never unknown."
_SOFT: Final = "azurerm has no attribute for it: with azurerm, soft delete is always on."
_UNREAD: Final = (
    "hubwarden does not read azurerm's resources of this kind, and `not-covered` names them: "
    "azapi's are read."
)
_NONE: Final = "The example has no resource that hubwarden reads in azurerm."
_SCHEMA: Final = "azurerm's schema calls it sensitive, so that a plan never shows it in clear."
_HELD: Final = (
    "azurerm's schema calls it sensitive: that a string is set is known, and it is one with a key."
)
_SENDS: Final = "azurerm sends TLS1_2 where nobody says anything."
_ALONE: Final = "Checkov asks about resources, and this file has none."

_NOT: Final = "not written"
_ROWS: Final[tuple[tuple[Form, str, str, Says, str], ...]] = (
    ("arm", "hub-policy-inline-key", "unknown", "open", _PLAIN),
    ("arm", "hub-routing-key", "unknown", "open", _PLAIN),
    ("arm", "dps-policy-inline-key", "unknown", "open", _PLAIN),
    ("arm", "dps-link-in-clear", "bad", "nothing", _SENT),
    ("arm", "kv-secret-in-clear", "bad", "nothing", _SENT),
    ("arm", "kv-secret-hub-owner", "unknown", "nothing", _WHOLE),
    ("arm", "diag-without-destination", "unknown", "nothing", _WHOLE),
    ("arm", "app-setting-connection-string", "unknown", "nothing", _WHOLE),
    ("arm", "stateful-unprotected", "good", "open", f"{_OPTION} A lock does the same."),
    ("arm", "security-change-ignored", "bad", "nothing", _OPTION),
    ("arm", "keys-in-outputs", "bad", "nothing", _STATE),
    ("arm", "config-connection-string", "bad", "nothing", _PULUMI),
    ("arm", "not-covered", "bad", "nothing", _PULUMI),
    ("azapi", "hub-unused-link-policy", "good", "undecided", _TEXT),
    ("azapi", "hub-file-upload-account-key", "bad", "undecided", _TEXT),
    ("azapi", "dps-link-owner-policy", "bad good", "undecided", _TEXT),
    ("azapi", "dps-link-keyless-hub", "bad", "undecided", _TEXT),
    ("azapi", "dps-unknown-hub", "bad good", "undecided", _TEXT),
    ("azapi", "ca-cert-private-key", "bad", "undecided", _TEXT),
    ("azapi", "kv-secret-hub-owner", "bad good", "undecided", _TEXT),
    ("azapi", "app-setting-connection-string", "bad", "undecided", _TEXT),
    ("azapi", "hub-unreachable", "good", "undecided", _BODY),
    ("azapi", "diag-without-destination", "good", "undecided", _BODY),
    ("azapi", "hub-identity-too-powerful", "bad", "undecided", _BODY),
    ("azapi", "stateful-unprotected", "bad", "nothing", _PROTECT),
    ("azapi", "security-change-ignored", "bad", "nothing", _PULUMI),
    ("azapi", "keys-in-outputs", "bad", "nothing", _PULUMI),
    ("azapi", "credential-in-output", "bad", "nothing", _OUTPUTS),
    ("azapi", "credential-leak", "bad", "nothing", _OUTPUTS),
    ("azapi", "config-connection-string", "bad", "nothing", _PULUMI),
    ("azapi", "not-covered", "bad", "nothing", _PULUMI),
    ("azurerm", "hub-file-upload-account-key", "bad", "undecided", _TEXT),
    ("azurerm", "dps-link-owner-policy", "bad good", "undecided", _TEXT),
    ("azurerm", "dps-unknown-hub", "bad good", "undecided", _TEXT),
    ("azurerm", "ca-cert-private-key", "bad", "undecided", _TEXT),
    ("azurerm", "kv-secret-hub-owner", "bad good", "undecided", _TEXT),
    ("azurerm", "dps-link-in-clear", "bad", "nothing", _SCHEMA),
    ("azurerm", "kv-secret-in-clear", "bad", "nothing", _SCHEMA),
    ("azurerm", "hub-routing-key", "unknown", "open", _HELD),
    ("azurerm", "hub-unlisted-policy", "unknown", _NOT, _PIECES),
    ("azurerm", "hub-policy-inline-key", "bad unknown", _NOT, _KEYS),
    ("azurerm", "dps-policy-inline-key", "bad unknown", _NOT, _KEYS),
    ("azurerm", "keys-in-outputs", "bad good", _NOT, _KEYS),
    ("azurerm", "hub-device-sas", "bad", "nothing", _AZAPI),
    ("azurerm", "hub-device-sas", "good unknown", _NOT, _UNSAID),
    ("azurerm", "hub-module-sas", "bad", "nothing", _AZAPI),
    ("azurerm", "hub-module-sas", "good unknown", _NOT, _UNSAID),
    ("azurerm", "hub-open-outbound", "bad", "nothing", _AZAPI),
    ("azurerm", "hub-open-outbound", "good unknown", _NOT, _UNSAID),
    ("azurerm", "kv-soft-delete-off", "bad unknown", _NOT, _SOFT),
    ("azurerm", "st-old-tls", "bad", "nothing", _SENDS),
    ("azurerm", "role-definition-lists-keys", "bad good unknown", _NOT, _UNREAD),
    ("azurerm", "role-custom-owner", "bad good unknown", _NOT, _UNREAD),
    ("azurerm", "app-setting-connection-string", "bad good unknown", _NOT, _UNREAD),
    ("azurerm", "stateful-unprotected", "bad", "nothing", _PROTECT),
    ("azurerm", "security-change-ignored", "bad", "nothing", _PULUMI),
    ("azurerm", "credential-in-output", "bad good", _NOT, _NONE),
    ("azurerm", "credential-leak", "bad", "nothing", _OUTPUTS),
    ("azurerm", "config-connection-string", "bad good", _NOT, _NONE),
    ("azurerm", "not-covered", "bad good", _NOT, _NONE),
)
_EXAMPLES: Final[dict[str, Example]] = {"bad": "bad", "good": "good", "unknown": "unknown"}
DIFFERENCES: Final[tuple[Difference, ...]] = (
    *(
        Difference(rule, form, _EXAMPLES[example], says, reason)
        for form, rule, examples, says, reason in _ROWS
        for example in examples.split()
    ),
    Difference("credential-in-output", "arm", "bad", "nothing", _ALONE, only_checkov=True),
)
