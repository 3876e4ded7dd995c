"""What a reader should know of how a stack was judged, beside what was found in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

from hubwarden_policies.model import CONFIGURATION_TYPE
from hubwarden_policies.settings import FILE

if TYPE_CHECKING:
    from hubwarden_cli.inspected import Inspected
    from hubwarden_policies.gates.collected import Examined
    from hubwarden_policies.model import Stack

# With a public endpoint that the team has declared, the rules on the network of these two pass.
_DECLARED: Final = ("Microsoft.Devices/IotHubs", "Microsoft.Devices/provisioningServices")


def notes(
    each: Examined, stack: Stack, one: Inspected, *, empty: bool, beside: bool = False
) -> Iterator[str]:
    """The sentences on a stack; `empty` is whether no rule had anything to read in it.

    `beside` is whether it was found beside what was checked, so that this is no error.
    """
    project = one.project
    if project and project.made_up:
        yield f"the project has no stack file, so this one stack, `{each.name}`, was made up"
    if project and project.python_note:
        yield project.python_note
    if _devices(one, each.name) == "internet" and stack.of_type(*_DECLARED):
        yield f"public by declaration: devices reach hub and DPS over the internet ({FILE})"
    if one.settings.allow_empty and empty:
        yield f"no resource is of a type that a rule reads, and `allow_empty` is set ({FILE})"
    elif empty and beside:
        yield "no resource is of a type that a rule reads"
    if one.decided and one.decided.changes.note:
        yield one.decided.changes.note
    if one.policy and each.judgement:
        fixed = len(one.policy.fixed(each.judgement.findings, [each.name]))
        if fixed:
            yield (
                f"{fixed} of the baseline {'is' if fixed == 1 else 'are'} no longer there; "
                "`hubwarden baseline write --prune` takes them out"
            )
    findings = each.judgement.findings if each.judgement else ()
    if stack.kind == CONFIGURATION_TYPE and any(f.status == "open" for f in findings):
        yield (
            "a fix names properties as the body of azapi has them (`disableLocalAuth`); azurerm "
            "has arguments of its own for them"
        )
    yield from each.notes


def _devices(one: Inspected, stack: str) -> str | None:
    devices = one.settings.devices
    return devices.get(stack) if isinstance(devices, Mapping) else devices
