"""The gate for what `terraform show -json` prints: a plan that will be applied, or a state."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from hubwarden_policies.gates.collected import Collected, InputError
from hubwarden_policies.gates.terraform import leaving
from hubwarden_policies.gates.terraform.blocks import Blocks
from hubwarden_policies.gates.terraform.document import Unreadable, document
from hubwarden_policies.gates.terraform.in_clear import in_clear
from hubwarden_policies.gates.terraform.instances import Instance, instances
from hubwarden_policies.gates.terraform.joining import Joined
from hubwarden_policies.gates.terraform.removing import removals
from hubwarden_policies.gates.terraform.sorting import Sorted
from hubwarden_policies.gates.terraform.values import Malformed
from hubwarden_policies.model import CONFIGURATION_TYPE, Stack

# What outputs and variables belong to.
_FATES: Final = {
    "unchanged": "the plan leaves {} as it is: judged are only those that it changes",
    "deleted": "the plan deletes {}, which is no deployment",
    "forgotten": "the plan forgets {} and lets it stand, which is no deployment",
    "read": "the plan reads {} (data sources), which is no deployment",
}


def collect(raw: bytes, file: str) -> Collected:
    """What the plan or state in `raw` deploys; `file` is its path as a report shows it."""
    try:
        found = document(raw)
        every = list(instances(found))
    except Unreadable as error:
        return Collected(errors=(InputError(error.kind, error.message),))
    except Malformed as error:
        message = f"This is no plan that Terraform wrote, for {error}: write it again with"
        message += " `terraform show -json PLANFILE > plan.json`."
        return Collected(errors=(InputError("malformed-plan", message),))
    blocks = Blocks(found, every)
    sorted_ = Sorted()
    for one in every:
        if one.fate in ("deployed", "unchanged"):
            sorted_.take(one, blocks)
    joined = Joined(sorted_, blocks)
    joined.names.miss(one for one in every if one.fate in ("deleted", "forgotten"))
    return Collected(
        stack=_stack(found, file, blocks, joined),
        errors=(*_failed(found), *sorted_.errors),
        notes=tuple(_notes(every, sorted_)),
    )


def _stack(found: Mapping[str, Any], file: str, blocks: Blocks, joined: Joined) -> Stack:
    sorted_ = joined.sorted
    resources = tuple(joined.resources())
    return Stack(
        project="",
        name=file,
        resources=resources,
        exports=leaving.exports(found),
        config=leaving.variables(found, found.get("configuration")),
        calls=tuple(leaving.calls(blocks.configuration).values()),
        flows=(*leaving.flows(found, blocks), *in_clear(sorted_, blocks)),
        unmapped=(*sorted_.unmapped, *leaving.unclear(found, blocks)),
        uncovered=tuple(sorted_.uncovered),
        other=dict(sorted_.other),
        kind=CONFIGURATION_TYPE,
        removals=tuple(removals(blocks.instances)),
        unchanged=frozenset(
            address for address, whole in sorted_.whole.items() if not whole.changed
        ),
    )


def _failed(found: Mapping[str, Any]) -> Iterator[InputError]:
    if found.get("errored") is True:
        message = "Terraform failed while it made this plan, so parts of it are missing: mend what"
        yield InputError("errored-plan", f"{message} it complained of and plan again.")
    elif found.get("complete") is False:
        message = "This plan says that it is not complete: plan without -target and -exclude, or"
        yield InputError("incomplete-plan", f"{message} plan again once this one is applied.")


def _notes(every: Sequence[Instance], sorted_: Sorted) -> Iterator[str]:
    judged = {address for address, whole in sorted_.whole.items() if whole.changed}
    fates = Counter(one.fate for one in every if one.address not in judged)
    for fate, sentence in _FATES.items():
        if fates[fate]:  # type: ignore[index]
            count = f"{fates[fate]} resource{'' if fates[fate] == 1 else 's'}"  # type: ignore[index]
            yield sentence.format(count)
    deferred = sum(one.deferred for one in every)
    if deferred:
        yield f"{deferred} of the changes are deferred: what they will be is not all known yet"
