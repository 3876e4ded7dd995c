"""Fixes where another property is not all: what Pulumi does by an option, a mark or a command."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_SPENT: Final = "Then change the key in Azure: whoever has the file has it."
IN_TEMPLATES: Final[Mapping[str, str]] = {
    "dps-link-in-clear": (
        "Take the connection string from a parameter that is declared `@secure()` (`secureString` "
        "in JSON). Then change the key in Azure, for it stood in clear until now. Nothing is "
        "replaced."
    ),
    "kv-secret-in-clear": (
        "Take the value from a parameter that is declared `@secure()` (`secureString` in JSON). "
        "Then change the secret itself, for it stood in clear until now. Nothing is replaced."
    ),
    "resource-without-logs": (
        "Add a `Microsoft.Insights/diagnosticSettings` on this resource (of an account's blobs: "
        "on its `blobServices/default`), with a `workspaceId` and `logs: "
        '[{categoryGroup: "allLogs", enabled: true}]`. Nothing else changes.'
    ),
    "stateful-unprotected": (
        "Lock it, or its resource group, with a `Microsoft.Authorization/locks` of the level "
        "`CanNotDelete`. Nothing is replaced. Where all of it is meant to go, turn the rule off: "
        "`[levels]` in hubwarden.toml."
    ),
    "credential-in-output": (
        "Take it out of the outputs: give the reader a managed identity, or the id of a vault's "
        "secret. If it must leave, declare the output `@secure()` (`secureString` in JSON), which "
        "the record of the deployment does not show. Then change the key, for it was readable."
    ),
    "credential-leak": (
        "Do not put it where everybody may read it, such as a name or a tag: give the reader a "
        "managed identity, or the id of a vault's secret. Then change the key, for it was readable."
    ),
    "config-connection-string": (
        "Take the value out of the file and declare the parameter `@secure()` (`secureString` in "
        f"JSON); a parameters file refers to a vault's secret instead. {_SPENT}"
    ),
    "source-connection-string": (
        "Take it out of the file: into a parameter that is declared `@secure()` (`secureString` "
        f"in JSON) and filled from a vault; or use a managed identity. {_SPENT}"
    ),
    "security-change-ignored": (
        "Take the property out of `ignore_changes` in `lifecycle`, look at the plan, and waive "
        "what has to stay as it is: a waiver has a reason, an owner and an end. The plan tells "
        "whether Azure changes the resource in place."
    ),
    "keys-in-outputs": (
        "Let nobody read the state who may not have the keys. Nothing else changes; change the "
        "keys if the state was ever shared without encryption."
    ),
    "registry-deleted": (
        "Keep it: take the change back that asks for the replacement, or give the resource the "
        "name that it had. Where it has to go, export what it holds and bring that into its "
        "successor first, then waive this for its address."
    ),
}
IN_TERRAFORM: Final[Mapping[str, str]] = {
    **IN_TEMPLATES,
    "dps-link-in-clear": (
        "Take the connection string from a variable with `sensitive = true`. Then change the key "
        "in Azure, for it stood in clear until now. Nothing is replaced."
    ),
    "kv-secret-in-clear": (
        "Take the value from a variable with `sensitive = true`. Then change the secret itself, "
        "for it stood in clear until now. Nothing is replaced."
    ),
    "credential-in-output": (
        "Take it out of the outputs: give the reader a managed identity, or the id of a vault's "
        "secret. If it must leave, set `sensitive = true` on the output; the state holds it all "
        "the same. Then change the key, for it was readable."
    ),
    "config-connection-string": (
        "Take the value out of the files and set `sensitive = true` on the variable; give it when "
        f"the plan is made, from a vault. {_SPENT}"
    ),
    "source-connection-string": (
        "Take it out of the file: into a variable with `sensitive = true` that is filled from a "
        f"vault; or use a managed identity. {_SPENT}"
    ),
    "registry-deleted": (
        "Keep it: take the change back that asks for the replacement, or add a `moved` block where "
        "its address has changed; `prevent_destroy` stops the next one. Where it has to go, export "
        "what it holds and bring that into its successor first, then waive this for its address."
    ),
}
