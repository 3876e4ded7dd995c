"""What runs have left: those that are not over, and staged keys of those that are."""

from __future__ import annotations

from collections.abc import Iterator

from hubwarden_cli.creds.desk import Desk
from hubwarden_cli.creds.runs import here, remembered
from hubwarden_cli.diagnosis.line import Line, problem, warning
from hubwarden_cli.rotation.job import pending_name


def left(desk: Desk) -> Iterator[Line]:
    """Name the open runs, and remove what ended ones have left."""
    journals = here(desk)
    known = journals.known
    for run, why in journals.damaged.items():
        yield problem("runs", f"{run} cannot be resumed", why)
    for one in (*(each for each in known if not each.ended), *remembered(desk)):
        yield warning("runs", f"{one.run} is not over", f"hubwarden creds resume {one.run}.")
    swept = 0
    for ended in (each for each in known if each.ended):
        for planned in ended.plan.credentials:
            vault = desk.access.vault(planned.declared.vault)
            name = pending_name(planned.declared.secret, ended.run)
            if vault.current(name):
                vault.delete(name)
            swept += vault.purge(name)
    if swept:
        yield Line("runs", f"{swept} staged keys of ended runs were purged")
