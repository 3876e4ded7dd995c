"""Consumers of credentials, as processes of their own: they judge whether anybody was locked out.

A consumer reads a secret from the vault, keeps it for its cache time whatever happens to it, signs
with it and calls the hub or DPS all the time. One process runs several, a thread each; it reads
their list (JSON, see `Consumer`) from its input, says `{"ready": true}` once each has been served,
every refusal as a line of JSON, and at the end (SIGTERM, or the process that started it is gone) a
line for each with its counts. Standard library only: many of them share a machine with a test.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from .connection import Connection, Unserved
from .credential import bearer
from .sas import token
from .use import Kind, use, verdict

_TIMEOUT: Final = 10.0


@dataclass(frozen=True)
class Consumer:
    """`vault` and `url` are addresses, `host` the public name that a token is for.

    `cache_seconds` is its declared lag; `rate` the calls a second. The secret is a key, or a
    connection string that holds one. A device has its own key, which nobody rotates: it registers
    all the time, by the link of the DPS, and its `policy` and `host` are its name and its scope.
    """

    name: str
    vault: str
    secret: str
    url: str
    host: str
    policy: str
    ca: str
    kind: Kind = "hub"
    cache_seconds: float = 5.0
    rate: float = 5.0


@dataclass
class Counts:
    """`failed` are calls without an answer or with one that says nothing about the key."""

    consumer: str
    served: int = 0
    refused: int = 0
    failed: int = 0
    reads: int = 0
    read_failures: int = 0
    version: str | None = None
    versions: list[str] = field(default_factory=list)
    refused_at: list[float] = field(default_factory=list)


class Running:
    """One consumer at work. `say` takes what is to be told at once."""

    def __init__(self, consumer: Consumer, say: Any) -> None:
        self._consumer, self._say = consumer, say
        self._vault = Connection(consumer.vault, consumer.ca)
        self._service = Connection(consumer.url, consumer.ca)
        self._key: str | None = None
        self._read_at = float("-inf")
        self.counts = Counts(consumer.name)
        self.served = threading.Event()

    def run(self, ended: threading.Event) -> None:
        pause = 1 / self._consumer.rate
        while not ended.wait(pause):
            self._refresh()
            if self._key is not None:
                self._call(self._key)

    def _refresh(self) -> None:
        now = time.monotonic()
        if now < self._read_at + self._consumer.cache_seconds:
            return
        path = f"/secrets/{self._consumer.secret}?api-version=2025-07-01"
        authorization = f"Bearer {bearer('https://vault.azure.net', time.time() + 600)}"
        try:
            status, body = self._vault.call("GET", path, authorization)
        except Unserved:
            status, body = 0, b""
        if status != 200:
            # The old key stays in use: what else could a consumer do?
            self.counts.read_failures += 1
            return
        read = json.loads(body)
        self._read_at, self._key = now, _key(read["value"])
        self.counts.reads += 1
        self.counts.version = read["id"].rpartition("/")[2]
        if self.counts.version not in self.counts.versions:
            self.counts.versions.append(self.counts.version)

    def _call(self, key: str) -> None:
        consumer, counts = self._consumer, self.counts
        wanted = use(consumer.kind, consumer.host, consumer.policy)
        signed = token(wanted.audience, consumer.policy, key, time.time() + 60)
        try:
            answer = self._service.call(wanted.method, wanted.path, signed)
        except Unserved:
            answer = 0, b""
        match verdict(consumer.kind, *answer):
            case "served":
                counts.served += 1
                self.served.set()
            case "refused":
                counts.refused += 1
                counts.refused_at.append(time.time())
                told = {"event": "refused", "consumer": consumer.name, "at": time.time()}
                self._say(told | {"version": counts.version})
            case "failed":
                counts.failed += 1


def _key(value: str) -> str:
    parts = dict(part.partition("=")[::2] for part in value.split(";"))
    return parts.get("SharedAccessKey", value)


def main() -> int:
    """Runs until it is told to end."""
    lock = threading.Lock()

    def say(told: dict[str, Any]) -> None:
        with lock:
            sys.stdout.write(json.dumps(told) + "\n")
            sys.stdout.flush()

    running = [Running(Consumer(**given), say) for given in json.load(sys.stdin)]
    parent, ended = os.getppid(), threading.Event()
    # An event is no place for a signal: whoever waits for it may hold the lock that setting takes.
    told: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _: told.append(number))
    threads = [threading.Thread(target=one.run, args=(ended,), daemon=True) for one in running]
    for thread in threads:
        thread.start()
    ready = False
    while not told and os.getppid() == parent:
        time.sleep(0.05)
        if not ready and all(one.served.is_set() for one in running):
            ready = True
            say({"ready": True})
    ended.set()
    for thread in threads:
        thread.join(_TIMEOUT)
    for one in running:
        say({"event": "end", **asdict(one.counts)})
    return 0


if __name__ == "__main__":
    sys.exit(main())
