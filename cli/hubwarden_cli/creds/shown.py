"""A plan as people read it: what happens to each credential, in the order in which it happens."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from hubwarden_cli.azure.identity import Identity
from hubwarden_cli.creds.failing import judged
from hubwarden_cli.creds.options import spoken
from hubwarden_cli.rotation.consumers import Credential
from hubwarden_cli.rotation.plan import CredentialPlan, Plan
from hubwarden_cli.rotation.survey import Standing, Surveyed


def shown(identity: Identity, plan: Plan, surveyed: Sequence[Surveyed]) -> Iterator[str]:
    """The lines of a plan."""
    yield f"as {identity.name} of tenant {identity.tenant}, cloud {plan.cloud}"
    for number, run in enumerate(plan.runs, 1):
        kind = run.id.provider_type.rpartition("/")[2]
        yield f"{number}. {kind}/{run.id.name}"
        for one in run.credentials:
            yield from steps(one)
    standings = [one for each in surveyed for one in each.standings]
    yield from (_blocked(one) for one in standings if one.due and one.blocked)
    yield from (_not_due(one) for one in standings if not one.due)
    for each in surveyed:
        if each.failure:
            yield f"not read: {each.id.name}: {judged(each.failure)[1]}"
    if not plan.runs:
        yield "nothing to do"


def steps(plan: CredentialPlan) -> Iterator[str]:
    """What is done with one credential, step by step."""
    declared = plan.declared
    slot = plan.standby.value.removesuffix("Key")
    yield f"   {declared.policy} -> secret {declared.vault}/{declared.secret}"
    copies = [f"link {text.rpartition('/')[2]}" for text in declared.links]
    copies += [f"secret {one.vault}/{one.secret}" for one in declared.copies]
    if copies:
        yield f"     put the key that is in use into {', '.join(copies)}, and prove it there"
    yield f"     stage a new key in the vault, set it as {slot}, prove it"
    yield f"     publish it as a new version of {declared.secret}"
    if copies:
        yield f"     push it to {', '.join(copies)}"
    hooks = [one.name for one in declared.consumers if one.hook]
    if hooks:
        yield f"     run the hooks of {', '.join(hooks)}"
    yield f"     {grace(declared)}"
    acks = [one.name for one in declared.consumers if one.ack_required]
    if acks:
        yield f"     wait until {', '.join(acks)} say that they hold it"
    if copies:
        yield f"     put it into {', '.join(copies)} once more, and prove it there"
    yield "     make the new key the primary one; nobody keeps the other"
    if copies:
        yield f"     put it into {', '.join(copies)} a last time: somebody may have deployed"


def grace(declared: Credential) -> str:
    """How long the old key stays, and because of whom."""
    slowest = declared.slowest
    if slowest is None:
        return "no grace: no consumer is declared"
    return f"leave the old key for {spoken(declared.grace)}, as long as {slowest.name} may hold it"


def _blocked(one: Standing) -> str:
    return f"blocked: {_where(one.declared)}: {one.blocked}"


def _not_due(one: Standing) -> str:
    age = spoken(one.age) if one.age is not None else "unknown"
    return f"not due: {_where(one.declared)}: {age} old, of {spoken(one.declared.max_age)}"


def _where(declared: Credential) -> str:
    return f"{declared.id.name}/{declared.policy}"
