"""The entry point: which command there is, and which file does it. Nothing heavy is imported."""

from __future__ import annotations

import gc
import os
import sys

# Each is a file of its own, in which it has the same name; the first are groups of commands.
_GROUPS = ("waivers", "baseline", "creds")
_COMMANDS = ("check", "checkov", "explain", "rules", "practices", "doctor", "init")


def main() -> int:
    """Run the command line; returns the exit code."""
    # Pydantic would look through all that is installed for plugins, and none is wanted.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    # Loading makes a lot and no garbage: to look for some after every 700 objects takes its time.
    gc.set_threshold(50_000)
    if None in (sys.stdin, sys.stdout, sys.stderr):
        from hubwarden_cli.streams import stand_in

        stand_in()
    if sys.argv[1:] == ["--version"]:
        # People and scripts ask for it often, and no parser is needed to answer.
        return _print_version()
    from hubwarden_cli.guard import guarded

    return guarded(_run)


def _print_version() -> int:
    from hubwarden_cli import __version__

    try:
        sys.stdout.write(f"hubwarden {__version__}\n")
        sys.stdout.flush()
    except OSError:
        from hubwarden_cli.guard import guarded

        return guarded(_flush)
    return 0


def _flush() -> int:
    """What is left in it fails again, and is told of as every report is."""
    from hubwarden_cli.streams import write

    write("", sys.stdout)
    return 0


def _run() -> int:
    from importlib import import_module

    import typer

    app = typer.Typer(
        name="hubwarden",
        help="Checks Pulumi programs for Azure IoT before they deploy anything.",
        no_args_is_help=True,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
    )

    @app.callback()
    def options(
        version: bool = typer.Option(False, "--version", help="Show the version and exit."),
    ) -> None:
        if version:
            raise typer.Exit(_print_version())

    for name in _wanted(sys.argv[1:]):
        found = getattr(import_module(f"hubwarden_cli.{name}"), name)
        if name in _GROUPS:
            app.add_typer(found)
        else:
            app.command()(found)
    app()
    return 0


def _wanted(arguments: list[str]) -> list[str]:
    """The command that is asked for, else all: Typer reads every option of each that it knows."""
    every = [*_GROUPS, *_COMMANDS]
    return arguments[:1] if arguments and arguments[0] in every else every
