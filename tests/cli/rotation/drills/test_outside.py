"""D7: a clock that is wrong, names that do not resolve, tokens that end in the middle of a run."""

from __future__ import annotations

import re
import socket
import time
from dataclasses import replace
from typing import Any

import pytest
from azure.core.credentials import AccessToken
from azure.core.exceptions import ClientAuthenticationError
from tests.cli.rotation.drills.conftest import Staged
from tests.cli.rotation.drills.killing import mapped
from tests.cli.rotation.drills.points import Points
from tests.cli.rotation.drills.stage import CACHE, Stage, declared, endings, whys

from hubwarden_cli.guard import Refusal
from hubwarden_cli.local_azure.credential import LocalCredential
from hubwarden_cli.rotation.result import Result


def settled(stage: Stage) -> Result:
    """What resumes a run until it is over, once all is well again."""
    for _ in range(5):
        result = stage.resume()
        if endings(result) <= {"done"}:
            break
    return result


@pytest.mark.parametrize("ahead", [240, -240])
def test_a_clock_that_is_a_little_off_does_not_matter(staged: Staged, ahead: float) -> None:
    stage = staged(lro="200")
    stage.time.seconds = ahead
    assert endings(stage.begin()) == {"done"}
    assert stage.finished() == []


@pytest.mark.parametrize(
    ("ahead", "when"),
    [
        (600, "before locked"),
        (-600, "after setting"),
        (-600, "after published"),
        (240, "after published"),
        (600, "after published"),
        (600, "after grace"),
    ],
)
def test_a_clock_that_is_wrong_harms_nobody(staged: Staged, ahead: float, when: str) -> None:
    """The command refuses to begin so; a clock may go wrong in the middle too."""
    stage = staged(lro="200")
    stage.pace = replace(stage.pace, poll=20, stall=300)
    back, points = stage.moment(), mapped(stage)
    back()
    plan = stage.plan()

    def wrong() -> None:
        stage.time.seconds = ahead

    at = points.names.index(when) + 1
    result = stage.begin(plan, points=Points(at, wrong))
    ended = endings(result)
    assert stage.oracle.harm == []
    if ahead < 0:
        # Nobody takes its tokens, and it has to say why.
        assert ended <= {"later", "unverified"}
        assert "clock is 10 minutes late" in whys(result)
    stage.time.seconds = 0
    if ended != {"done"}:
        assert endings(settled(stage)) <= {"done", "unverified"}
    assert stage.oracle.harm == []


@pytest.mark.parametrize(
    ("when", "lasts", "ending"),
    [
        ("after locked", 100_000, "later"),
        ("after setting", 40, "done"),
        ("after published", 100_000, "later"),
    ],
)
def test_names_that_do_not_resolve(
    staged: Staged, monkeypatch: pytest.MonkeyPatch, when: str, lasts: int, ending: str
) -> None:
    """For a while they harm nothing; for long the run is for later, and says who was asked."""
    stage = staged(lro="200")
    stage.pace = replace(stage.pace, poll=20, stall=600)
    back, points = stage.moment(), mapped(stage)
    back()
    resolves, left = socket.getaddrinfo, [lasts]

    def resolve(*given: Any, **more: Any) -> Any:
        if left[0] > 0:
            left[0] -= 1
            raise socket.gaierror(socket.EAI_AGAIN, "planted")
        return resolves(*given, **more)

    at = points.names.index(when) + 1
    plan = stage.plan()
    broken = Points(at, lambda: monkeypatch.setattr(socket, "getaddrinfo", resolve))
    result = stage.begin(plan, points=broken)
    assert left[0] < lasts, "nothing was asked"
    left[0] = 0
    assert endings(result) == {ending}
    assert stage.oracle.harm == []
    if ending == "later":
        assert re.search(r"\b(localhost|127\.0\.0\.1):\d+ cannot be reached", whys(result))
        assert endings(settled(stage)) == {"done"}
    assert stage.finished() == []


@pytest.fixture
def virtual(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Tokens live by the drill's time for who asks for them and for who checks them."""

    def follow(stage: Stage) -> LocalCredential:
        monkeypatch.setattr(time, "time", stage.clock.now)
        return LocalCredential(clock=stage.clock.now)

    return follow


class Counted:
    """A credential that is asked, and ends at the `last` token, as a login does."""

    def __init__(self, inner: LocalCredential, last: int) -> None:
        self.inner, self.left, self.given = inner, last, 0

    def get_token(self, *scopes: str, **_: Any) -> AccessToken:
        self.given += 1
        if self.given > self.left:
            raise ClientAuthenticationError("planted: the login has expired")
        return self.inner.get_token(*scopes)


def test_tokens_end_in_the_middle_of_a_run(staged: Staged, virtual: Any) -> None:
    stage = staged(lro="201", lro_seconds=1800)
    stage.pace = replace(stage.pace, poll=120, proving=3600)
    stage.credential = counted = Counted(virtual(stage), 10_000)
    began = stage.clock.now()
    assert endings(stage.begin()) == {"done"}
    assert stage.finished() == []
    # A token lives for an hour, the run for the grace and two long operations.
    assert stage.clock.now() - began > CACHE.total_seconds() + 3600
    assert counted.given > 6


def test_a_login_that_ends_in_the_middle_of_a_run_is_for_later(
    staged: Staged, virtual: Any
) -> None:
    stage = staged(declared(), lro="200")
    whole = Counted(virtual(stage), 10_000)
    stage.credential = whole
    back = stage.moment()
    assert endings(stage.begin()) == {"done"}
    assert whole.given > 4
    for last in range(1, whole.given, 5):
        back()
        stage.credential = whole
        plan = stage.plan()
        stage.credential = Counted(whole.inner, last)
        try:
            ended = endings(stage.begin(plan))
        except Refusal as refusal:
            assert "az login" in str(refusal)  # noqa: PT017 (what it says is the test)
            ended = {"later"}
        assert stage.oracle.harm == []
        stage.credential = whole
        if ended != {"done"}:
            assert endings(settled(stage)) == {"done"}
        assert stage.finished() == []
