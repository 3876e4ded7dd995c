"""The commands look at their lock right before each write, however long ago the run did."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from tests.cli.creds.place import Place

from hubwarden_cli.creds import conduct


def test_every_write_is_right_behind_a_look_at_the_lock(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.adopted()
    looks: set[int] = set()

    class Watched:
        epochs = ()

        def check(self) -> None:
            looks.add(len(place.azure.log.entries()))

    @contextmanager
    def locked(*_: Any) -> Iterator[Watched]:
        yield Watched()

    monkeypatch.setattr(conduct, "locked", locked)
    plan = place.planned()
    since = len(place.azure.log.entries())
    done = place("apply", plan, "--wait", "48h")
    assert done.code == 0, (done.out, done.err)
    writes = [
        number
        for number, one in enumerate(place.azure.log.entries())
        if number >= since and one.method in {"PUT", "PATCH", "DELETE"}
    ]
    assert len(writes) >= 5
    assert [number for number in writes if number not in looks] == []
