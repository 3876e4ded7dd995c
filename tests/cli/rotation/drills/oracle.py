"""The judge: whatever a consumer may hold at any time is accepted for as long as it may hold it.

It knows the keys of the double and nothing of the rotation. A consumer that reads a secret just
before its next version may use it for the declared time after that: so may every key that was ever
the newest, and the oracle holds each gateway to it after every request. Links are used at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from math import inf

from hubwarden_cli.azure.key import Key
from hubwarden_cli.local_azure.local import LocalAzure
from hubwarden_cli.local_azure.policies import Held
from hubwarden_cli.local_azure.request_log import Logged, Phase
from hubwarden_cli.local_azure.resource import Resource, fields, link_host
from hubwarden_cli.rotation.consumers import HUB, Credential
from hubwarden_cli.rotation.value import Form, key_in


@dataclass
class Reader:
    """All the consumers of one secret: `spans` are the keys with the times of their reading."""

    vault: str
    secret: str
    form: Form
    resource: Resource
    policy: str
    cache: float
    version: str = ""
    spans: list[tuple[str, float, float]] = field(default_factory=list)


@dataclass
class Oracle:
    """`harm` says who was refused, and after which request."""

    azure: LocalAzure
    harm: list[str] = field(default_factory=list)
    readers: list[Reader] = field(default_factory=list)
    links: bool = False

    def forget(self) -> None:
        """The world went back in time: what is so now always was."""
        self.harm.clear()
        for reader in self.readers:
            found = self.azure.world.named(reader.resource.kind, reader.resource.id.name)
            assert found
            reader.resource, reader.version, reader.spans = found, "", []
        self.judge("the beginning")

    def watch(self, *declared: Credential) -> None:
        """From now on these are judged, and the links of every DPS."""
        for one in declared:
            kind = "hub" if one.id.provider_type == HUB else "dps"
            resource = self.azure.world.named("hub" if kind == "hub" else "dps", one.id.name)
            assert resource
            for vault, secret in (
                (one.vault, one.secret),
                *((copy.vault, copy.secret) for copy in one.copies),
            ):
                self.readers.append(
                    Reader(
                        vault,
                        secret,
                        one.value,
                        resource,
                        one.policy,
                        max(
                            (user.cache for user in one.consumers), default=timedelta()
                        ).total_seconds(),
                    )
                )
        if not self.links:
            self.azure.log.watch(self._told)
        self.links = True
        self.judge("the beginning")

    def _told(self, phase: Phase, entry: Logged) -> None:
        if phase == "done":
            with self.azure.world.lock:
                self.judge(f"{entry.method} {entry.path} (request {entry.number})")

    def judge(self, after: str) -> None:
        """Look at every reader and every link."""
        now = self.azure.clock.now()
        for reader in self.readers:
            self._read(reader, now)
            self.harm.extend(
                f"{what} of {reader.secret} after {after}" for what in self._refused(reader)
            )
        self.harm.extend(f"{what} after {after}" for what in self._broken(now))

    def _read(self, reader: Reader, now: float) -> None:
        secret = self.azure.world.vaults[reader.vault].store.secrets.get(reader.secret)
        if secret is None or not secret.versions:
            return
        newest = secret.versions[-1]
        if secret.deleted is not None or not newest.enabled:
            self.harm.append(f"{reader.secret} cannot be read")
            return
        if newest.id != reader.version:
            if reader.spans:
                key, since, _ = reader.spans[-1]
                reader.spans[-1] = (key, since, now + reader.cache)
            found = key_in(reader.form, Key(newest.value))
            reader.spans.append((found.reveal() if found else "", now, inf))
            reader.version = newest.id

    def _refused(self, reader: Reader) -> Iterator[str]:
        lag = self.azure.behaviour.new_key_lag
        for key, since, until in reader.spans:
            held = [one for one in reader.resource.gateways.held if _is(one, reader.policy, key)]
            if not any(one.since + lag <= since for one in held):
                yield "a key that is not accepted yet was read"
            elif not any(one.until is None or one.until >= until for one in held):
                yield "a key that may still be held was refused"

    def _broken(self, now: float) -> Iterator[str]:
        world = self.azure.world
        for dps in world.resources.values():
            if dps.kind != "dps":
                continue
            for link in dps.stored["properties"].get("iotHubs", ()):
                known = fields(link.get("connectionString", ""))
                hub = world.named("hub", link_host(link).partition(".")[0])
                held = hub.gateways.held if hub else ()
                policy, key = known["SharedAccessKeyName"], known["SharedAccessKey"]
                if not any(_is(one, policy, key) and (one.until or inf) > now for one in held):
                    yield f"the link of {dps.id.name} is refused"


def _is(held: Held, policy: str, key: str) -> bool:
    return (held.policy, held.key) == (policy, key)
