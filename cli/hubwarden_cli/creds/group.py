"""`hubwarden creds`: the commands, each in a file of its own."""

from __future__ import annotations

import typer

from hubwarden_cli.creds.adopt import adopt
from hubwarden_cli.creds.age import age
from hubwarden_cli.creds.apply import apply
from hubwarden_cli.creds.azure import AccessOf, access
from hubwarden_cli.creds.command import command
from hubwarden_cli.creds.doctor import doctor
from hubwarden_cli.creds.drill import drill
from hubwarden_cli.creds.exits import HELP
from hubwarden_cli.creds.inventory import inventory
from hubwarden_cli.creds.plan import plan
from hubwarden_cli.creds.resume import resume
from hubwarden_cli.creds.revoke import revoke
from hubwarden_cli.creds.rollback import rollback
from hubwarden_cli.creds.status import status

_COMMANDS = (inventory, age, plan, apply, resume, status, rollback, revoke, adopt, doctor)

_ABOUT = "Rotate the keys of IoT hubs and DPSs; no request of a declared consumer is refused."


def group(access_of: AccessOf = access) -> typer.Typer:
    """The commands over what `access_of(cloud)` reaches: Azure, or a double of it."""
    app = typer.Typer(name="creds", rich_markup_mode=None, no_args_is_help=True)

    @app.callback(help=f"{_ABOUT}\n\n{HELP}")
    def options(context: typer.Context) -> None:
        context.obj = access_of

    for work in _COMMANDS:
        app.command(epilog=HELP)(command(work))
    app.command()(drill)
    return app
