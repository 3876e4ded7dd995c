"""What the practice is about: a hub with two policies, a DPS linked to it, and who uses them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from hubwarden_cli.local_azure.behaviour import Behaviour
from hubwarden_cli.local_azure.consumer import Consumer
from hubwarden_cli.local_azure.endpoints import LocalEndpoints
from hubwarden_cli.local_azure.scenario import Dps, Hub, Scenario, Vault
from hubwarden_cli.local_azure.world import GROUP, SUBSCRIPTION, Link
from hubwarden_cli.rotation.consumers import Credential

_PROVIDERS: Final = (
    f"/subscriptions/{SUBSCRIPTION}/resourceGroups/{GROUP}/providers/Microsoft.Devices"
)
_HUB: Final = "practice"
_KEYS, _COPIES = "keys", "copies"
# What is declared as the time for which a consumer may hold a key; it keeps it a little shorter,
# as the call with it takes time too.
GRACE_SECONDS: Final = 3
_CACHE_SECONDS: Final = 2.5
_READERS, _COPY_READERS = 14, 6


def scenario(seed: int) -> Scenario:
    """The double to begin with."""
    return Scenario(
        seed=seed,
        behaviour=Behaviour(lro_seconds=0.4),
        hubs=(
            Hub(
                name=_HUB,
                policies={
                    "service": "RegistryRead, ServiceConnect",
                    "link": "RegistryWrite, ServiceConnect",
                },
            ),
        ),
        dps=(Dps(name="enrol", links=(Link(_HUB, "link"),)),),
        vaults=(Vault(name=_KEYS), Vault(name=_COPIES)),
    )


def credentials() -> tuple[Credential, ...]:
    """What `consumers.toml` would declare."""
    hub, cache = f"{_PROVIDERS}/IotHubs/{_HUB}", f"{GRACE_SECONDS}s"

    def declared(policy: str, readers: str, **more: object) -> Credential:
        return Credential.model_validate(
            {
                "resource": hub,
                "policy": policy,
                "vault": _KEYS,
                "secret": f"hub-{policy}",
                "consumers": [{"name": readers, "cache": cache}],
                **more,
            }
        )

    return (
        declared("service", "applications"),
        declared(
            "link",
            "importers",
            links=[f"{_PROVIDERS}/provisioningServices/enrol"],
            copies=[{"vault": _COPIES, "secret": "hub-link"}],
        ),
    )


def consumers(where: LocalEndpoints) -> Iterator[Consumer]:
    """Those who use the keys all the time, of the secret and of its copy."""
    hub = where.hub(_HUB)
    for number in range(_READERS + _COPY_READERS):
        first = number < _READERS
        yield Consumer(
            name=f"{'application' if first else 'importer'}-{number + 1}",
            vault=where.vault(_KEYS if first else _COPIES),
            secret="hub-service" if first else "hub-link",
            url=hub.url,
            host=hub.host,
            policy="service" if first else "link",
            ca=where.ca,
            kind="hub" if number % 2 else "hub-service",
            cache_seconds=_CACHE_SECONDS,
        )
