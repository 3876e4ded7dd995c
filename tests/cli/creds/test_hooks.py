"""Hooks and acks that are not there, change, fail, or never say yes."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.creds.place import SERVICE, Place


def hooked(place: Place, exits: int) -> Path:
    """A consumer with a hook that ends with this code."""
    hook = place.folder / "hook.sh"
    hook.write_text(f"#!/bin/sh\nexit {exits}\n")
    hook.chmod(0o755)
    place.declare(SERVICE.replace('cache = "1h"', 'cache = "1h", hook = ["./hook.sh"]'))
    return hook


def test_changed_hooks_need_a_new_plan(place: Place) -> None:
    hook = hooked(place, 0)
    place.adopted()
    plan = place.planned()
    hook.write_text("#!/bin/sh\nexit 1\n")
    assert "a file that a hook names has changed" in place("apply", plan).sentence


def test_a_hook_that_has_gone_stops_the_resumption(place: Place) -> None:
    hook = hooked(place, 0)
    place.adopted()
    assert place("apply", place.planned()).code == 75
    hook.unlink()
    failed = place("resume", "--wait", "27h")
    assert failed.code == 4
    assert "./hook.sh" in failed.out


@pytest.mark.parametrize(
    ("option", "words"),
    [
        ('hook = ["./tell.sh"]', "ended with 1"),
        (
            'ack = ["./tell.sh"], ack_required = true',
            "job has not said that it holds the new version",
        ),
    ],
)
def test_what_a_consumer_does_not_do_is_told_and_nothing_is_retired(
    place: Place, option: str, words: str
) -> None:
    told = place.folder / "tell.sh"
    told.write_text("#!/bin/sh\nexit 1\n")
    told.chmod(0o755)
    place.declare(SERVICE.replace('cache = "1h"', f'cache = "1h", {option}'))
    place.adopted()
    before = place.keys()
    done = place("apply", place.planned(), "--wait", "27h")
    assert done.code == 75
    assert words in done.out
    assert before[0] == place.keys()[0]
    told.write_text("#!/bin/sh\nexit 0\n")
    assert place("resume", "--wait", "27h").code == 0
    assert set(before).isdisjoint(place.keys())
