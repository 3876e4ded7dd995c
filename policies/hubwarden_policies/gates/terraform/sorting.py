"""What each instance is to us, and its body in ARM's shape."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Final

from hubwarden_policies.data import load
from hubwarden_policies.gates.arm.template.standing import is_unmapped
from hubwarden_policies.gates.collected import InputError
from hubwarden_policies.gates.program.graph.tokens import canonical, deploys_templates
from hubwarden_policies.gates.terraform import azapi
from hubwarden_policies.gates.terraform.azurerm import (
    Mapped,
    azurerm_to_arm,
    entry_of,
    standing,
)
from hubwarden_policies.gates.terraform.blocks import Blocks
from hubwarden_policies.gates.terraform.bodies import put_missing
from hubwarden_policies.gates.terraform.instances import Instance
from hubwarden_policies.gates.terraform.values import Malformed, revealed
from hubwarden_policies.model import UNKNOWN, Call, Options, Resource, Unseen

_ACTION: Final = "azapi_resource_action"
# Why a resource of azapi is not known as a whole.
HIDDEN: Final = "a plan does not show what sensitive_body sets (sensitive_body_version names it)"


@dataclass(slots=True)
class Whole:
    """A resource of Azure; its body still takes in what others add to it."""

    one: Instance
    arm_type: str
    body: dict[str, Any]
    mapped: Mapped | None = None
    api_version: str | None = None
    changed: bool = True


@dataclass(slots=True)
class Sorted:
    """The instances of an input by what they are to us."""

    whole: dict[str, Whole] = field(default_factory=dict)
    parts: list[tuple[Instance, Mapped]] = field(default_factory=list)
    patches: list[tuple[Instance, azapi.Sent]] = field(default_factory=list)
    uncovered: list[Resource] = field(default_factory=list)
    unmapped: list[Unseen] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    other: Counter[str] = field(default_factory=Counter)
    errors: list[InputError] = field(default_factory=list)

    def take(self, one: Instance, blocks: Blocks) -> None:
        """Take in a resource that is deployed, or that stands and is not changed."""
        try:
            self._take(one, blocks)
        except Malformed as error:
            message = f"{one.address} cannot be read, for {error}: give it a literal one, or check"
            message += " the plan that Terraform wrote."
            self.errors.append(InputError("resource", message))

    def _take(self, one: Instance, blocks: Blocks) -> None:
        if one.type == "azapi_resource":
            self._azapi(one, blocks)
        elif one.type == "azapi_update_resource":
            hides = blocks.configured(one, "sensitive_body")
            found = azapi.sent(one.values, hides=hides)
            if canonical(found.arm_type):
                self.patches.append((one, found))
            else:
                self._foreign(one, found.arm_type)
        elif one.type == _ACTION:
            self._action(one)
        elif one.type == "azapi_data_plane_resource":
            self._uncovered(one, canonical(azapi.type_of(one.values) or ""))
        elif one.type.startswith("azapi_"):
            self._foreign(one, one.type)
        else:
            self._azurerm(one, blocks)

    def _action(self, one: Instance) -> None:
        """Most actions ask or do something; one by the resource's own URL may write all of it."""
        said = {name: revealed(one.values.get(name))[0] for name in ("method", "action", "when")}
        # Where nobody says a method it is POST.
        asks = said["method"] is None or str(said["method"]).upper() in ("POST", "GET", "HEAD")
        if (
            asks
            or (isinstance(said["action"], str) and said["action"])
            or said["when"] == "destroy"
        ):
            self.other[one.type] += 1
            return
        written = azapi.type_of(one.values)
        if written is None:
            raise Malformed("its type is not known")
        ours = canonical(written)
        if ours and str(said["method"]).upper() == "PATCH":
            self.patches.append((one, azapi.sent(one.values, hides=False)))
        elif ours or deploys_templates(written):
            self._uncovered(one, ours or written)
        else:
            self._foreign(one, written)

    def _azapi(self, one: Instance, blocks: Blocks) -> None:
        found = azapi.sent(one.values, hides=blocks.configured(one, "sensitive_body"))
        if deploys_templates(found.arm_type):
            self._uncovered(one, found.arm_type)
            return
        if not found.ours:
            self._foreign(one, found.arm_type)
            return
        if found.unseen:
            self.unmapped.append(Unseen(one.address, HIDDEN, one.address))
        changed = one.fate == "deployed"
        self.whole[one.address] = Whole(
            one, found.arm_type, found.body, None, found.api_version, changed
        )

    def _azurerm(self, one: Instance, blocks: Blocks) -> None:
        kind = standing(one.type)
        if kind in ("uncovered", "other"):
            self._uncovered(one, one.type if kind == "uncovered" else None)
            return
        mapped = azurerm_to_arm(one.type, blocks.set_by_somebody(one))
        for path in blocks.maybe_set(one):
            put_missing(mapped.body, path, UNKNOWN)
        for name in mapped.unmapped:
            if blocks.configured(one, name.partition(".")[0]):
                versions = " to ".join(load("azurerm.json")["versions"][::2])
                message = f"{one.address} sets `{name}`, which hubwarden does not know (it knows "
                message += f"azurerm {versions}): set the property with azapi_update_resource, or "
                message += "take a newer hubwarden."
                self.errors.append(InputError("unknown-attribute", message))
        if kind == "part":
            self.parts.append((one, mapped))
        else:
            arm_type = entry_of(one.type)["arm"]
            changed = one.fate == "deployed"
            self.whole[one.address] = Whole(one, arm_type, mapped.body, mapped, None, changed)

    def _foreign(self, one: Instance, arm_type: str) -> None:
        """A type of ARM that is none of ours; in a namespace of ours nobody knows what it is."""
        if is_unmapped(arm_type) and one.fate == "deployed":
            reason = f"{arm_type}, a type of this namespace that hubwarden does not know"
            self.unmapped.append(Unseen(one.type, reason, one.address))
        else:
            self.other[arm_type] += 1

    def _uncovered(self, one: Instance, equivalent: str | None) -> None:
        if equivalent is None:
            self.other[one.type] += 1
        elif one.fate == "deployed":
            self.uncovered.append(Resource(one.type, one.label, one.address, one.values))


def options_of(one: Instance) -> Options:
    """What of Terraform's settings of a resource is in a plan: azapi's ignored changes."""
    ignored = one.values.get("ignore_body_changes")
    paths = ignored if isinstance(ignored, list) else ()
    found = tuple(path for path in paths if isinstance(path, str))
    return Options(ignore_changes=found, shown=False)
