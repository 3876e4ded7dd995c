"""Whole runs against the double: what is where at the end."""

from __future__ import annotations

from collections.abc import Callable

from tests.cli.furnished import DPS
from tests.cli.rotation.site import Site

from hubwarden_cli.rotation.adopt import Adopted
from hubwarden_cli.rotation.result import Result
from hubwarden_cli.rotation.step import Ending, Stop


def _endings(result: Result) -> set[object]:
    return {one.ending if isinstance(one, Stop) else one for one in result.endings.values()}


def test_a_rotated_policy_has_two_new_keys_and_the_vault_the_first(
    site: Callable[..., Site],
) -> None:
    here = site()
    before = here.azure.world.policy("hub", "contoso", "service")
    declared = here.declared()
    assert here.adopt(declared) == [Adopted.PUBLISHED]
    here.azure.clock.sleep(100 * 86400)
    result = here.run(declared)
    assert _endings(result) == {Ending.DONE}, (result, here.said)
    after = here.azure.world.policy("hub", "contoso", "service")
    assert {after.primary, after.secondary}.isdisjoint({before.primary, before.secondary})
    published = here.access.vault("keys").current("hub-service")
    assert published is not None
    assert published.value is not None
    assert after.primary in published.value.reveal()
    assert published.tags["state"] == "settled"


def test_a_link_follows_its_hub(site: Callable[..., Site]) -> None:
    here = site()
    declared = [
        here.declared(),
        here.declared("link", links=(DPS,), copies=({"vault": "copies", "secret": "link"},)),
        here.declared("device"),
    ]
    here.adopt(*declared)
    here.azure.clock.sleep(100 * 86400)
    result = here.run(*declared)
    assert _endings(result) == {Ending.DONE}, (result, here.said)
    writes = [
        one for one in here.azure.log.entries() if one.method == "PUT" and "IotHubs" in one.path
    ]
    assert len(writes) == 2


def test_the_proofs_of_a_hub_share_their_time(site: Callable[..., Site]) -> None:
    here = site()
    declared = [here.declared(), here.declared("link"), here.declared("device")]
    here.adopt(*declared)
    here.azure.clock.sleep(100 * 86400)
    began = here.azure.clock.now()
    assert _endings(here.run(*declared)) == {Ending.DONE}
    rest = here.azure.clock.now() - began - here.grace.total_seconds()
    spread = here.access.pace.spread
    assert spread <= rest < 2 * spread
    assert ("", "proving") in here.said
