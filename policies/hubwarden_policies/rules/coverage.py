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
        "Declare it with azure-native (`pulumi_azure_native`), or waive this rule for it and say "
        "who checks it. To move a resource that exists, `pulumi import` it into azure-native first "
        "and take it out of the state of the other package: created anew, a hub loses its registry."
    ),
    no_unknown="which package a resource comes from is always known",
)
def not_covered(stack: Stack) -> Verdicts:
    """
    A hub, a vault or a diagnostic setting of another package (`pulumi_azure`, a bridged Terraform
    provider) names its properties differently, and no rule reads them: silence about it is no
    verdict. It is a finding, so that nobody takes a short report for a clean one.

    A type in a namespace that rules judge, but that nobody here knows, is undecided and named.

    Bad::

        pulumi.CustomResource(  # flagged
            "azure:iot/ioTHub:IoTHub", "telemetry", {"resource_group_name": rg.name}
        )

    Good::

        iothub.IotHubResource("telemetry", resource_group_name=rg.name, sku=sku)
    """
    for resource in stack.uncovered:
        message = f"no rule reads {resource.type}"
        yield Violation(subject(resource), "type", message)
    for unseen in stack.unmapped:
        about = subject_at(stack, unseen.address) if unseen.address else stack_subject(stack)
        yield Undecided("type", f"{unseen.what}: {unseen.reason}", about)
