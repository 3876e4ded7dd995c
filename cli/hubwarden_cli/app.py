"""The entry point: which command there is, and which file does it. Nothing heavy is imported."""

from __future__ import annotations

import sys


def main() -> int:
    """Run the command line; returns the exit code."""
    if sys.argv[1:] == ["--version"]:
        # People and scripts ask for it often, and no parser is needed to answer.
        return _print_version()
    from hubwarden_cli.guard import guarded

    return guarded(_run)


def _print_version() -> int:
    from hubwarden_cli import __version__

    sys.stdout.write(f"hubwarden {__version__}\n")
    return 0


def _run() -> int:
    import typer

    from hubwarden_cli.baseline import baseline
    from hubwarden_cli.check import check
    from hubwarden_cli.doctor import doctor
    from hubwarden_cli.explain import explain
    from hubwarden_cli.init import init
    from hubwarden_cli.practices import practices
    from hubwarden_cli.rules import rules
    from hubwarden_cli.waivers import waivers

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

    app.add_typer(waivers)
    app.add_typer(baseline)
    for command in (check, explain, rules, practices, doctor, init):
        app.command()(command)
    app()
    return 0
