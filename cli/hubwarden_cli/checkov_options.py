"""The options of Checkov's that `hubwarden checkov` takes: those that cannot hide anything."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from hubwarden_cli.guard import Refusal
from hubwarden_policies.gates.stock_checkov.wish import FRAMEWORKS, Wish

_OPTIONS: Final[Mapping[str, str]] = {
    "-d": "--directory",
    "--directory": "--directory",
    "-f": "--file",
    "--file": "--file",
    "--framework": "--framework",
    "-c": "--check",
    "--check": "--check",
    "--skip-check": "--skip-check",
    "--skip-path": "--skip-path",
    "--var-file": "--var-file",
    "--external-checks-dir": "--external-checks-dir",
}
# Where several values may follow, and where one value may hold several.
_SEVERAL: Final = ("--file", "--framework")
_LISTS: Final = ("--framework", "--check", "--skip-check")
_ALLOWED: Final = (
    "-d FOLDER, -f FILE, --framework, --check, --skip-check, --skip-path, --var-file and "
    "--external-checks-dir"
)
_WHY: Final[Mapping[str, str]] = {
    "--download-external-modules": "Nothing is downloaded here, so a module of others is not "
    "judged; give Checkov the plan (`terraform show -json`), which has it in.",
    "--config-file": "No configuration counts here but the command line; write its options there.",
    "--soft-fail": "A failed check fails here; use `--exit-zero` before the `--`.",
    "--output": "hubwarden writes the report; use `--format` before the `--`.",
    "-o": "hubwarden writes the report; use `--format` before the `--`.",
}
_ID: Final = re.compile(r"[A-Z][A-Z0-9_*?]+")


def read(arguments: Sequence[str], timeout: float) -> Wish:
    """What is wished for. Raises `Refusal`."""
    values = _values(arguments)
    folders = [Path(text) for text in values["--directory"]]
    files = [Path(text) for text in values["--file"]]
    if not folders and not files:
        folders = [Path()]
    for check in (*values["--check"], *values["--skip-check"]):
        if not _ID.fullmatch(check) or "_" not in check:
            raise Refusal(
                f"{check} is no id of a check; name ids such as CKV_AZURE_3 (Checkov's own "
                "severities are not there without an account; use --fail-on)."
            )
    external = [Path(text) for text in values["--external-checks-dir"]]
    for folder in external:
        _refuse_inside(folder, [*folders, *(file.parent for file in files)])
    return Wish(
        folders,
        files,
        _frameworks(values["--framework"]),
        values["--check"],
        values["--skip-check"],
        values["--skip-path"],
        [Path(text) for text in values["--var-file"]],
        external,
        timeout,
    )


def _values(arguments: Sequence[str]) -> dict[str, list[str]]:
    values: dict[str, list[str]] = defaultdict(list)
    option: str | None = None
    for argument, value in _parts(arguments):
        if argument is not None:
            _refuse_empty(option, values)
            option = _OPTIONS.get(argument)
            if option is None:
                why = _WHY.get(argument, f"Checkov's {argument} is not taken here.")
                raise Refusal(f"{why} What is taken: {_ALLOWED}.")
            values.setdefault(option, [])
            taken = len(values[option])
        elif option is None:
            values["--directory"].append(value)
        elif len(values[option]) > taken and option not in _SEVERAL:
            raise Refusal(f"{value} belongs to no option. What is taken: {_ALLOWED}.")
        else:
            values[option] += value.split(",") if option in _LISTS else [value]
    _refuse_empty(option, values)
    return values


def _parts(arguments: Sequence[str]) -> Iterator[tuple[str | None, Any]]:
    for argument in arguments:
        if not argument.startswith("-"):
            yield None, argument
            continue
        name, equals, value = argument.partition("=")
        yield name, None
        if equals:
            yield None, value


def _refuse_empty(option: str | None, values: Mapping[str, list[str]]) -> None:
    if option is not None and not all(values[option] or [""]):
        raise Refusal(f"{option} needs a value; write it after the option.")


def _frameworks(names: Sequence[str]) -> Sequence[Any]:
    if not names or "all" in names:
        return FRAMEWORKS
    for name in names:
        if name not in FRAMEWORKS:
            raise Refusal(
                f"{name} is no framework that can be proven here; those are "
                f"{', '.join(FRAMEWORKS)}."
            )
    return [framework for framework in FRAMEWORKS if framework in names]


def _refuse_inside(folder: Path, judged: Sequence[Path]) -> None:
    """Checks from what is judged would judge themselves."""
    real = folder.resolve()
    if not (real / "__init__.py").is_file():
        raise Refusal(
            f"{folder} has no __init__.py, and Checkov would load no check from there; put one "
            "beside the checks."
        )
    for one in judged:
        if real.is_relative_to(one.resolve()):
            raise Refusal(
                f"{folder} lies in {one}, which is judged: it could bring checks that pass "
                "anything; name a folder outside of it."
            )
