"""What a hub or DPS holds of credentials, and how each could be done without."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from hubwarden_cli.azure.arm import DPS_API
from hubwarden_cli.azure.resource_id import ResourceId
from hubwarden_cli.rotation.access import Access
from hubwarden_cli.rotation.consumers import HUB, Credential
from hubwarden_cli.rotation.kinds.kind import Reading

_BY_KEY: Final = ("", "keyBased")


def found(
    access: Access,
    id: ResourceId,  # noqa: A002 (as ARM calls it)
    declared: Iterable[Credential],
) -> dict[str, Any]:
    """Names, rights and advice; of what is secret, nothing."""
    reading = access.source(id).read()
    ours = {one.policy: f"{one.vault}/{one.secret}" for one in declared if one.id == id}
    properties = reading.body["properties"]
    links = list(_links(properties))
    return {
        "resource": id.path,
        "local_auth": reading.local_auth,
        "policies": [
            {"name": one.name, "rights": sorted(one.rights), "secret": ours.get(one.name)}
            for one in reading.policies.values()
        ],
        "links": links,
        "missing": sorted(ours.keys() - reading.policies.keys()),
        "eliminate": list(_eliminable(id, reading, properties, links)),
    }


def _links(properties: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    for one in properties.get("iotHubs") or ():
        by = one.get("authenticationType") or "key"
        yield {"hub": str(one.get("name") or one.get("hostName")), "by": str(by)}


def _eliminable(
    id: ResourceId,  # noqa: A002
    reading: Reading,
    properties: Mapping[str, Any],
    links: Iterable[Mapping[str, str]],
) -> Iterator[dict[str, str]]:
    if reading.local_auth:
        linked = " and no DPS is linked by a key" if id.provider_type == HUB else ""
        yield {
            "what": "every policy",
            "how": f"set disableLocalAuth once all services use Entra ID{linked}.",
        }
    routing = (properties.get("routing") or {}).get("endpoints") or {}
    for kind, endpoints in routing.items():
        for one in endpoints or ():
            if (one.get("authenticationType") or "") in _BY_KEY:
                yield {
                    "what": f"the key of the routing endpoint {one.get('name')} ({kind})",
                    "how": "give it authenticationType identityBased and an endpointUri.",
                }
    for name, one in (properties.get("storageEndpoints") or {}).items():
        by_key = (one.get("authenticationType") or "") in _BY_KEY
        if by_key and one.get("connectionString"):
            yield {
                "what": f"the key of the file upload ({name})",
                "how": "give it authenticationType identityBased.",
            }
    for link in links:
        if link["by"] in {"key", "KeyBased"}:
            yield {
                "what": f"the key of the link to {link['hub']}",
                "how": (
                    "link by identity, which DPS takes from API 2026-11-01 on; hubwarden speaks"
                    f" {DPS_API}, so not yet."
                ),
            }
