"""The double and its consumers as processes of their own."""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

import pytest
from tests.cli.local_azure.asking import arm, whole

from hubwarden_cli.azure.arm import HUB_API, Arm
from hubwarden_cli.azure.failures import Busy
from hubwarden_cli.azure.key import Key
from hubwarden_cli.azure.resource_id import ResourceId
from hubwarden_cli.azure.vault import Vault
from hubwarden_cli.local_azure.behaviour import Behaviour
from hubwarden_cli.local_azure.consumer import Consumer
from hubwarden_cli.local_azure.credential import LocalCredential
from hubwarden_cli.local_azure.endpoints import LocalEndpoints
from hubwarden_cli.local_azure.faults import Fault
from hubwarden_cli.local_azure.local import LocalAzure
from hubwarden_cli.local_azure.world import GROUP, SUBSCRIPTION

HUB = ResourceId(SUBSCRIPTION, GROUP, "Microsoft.Devices/IotHubs", "one")
OTHER_KEY = "cGxhbnRlZC1ub3QtYS1jcmVkZW50aWFsLTMyLWJ5dGU="
PATIENCE = 20.0


class Child:
    """A process of the double's; every line that it says, as it comes."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self._lines: queue.Queue[dict[str, Any]] = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(json.loads(line))

    def says(self, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """The first line that is wanted."""
        until = time.monotonic() + PATIENCE
        while True:
            line = self._lines.get(timeout=max(0.0, until - time.monotonic()))
            if wanted(line):
                return line

    def end(self) -> list[dict[str, Any]]:
        """What it still says after SIGTERM."""
        self.process.terminate()
        assert self.process.wait(PATIENCE) == 0
        self._reader.join(PATIENCE)
        rest = []
        while not self._lines.empty():
            rest.append(self._lines.get())
        return rest


@contextmanager
def child(module: str, given: object, environ: Mapping[str, str]) -> Iterator[Child]:
    process = subprocess.Popen(
        [sys.executable, "-m", f"hubwarden_cli.local_azure{module}"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=dict(environ),
    )
    assert process.stdin is not None
    process.stdin.write(json.dumps(given))
    process.stdin.close()
    try:
        yield Child(process)
    finally:
        process.kill()
        process.wait()


def consumers(azure: LocalAzure, count: int, **more: Any) -> list[dict[str, Any]]:
    where = azure.endpoints()
    hub = where.hub("one")
    return [
        asdict(
            Consumer(
                name=f"consumer-{number}",
                vault=where.vault("v"),
                secret="hub-key",
                url=hub.url,
                host=hub.host,
                policy="iothubowner",
                ca=where.ca,
                **more,
            )
        )
        for number in range(count)
    ]


@pytest.fixture
def azure() -> Iterator[LocalAzure]:
    """In real time, with a published key."""
    with LocalAzure(behaviour=Behaviour(lro="200")) as azure:
        azure.world.add_hub("one")
        azure.add_vault("v")
        publish(azure, azure.world.policy("hub", "one", "iothubowner").primary)
        yield azure


def publish(azure: LocalAzure, key: str) -> str:
    where = azure.endpoints()
    vault = Vault(where.vault("v"), azure.credential, where.verify, where.verify_challenge)
    return vault.set("hub-key", Key(key), {}).id


def replace_primary(azure: LocalAzure, key: str) -> None:
    hub = azure.world.named("hub", "one")
    assert hub is not None
    body = whole(azure, hub)
    body["properties"]["authorizationPolicies"][0]["primaryKey"] = key
    assert arm(azure, "PUT", hub, body=body).status == 200


def until(reached: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not reached():
        assert time.monotonic() < end, "it never came to that"
        time.sleep(0.02)


def test_consumers_are_served_while_nobody_touches_their_key(
    azure: LocalAzure, environ: dict[str, str]
) -> None:
    with child(".consumer", consumers(azure, 3, rate=20), environ) as running:
        assert running.says(lambda line: "ready" in line) == {"ready": True}
        told = running.end()
    assert [line["consumer"] for line in told] == ["consumer-0", "consumer-1", "consumer-2"]
    for line in told:
        assert line["served"] > 0
        assert (line["refused"], line["failed"], line["reads"]) == (0, 0, 1)


def test_a_key_that_is_replaced_in_place_is_noticed(
    azure: LocalAzure, environ: dict[str, str]
) -> None:
    """The oracle itself: a careless rotation must be seen, or no drill proves anything."""
    given = consumers(azure, 1, rate=20, cache_seconds=3600)
    with child(".consumer", given, environ) as running:
        running.says(lambda line: "ready" in line)
        before = time.time()
        replace_primary(azure, OTHER_KEY)
        refused = running.says(lambda line: line.get("event") == "refused")
        (end,) = [line for line in running.end() if line["event"] == "end"]
    assert refused["consumer"] == "consumer-0"
    assert refused["at"] >= before
    assert end["refused"] == len(end["refused_at"]) >= 1


def test_a_consumer_keeps_what_it_read_for_its_cache_time(
    azure: LocalAzure, environ: dict[str, str]
) -> None:
    first = azure.world.vaults["v"].store.secrets["hub-key"].versions[0].id
    given = [
        *consumers(azure, 1, rate=20, cache_seconds=3600),
        *(one | {"name": "quick"} for one in consumers(azure, 1, rate=20, cache_seconds=0.1)),
    ]
    with child(".consumer", given, environ) as running:
        running.says(lambda line: "ready" in line)
        second = publish(azure, azure.world.policy("hub", "one", "iothubowner").secondary)
        seen = len(azure.log.entries(part="/secrets/hub-key"))
        until(lambda: len(azure.log.entries(part="/secrets/hub-key")) > seen + 2)
        slow, quick = running.end()
    assert slow["versions"] == [first]
    assert quick["versions"] == [first, second]
    assert (slow["refused"], quick["refused"]) == (0, 0)


def test_a_vault_that_fails_leaves_a_consumer_its_key(
    azure: LocalAzure, environ: dict[str, str]
) -> None:
    azure.fail(Fault("503", path="/secrets/hub-key", at=2, times=1000))
    given = consumers(azure, 1, rate=20, cache_seconds=0.1)
    with child(".consumer", given, environ) as running:
        running.says(lambda line: "ready" in line)
        until(lambda: len(azure.log.entries(part="/secrets/hub-key")) > 3)
        calls = len(azure.log.entries(part="/statistics/"))
        until(lambda: len(azure.log.entries(part="/statistics/")) > calls + 3)
        (end,) = running.end()
    assert end["refused"] == 0
    assert end["read_failures"] >= 2


def test_a_consumer_shows_no_key(azure: LocalAzure, environ: dict[str, str]) -> None:
    key = azure.world.policy("hub", "one", "iothubowner").primary
    with child(".consumer", consumers(azure, 1, rate=20), environ) as running:
        said = [running.says(lambda line: "ready" in line)]
        if sys.platform == "linux":
            for name in ("cmdline", "environ"):
                with open(f"/proc/{running.process.pid}/{name}", "rb") as file:  # noqa: PTH123
                    assert key.encode() not in file.read()
        said += running.end()
    assert key not in json.dumps(said)


def test_a_consumer_costs_little(environ: dict[str, str]) -> None:
    """Twenty of them share two cores with what they watch: nothing beyond the standard library."""
    program = (
        "import sys, hubwarden_cli.local_azure.consumer;"
        "print(*{name.partition('.')[0] for name in sys.modules} - sys.stdlib_module_names)"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-c", program],
        env=environ,
        capture_output=True,
        text=True,
        check=True,
    )
    brought = {name for name in done.stdout.split() if not name.startswith("_")}
    assert not brought & {"azure", "cryptography", "pydantic", "typer", "rich", "requests"}


SCENARIO = {
    "seed": 3,
    "behaviour": {"lro": "200"},
    "hubs": [{"name": "one", "policies": {"link": "RegistryWrite, ServiceConnect"}}],
    "dps": [{"name": "two", "links": [{"hub": "one", "policy": "link"}]}],
    "vaults": [{"name": "v", "purge_protection": False}],
    "faults": [{"kind": "409", "method": "PUT", "path": "/IotHubs/one$"}],
}


def test_a_double_in_a_process_of_its_own(environ: dict[str, str]) -> None:
    with child("", SCENARIO, environ) as running:
        said = running.says(lambda _: True)
        where = LocalEndpoints(port=said["port"], vaults=said["vaults"], ca=said["ca"])
        credential = LocalCredential()
        resources = Arm(where, credential)
        keys = resources.post(HUB, "listkeys", HUB_API)["value"]
        assert [policy["keyName"] for policy in keys] == ["link"]
        vault = Vault(where.vault("v"), credential, where.verify, where.verify_challenge)
        vault.set("a", Key("planted"), {})
        assert vault.current("a") is not None
        with pytest.raises(Busy):
            resources.put(HUB, HUB_API, resources.get(HUB, HUB_API).body, None)
        resources.put(HUB, HUB_API, resources.get(HUB, HUB_API).body, None)
        assert running.end() == []
        assert not os.path.exists(said["ca"])  # noqa: PTH110


def test_two_processes_with_one_seed_are_the_same(environ: dict[str, str]) -> None:
    def keys() -> Any:
        with child("", SCENARIO, environ) as running:
            said = running.says(lambda _: True)
            where = LocalEndpoints(port=said["port"], vaults=said["vaults"], ca=said["ca"])
            return Arm(where, LocalCredential()).post(HUB, "listkeys", HUB_API)["value"]

    assert keys() == keys()


def test_a_double_outlives_who_talks_to_it_and_ends_with_who_started_it(
    environ: dict[str, str],
) -> None:
    program = (
        "import subprocess, sys, time;"
        "inner = subprocess.Popen([sys.executable, '-m', 'hubwarden_cli.local_azure'],"
        " stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True);"
        "inner.stdout.readline(); print(inner.pid, flush=True); time.sleep(600)"
    )
    outer = subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, env=environ
    )
    assert outer.stdout is not None
    inner = int(outer.stdout.readline())
    assert alive(inner)
    outer.send_signal(signal.SIGKILL)
    outer.wait()
    until(lambda: not alive(inner))


def alive(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat") as file:  # noqa: PTH123
            # A process that nobody waits for is dead all the same.
            return file.read().rpartition(")")[2].split()[0] not in {"Z", "X"}
    except FileNotFoundError:
        return False


def test_a_scenario_that_is_none_is_a_sentence(environ: dict[str, str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "hubwarden_cli.local_azure"],
        input='{"hubs": [{"name": "one", "planted-secret": 1}]}',
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr == "The scenario is wrong at hubs.0.planted-secret: see scenario.py.\n"
