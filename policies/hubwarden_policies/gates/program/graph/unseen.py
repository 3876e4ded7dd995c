"""What a stack deploys without anybody seeing inside: named, so that it is no silence."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from hubwarden_policies.gates.program.graph.tokens import is_azure_native
from hubwarden_policies.model import UNKNOWN, Secret

if TYPE_CHECKING:
    from collections.abc import Collection

    from hubwarden_policies.gates.program.running.recording import Registration

# What azure-native deploys by a template: its resources are no resources of the program.
_TEMPLATES: Final = re.compile(
    r"resources(/\w+)?:(Deployment\w*|TemplateSpec\w*|AzureCliScript|AzurePowerShellScript)$"
)
_OTHER_TEMPLATES: Final = re.compile(
    r"azure:(core|management)/\w*([tT]emplateDeployment|[dD]eploymentScript)\w*:"
)
_STACK_REFERENCE: Final = "pulumi:pulumi:StackReference"


def why_unseen(resource: Registration, parents: Collection[str]) -> str | None:
    """Why nobody looks into this resource; None where there is nothing more to see.

    `parents` are the URNs that some recorded resource has as its parent.
    """
    token = resource.type
    if resource.remote and not resource.custom:
        # The recorder may have run the component; then its resources are there.
        seen = resource.urn in parents
        return None if seen else "a component of another package, which makes resources by itself"
    if token.startswith("pulumi-python:dynamic"):
        return "its provider is a class of the program, which may do anything when it is deployed"
    if token.startswith("command:"):
        return "it runs a command when it is deployed"
    if is_azure_native(token) and _TEMPLATES.search(token):
        return "what its template deploys is not in the program; check the template by itself"
    if _OTHER_TEMPLATES.match(token):
        return "what its template deploys is not in the program; check the template by itself"
    if token == _STACK_REFERENCE and not _has_outputs(resource):
        return "the outputs of that stack are not known here; give them under [check]"
    return None


def _has_outputs(resource: Registration) -> bool:
    outputs: Any = resource.outputs.get("outputs")
    outputs = outputs.value if isinstance(outputs, Secret) else outputs
    return outputs is not UNKNOWN and bool(outputs)
