"""What goes wrong before and around a rotation: one sentence, its exit code, and nothing lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from azure.core.exceptions import ClientAuthenticationError
from tests.cli.creds.place import DAY, LINK, SERVICE, Place, closed_port, on_arrival
from tests.cli.furnished import HUB

from hubwarden_cli.azure.resource_id import ResourceId
from hubwarden_cli.local_azure.faults import Fault
from hubwarden_cli.local_azure.world import SUBSCRIPTION
from hubwarden_cli.rotation.lock import locked

ELSEWHERE = "7e57aaaa-0000-4000-8000-0000000000ff"


class Nobody:
    """A credential as azure-identity's chain fails: its text names what was tried."""

    def get_token(self, *_: str, **__: Any) -> Any:
        raise ClientAuthenticationError(
            "DefaultAzureCredential failed: EnvironmentCredential: no; AzureCliCredential: no"
        )


@dataclass(frozen=True)
class Ahead:
    """A clock that is off."""

    clock: Any
    seconds: float

    def now(self) -> float:
        return float(self.clock.now() + self.seconds)

    def sleep(self, seconds: float) -> None:
        self.clock.sleep(seconds)


def untouched(place: Place, before: tuple[str, str]) -> None:
    assert place.keys() == before
    assert "--pending-" not in " ".join(place.access().vault("keys").names())


def test_no_credential_says_what_was_tried(place: Place) -> None:
    place.change = lambda access: replace(access, credential=Nobody())
    done = place("plan")
    assert done.code == 4
    assert "tried: DefaultAzureCredential, EnvironmentCredential, AzureCliCredential" in (
        done.sentence
    )
    assert "az login" in done.sentence
    assert place("doctor").code == 4


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (SUBSCRIPTION, ELSEWHERE, "404 SubscriptionNotFound"),
        ("/IotHubs/contoso", "/IotHubs/fabrikam", "404 ResourceNotFound"),
        ('"service"', '"serviec"', "has no policy 'serviec'"),
    ],
)
def test_what_is_not_there_is_named(place: Place, old: str, new: str, words: str) -> None:
    place.adopted()
    place.declare(SERVICE.replace(old, new))
    for command in ("plan", "age", "adopt"):
        done = place(command)
        assert done.code == 4, (command, done)
        assert words in done.out
        assert "Traceback" not in done.err


def test_a_resource_that_fails_leaves_the_others_planned(place: Place) -> None:
    place.adopted()
    place.declare(SERVICE, SERVICE.replace("contoso", "fabrikam").replace("hub-", "other-"))
    done = place("plan", "--json")
    assert done.code == 4
    assert [run["resource"] for run in done.document["plan"]["runs"]] == [HUB]
    assert [one["exit"] for one in done.document["failures"]] == [4]


def test_a_forbidden_vault(place: Place) -> None:
    place.adopted()
    plan = place.planned()
    before = place.keys()
    place.azure.fail(Fault("403", path="/secrets", times=1000))
    for words in (["apply", plan], ["plan"], ["adopt"]):
        done = place(*words)
        assert done.code == 4, done
        assert "403" in done.out
        assert "doctor" in done.out
    place.azure.faults.faults.clear()  # type: ignore[attr-defined]
    untouched(place, before)


def test_an_unreachable_vault_is_named_by_host_and_port(place: Place) -> None:
    place.adopted()
    plan = place.planned()
    before = place.keys()
    port = closed_port()
    place.changed(vaults={"keys": port, "copies": port})
    done = place("apply", plan)
    assert done.code == 4
    assert f"Run inside the network that reaches 127.0.0.1:{port}" in done.out
    assert f"open the way to 127.0.0.1:{port}" in place("doctor").out
    place.change = lambda access: access
    untouched(place, before)


