"""What no rule can see."""

from __future__ import annotations

from hubwarden_policies.model import Stack
from hubwarden_policies.rule import HIGH, Undecided, Verdicts, Violation, rule
from hubwarden_policies.views.subjects import stack_subject, subject, subject_at


@rule(
    "Resource of a kind that rules judge comes from another package",
    severity=HIGH,
    practices=("D1",),
    fix=(
        "Declare it with azure-native (in Terraform with azapi), or waive this rule for it and say "
        "who checks it. To move a resource that exists, import it into the other package first and "
        "take it out of the state of this one: created anew, a hub loses its registry."
    ),
    no_unknown="which package a resource comes from is always known",
)
def not_covered(stack: Stack) -> Verdicts:
    """
    Another package or provider names properties differently, and what deploys a template deploys
    whatever is in it. Of azurerm, and of `pulumi_azure`, which is made of it, the types that the
    rules are about are read (hub, DPS, vault, storage account, workspace, diagnostic setting and
    what belongs to them); any other type that deploys what rules judge is not, and silence about it
    is no verdict. It is a finding, so that nobody takes a short report for a clean one.

    A type in a namespace that rules judge, or an input of a type that is read, but that nobody
    here knows, is undecided and named. A piece of a resource (a hub's policy, say) is judged with
    what it is a piece of, and is told too where that is elsewhere.

    Bad::

        pulumi.CustomResource(  # flagged
            "azure:eventhub/eventHub:EventHub", "readings", {"namespaceName": "plant"}
        )

    Good::

        eventhub.EventHub("readings", resource_group_name=rg.name, namespace_name="plant")
    """
    for resource in stack.uncovered:
        message = f"no rule reads {resource.type}"
        yield Violation(subject(resource), "type", message)
    for unseen in stack.unmapped:
        about = subject_at(stack, unseen.address) if unseen.address else stack_subject(stack)
        yield Undecided("type", f"{unseen.what}: {unseen.reason}", about)
