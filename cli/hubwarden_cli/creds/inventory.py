"""`creds inventory`: which credentials exist, whether declared or not, and which need not exist."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from hubwarden_cli.creds.desk import Desk
from hubwarden_cli.creds.exits import Exit, worst

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hubwarden_cli.azure.resource_id import ResourceId


def inventory(
    desk: Desk,
    *,
    subscription: Annotated[
        list[str] | None,
        typer.Option(metavar="ID", help="All hubs and DPSs of this one as well; repeatable."),
    ] = None,
) -> Exit:
    """List every policy and link, with its rights, who declared it, and how to do without it."""
    from concurrent.futures import ThreadPoolExecutor

    from hubwarden_cli.azure.failures import Failure
    from hubwarden_cli.creds.failing import judged
    from hubwarden_cli.creds.found import found
    from hubwarden_cli.guard import Refusal

    def one(id: ResourceId) -> tuple[Exit, dict[str, Any]]:  # noqa: A002 (as ARM calls it)
        try:
            return Exit.DONE, found(desk.access, id, desk.declared)
        except (Failure, Refusal) as error:
            code, why = judged(error, usage=Exit.REFUSED)
            return code, {"resource": id.path, "why": why}

    ids = dict.fromkeys(one.id for one in desk.declared)
    for name in subscription or ():
        ids |= dict.fromkeys(_listed(desk, name))
    with ThreadPoolExecutor(8) as pool:
        read = list(pool.map(one, sorted(ids, key=lambda each: each.path.casefold())))
    resources = [entry for _, entry in read]
    text = "\n".join(line for entry in resources for line in _lines(entry))
    code = worst(code for code, _ in read)
    return desk.finish(code, {"resources": resources}, text or "nothing is declared")


def _listed(desk: Desk, subscription: str) -> Iterator[ResourceId]:
    import re

    from hubwarden_cli.azure.arm import DPS_API, HUB_API
    from hubwarden_cli.azure.resource_id import ResourceId
    from hubwarden_cli.guard import Refusal
    from hubwarden_cli.rotation.consumers import DPS, HUB

    if not re.fullmatch(r"[0-9a-fA-F-]{36}", subscription):
        raise Refusal(f"{subscription!r} is no id of a subscription: `az account list` has them.")
    for kind, version in ((HUB, HUB_API), (DPS, DPS_API)):
        path = f"/subscriptions/{subscription}/providers/{kind}"
        for page in desk.access.arm.list(path, version):
            yield from (ResourceId.parse(str(one["id"])) for one in page)


def _lines(entry: dict[str, Any]) -> Iterator[str]:
    yield entry["resource"]
    if "why" in entry:
        yield f"  not read: {entry['why']}"
        return
    yield f"  keys are {'accepted' if entry['local_auth'] else 'switched off'}"
    for policy in entry["policies"]:
        secret = policy["secret"]
        told = f"rotated into {secret}" if secret else "NOT DECLARED: nobody rotates it"
        yield f"  policy {policy['name']} ({', '.join(policy['rights'])}): {told}"
    for link in entry["links"]:
        yield f"  link to {link['hub']}, by {link['by']}"
    for one in entry["eliminate"]:
        yield f"  could go: {one['what']}: {one['how']}"