def test_a_person_has_to_mean_it(place: Place) -> None:
    place.who = "someone@contoso.example"
    done = place("adopt")
    assert done.code == 4
    assert "someone@contoso.example, a person" in done.sentence
    assert not place.access().vault("keys").names(), "it writes"
    assert place("adopt", "--as-me").code == 0
    place.azure.clock.sleep(100 * 86400)
    plan = place.planned()
    before = place.keys()
    done = place("apply", plan)
    assert done.code == 4
    assert "someone@contoso.example, a person" in done.sentence
    untouched(place, before)
    assert place("apply", plan, "--as-me").code == 75


def test_what_never_began_is_not_to_be_resumed(place: Place) -> None:
    place.adopted()
    plan = place.planned()
    place.azure.fail(Fault("500_before", path="/listkeys", times=1000))
    done = place("apply", plan, "--json")
    assert done.code == 75
    (run,) = done.document["runs"]
    assert run["begun"] is False
    shown = place("apply", plan).out
    assert "there is nothing to resume" in shown
    assert f"creds resume {run['run'][:8]}" not in shown
    place.azure.faults.faults.clear()  # type: ignore[attr-defined]
    assert place("status").out == "0 open, 0 over\n"
    assert place("apply", plan).code == 75
    assert place("status").out.endswith("1 open, 0 over\n")


def test_two_runs_at_once(place: Place) -> None:
    place.adopted()
    plan = place.planned()
    before = place.keys()
    folder = place.folder / ".hubwarden" / "rotations"
    with locked([ResourceId.parse(HUB)], folder, None):
        done = place("apply", plan)
    assert done.code == 5
    assert "Another process works on" in done.out
    untouched(place, before)
    assert place("apply", plan).code == 75
    again = place("apply", plan)
    assert again.code == 5, "the first run has published"
    assert place("status").out.splitlines()[-1].startswith("1 open")


def test_a_foreign_key_stops_with_five(place: Place) -> None:
    place.adopted()
    plan = place.planned()
    place("revoke", "--all", "--yes-i-accept-outage")
    after = place.keys()
    done = place("apply", plan)
    assert done.code == 5
    assert "plan again" in done.out
    assert place.keys() == after
    assert place("resume").out == "nothing to do\n", "what never began is over"


def test_a_key_that_is_never_accepted(place: Place) -> None:
    place.adopted()
    plan, current = place.planned(), place.current()
    # The first two are the key that is there now.
    place.azure.fail(Fault("401", path="/statistics", at=3, times=100_000))
    done = place("apply", plan)
    assert done.code == 6
    assert "never accepted" in done.out
    assert place.current() == current


@pytest.mark.parametrize("minutes", [-7, 7])
def test_a_clock_that_is_off(place: Place, minutes: int) -> None:
    place.adopted()
    plan = place.planned()
    before = place.keys()
    place.change = lambda access: replace(access, clock=Ahead(access.clock, 60 * minutes))
    done = place("apply", plan)
    assert done.code == 4
    assert "clock is 7 minutes" in done.out
    doctor = place("doctor")
    assert doctor.code == 4
    assert f"{minutes:+d} minutes off" in doctor.out
    untouched(place, before)


def test_a_folder_that_takes_no_journal(place: Place) -> None:
    place.adopted()
    plan = place.planned()
    before = place.keys()
    folder = place.folder / ".hubwarden"
    folder.rename(place.folder / "moved")
    folder.write_text("a file in the place of the folder")
    done = place("apply", plan)
    assert done.code == 75
    assert "cannot be written" in done.out
    untouched(place, before)


def test_an_events_file_that_cannot_be_written(place: Place) -> None:
    place.adopted()
    done = place("apply", place.planned(), "--events", str(place.folder / "no" / "events"))
    assert done.code == 2
    assert "--events" in done.sentence


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="Linux has this device.")
def test_a_plan_that_finds_no_room(place: Place) -> None:
    place.adopted()
    done = place("plan", "-o", "/dev/full")
    assert done.code == 2
    assert "/dev/full cannot be written: No space left on device" in done.sentence


