"""A check of what runs: what was asked for, read, and judged by the files of the folder here."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from hubwarden_cli.creds.azure import access
from hubwarden_cli.decided import decided
from hubwarden_cli.guard import FAILED, USAGE, Refusal, fault, traceback_for
from hubwarden_cli.home import FileHome, shown
from hubwarden_cli.inspected import Inspected, Progress, Wish
from hubwarden_cli.live.place import Place
from hubwarden_cli.policy_place import settings_folder
from hubwarden_policies.catalogue import RULES
from hubwarden_policies.gates.collected import Collected, InputError
from hubwarden_policies.gates.judged import judged
from hubwarden_policies.policy_file import SettingsError
from hubwarden_policies.reports.problem import Problem
from hubwarden_policies.settings_file import read_settings

if TYPE_CHECKING:
    from hubwarden_cli.live.wish import Azure


def inspect_live(
    live: Azure, wish: Wish, *, environ: Mapping[str, str], today: date, progress: Progress
) -> Inspected:
    """What is found there, judged. Raises `Refusal` where nothing can be asked at all."""
    root = Path.cwd()
    one = Inspected("", root)
    try:
        place = Place.named(live.subscription, live.groups)
        settings = read_settings(settings_folder(root, wish.policy_from), shown_from=root)
        home = FileHome(root, (place.name,))
        said = decided(home, settings, wish, stacks=home.stacks, environ=environ, today=today)
    except SettingsError as error:
        problem = Problem(
            root.name, None, "bad-settings", f"{error}", USAGE, error.location, shown(root)
        )
        return replace(one, problems=(problem,))
    began = time.monotonic()
    collected = _collected(live, place, environ, progress)
    examined = judged(collected, name=place.name, rules=RULES, team=said.policy.team(place.name))
    examined = replace(examined, seconds=time.monotonic() - began)
    return replace(one, settings=settings, decided=said, examined=(examined,))


def _collected(
    live: Azure, place: Place, environ: Mapping[str, str], progress: Progress
) -> Collected:
    try:
        from hubwarden_cli.live.gate import collect

        arm = (live.access_of or access)(live.cloud).arm
    except ModuleNotFoundError as error:
        if not (error.name or "").startswith("azure"):
            raise
        raise Refusal(
            "--live asks Azure by the libraries of the extra `creds`, which is not installed: "
            "`pip install 'hubwarden[creds]'`."
        ) from None
    try:
        return collect(arm, place, lambda done, all_: progress(place.name, done, all_))
    except Refusal:
        raise
    except Exception as error:  # noqa: BLE001 (what Azure answers is no reason for a traceback)
        lines = traceback_for(error, environ)
        fallen = InputError("internal", fault(error), exit_code=FAILED, traceback=lines)
        return Collected(errors=(fallen,))
