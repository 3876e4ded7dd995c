"""What of Azure a check is to look at, by the words of the command line; it loads no client."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from hubwarden_cli.guard import Refusal
from hubwarden_policies.record import record

if TYPE_CHECKING:
    from datetime import date

    from hubwarden_cli.creds.azure import AccessOf
    from hubwarden_cli.inspected import Inspected, Progress, Wish


@record
class Azure:
    """Where to look; `groups` none for the whole subscription.

    `access_of` is how it is reached: None for Azure itself, tests put a double there.
    """

    subscription: str
    groups: Sequence[str] = ()
    cloud: str = "public"
    access_of: AccessOf | None = None


def wished(azure: Azure, others: Sequence[object], *, live: bool) -> Azure | None:
    """What is to be looked at, None where it is files and programs: one run never mixes the two.

    `others` are what is said of those. Raises `Refusal`.
    """
    if not live:
        if azure.subscription or azure.groups:
            raise Refusal("--subscription and --resource-group go with --live: add it.")
        return None
    if any(others):
        raise Refusal(
            "--live judges what runs in Azure and nothing else: leave TARGET, --parameters and "
            "--stack out, and check them in a run of their own."
        )
    if not azure.subscription:
        raise Refusal(
            "--live needs --subscription ID, which `az account show --query id` shows; no other "
            "subscription is ever looked at."
        )
    return azure


def inspected(
    wish: Wish,
    azure: Azure | None,
    *,
    environ: Mapping[str, str],
    today: date,
    progress: Progress,
) -> list[Inspected]:
    """What was wished for, as far as each part of it got."""
    if azure is not None:
        from hubwarden_cli.live.inspection import inspect_live

        return [inspect_live(azure, wish, environ=environ, today=today, progress=progress)]
    from hubwarden_cli.examination import inspect

    return list(inspect(wish, environ=environ, today=today, progress=progress))