def test_a_clock_that_was_set_back_ends_no_grace(place: Place) -> None:
    place.adopted()
    before = place.keys()
    assert place("apply", place.planned()).code == 75
    place.change = lambda access: replace(access, clock=Ahead(access.clock, -40 * DAY))
    assert place("age").out == "ok  contoso/service: -40d of 90d\n"
    done = place("resume")
    assert done.code == 4
    assert "minutes late" in done.out
    assert place.keys()[0] == before[0]


def test_a_masked_hub_is_refused_with_the_way_out(place: Place) -> None:
    hub = place.azure.world.named("hub", "contoso")
    assert hub
    place.adopted()
    secret = "Endpoint=sb://x;SharedAccessKeyName=n;SharedAccessKey=planted"
    endpoints = {"eventHubs": [{"name": "eh", "connectionString": secret}]}
    hub.stored["properties"]["routing"]["endpoints"] = endpoints
    done = place("plan")
    assert done.code == 4
    assert "identityBased" in done.out
    assert "--accept-masked" in done.out
    assert place("plan", "--accept-masked", "--detailed-exitcode").code == 10
    assert "the key of the routing endpoint eh" in place("inventory").out
    assert "planted" not in done.out


@pytest.mark.parametrize("wait", ["soon", "5", "-1m"])
def test_a_wait_that_is_none(place: Place, wait: str) -> None:
    done = place("resume", f"--wait={wait}")
    assert done.code == 2
    assert "is no duration" in done.sentence


def test_a_selection_of_nothing(place: Place) -> None:
    assert place("plan", "--policy", "serviec").code == 2
    assert place("resume", "nowhere").code == 4


@pytest.mark.parametrize("command", ["inventory", "age", "plan", "resume", "status", "adopt"])
def test_with_json_an_error_is_the_one_object(place: Place, command: str) -> None:
    place.declare("nonsense = 1\n")
    done = place(command, "--json")
    assert (done.code, done.document["exit"]) == (2, 2)
    assert "nonsense" in done.document["error"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interruption_is_written_down(place: Place, number: int) -> None:
    place.adopted()
    before = signal.getsignal(signal.SIGTERM)
    main = threading.main_thread().ident
    assert main
    plan = place.planned()
    on_arrival(place.azure, "PUT /subscriptions", lambda: signal.pthread_kill(main, number))
    done = place("apply", plan, "--json")
    assert done.code == 130, done
    (run,) = done.document["runs"]
    assert signal.getsignal(signal.SIGTERM) == before
    assert place("resume", run["run"], "--wait", "27h").code == 0
    assert place.keys()[0] in place.current()


def test_a_closed_pipe_is_no_error() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    words = "from hubwarden_cli.app import main; import sys; sys.exit(main())"
    done = subprocess.run(
        [sys.executable, "-c", words, "creds", "doctor", "--schema"],
        stdout=writing,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    os.close(writing)
    assert (done.returncode, done.stderr) == (0, "")


def test_no_key_is_anywhere_but_where_it_belongs(place: Place) -> None:
    place.declare(SERVICE, LINK)
    keys = {key for name in ("service", "link", "device") for key in place.keys(name)}
    place.adopted()
    events = place.folder / "events"
    plan = place.planned()
    flags = ("--single-runner", "--events", str(events))
    run = place("apply", plan, *flags).out.split()[-1]
    keys |= {*place.keys(), *place.keys("link")}
    for words in (["status"], ["inventory"], ["age"], ["plan", "--all"], ["doctor"]):
        place(*words)
        place(*words, "--json")
    place("resume", run, "--wait", "27h", *flags)
    keys |= {*place.keys(), *place.keys("link")}
    place("revoke", "--all", "--yes-i-accept-outage", "--json", *flags)
    keys |= {*place.keys(), *place.keys("link")}
    written = [path.read_text() for path in place.folder.rglob("*") if path.is_file()]
    pieces = {key[at : at + 12] for key in keys for at in range(len(key) - 11)}
    assert len(keys) > 10
    assert len(written) > 4
    for text in (*place.printed, *written):
        assert not [piece for piece in pieces if piece in text]
