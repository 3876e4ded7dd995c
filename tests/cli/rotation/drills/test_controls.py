"""The oracle is worth something: it sees what orders that people use do to consumers."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from tests.cli.rotation.drills.conftest import Staged
from tests.cli.rotation.drills.killing import died
from tests.cli.rotation.drills.points import Points
from tests.cli.rotation.drills.stage import CACHE, Stage, declared, endings

from hubwarden_cli.azure.identifiable import identifiable_key
from hubwarden_cli.azure.key import Key
from hubwarden_cli.azure.vault import Vault, Version
from hubwarden_cli.rotation.state import Slot


def renew(stage: Stage, slot: Slot) -> Key:
    """A new key in a slot, at once."""
    source = stage.access().source(stage.declared[0].id)
    key = identifiable_key("hub", stage.azure.world.random.randbytes)
    source.write({"service": {slot: key}}, source.read())
    return key


def test_it_sees_a_key_renewed_in_place_and_published_after(staged: Staged) -> None:
    stage = staged(declared(), lro="200")
    stage.put(stage.declared[0], renew(stage, Slot.PRIMARY).reveal())
    assert stage.oracle.harm


def test_it_sees_a_fixed_order_that_begins_again_after_a_crash(staged: Staged) -> None:
    stage = staged(declared(), lro="200")
    one = stage.declared[0]
    stage.put(one, renew(stage, Slot.SECONDARY).reveal())
    assert stage.oracle.harm == []
    # It died before it came to the primary, and begins again.
    renew(stage, Slot.SECONDARY)
    assert stage.oracle.harm


def test_it_sees_that_nobody_waited_for_the_grace(staged: Staged) -> None:
    stage = staged(declared(), lro="200")
    one = stage.declared[0]
    stage.put(one, renew(stage, Slot.SECONDARY).reveal())
    stage.clock.sleep(CACHE.total_seconds() - 1)
    assert stage.oracle.harm == []
    renew(stage, Slot.PRIMARY)
    assert stage.oracle.harm


def test_it_sees_no_harm_where_the_grace_is_over(staged: Staged) -> None:
    stage = staged(declared(), lro="200")
    stage.put(stage.declared[0], renew(stage, Slot.SECONDARY).reveal())
    stage.clock.sleep(CACHE.total_seconds() + 1)
    renew(stage, Slot.PRIMARY)
    assert stage.oracle.harm == []


class Blind(Vault):
    """A vault whose tags say nothing, as if only the journal knew of grace and runs."""

    def current(self, name: str) -> Version | None:
        found = super().current(name)
        return found and replace(found, tags={}, created=None)

    def names(self) -> tuple[str, ...]:
        return ()


def test_it_sees_a_grace_that_only_a_lost_journal_knew(staged: Staged) -> None:
    stage = staged(declared(), lro="200")
    points = Points()
    back = stage.moment()
    assert endings(stage.begin(points=points)) == {"done"}
    back()
    assert died(partial(Stage.begin, stage, None, "r1"), points.names.index("after published") + 1)
    (stage.journals / "r1.jsonl").unlink()
    seeing = stage.access

    def blind(points: Points | None = None) -> object:
        access = seeing(points)
        where = access.endpoints
        vault = Blind(where.vault("keys"), access.credential, where.verify, where.verify_challenge)
        access.__dict__["vault"] = lambda _: vault
        access.__dict__["still"] = lambda: access
        return access

    stage.access = blind  # type: ignore[method-assign, assignment]
    stage.begin(stage.plan(all=True), "r2")
    assert stage.oracle.harm
