"""Which reports a run writes, and where: `--format` with its `--output`, or what the CI reads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Final

from hubwarden_cli.guard import Refusal
from hubwarden_policies.record import record


class Format(StrEnum):
    """What `--format` takes."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"
    JUNIT = "junit"
    GITHUB = "github"
    AZURE = "azure"
    MARKDOWN = "markdown"
    AUTO = "auto"


_STDOUT: Final = Path("-")
# A file's name that says what is in it.
_SUFFIXES: Final[Mapping[str, Format]] = {
    ".json": Format.JSON,
    ".sarif": Format.SARIF,
    ".xml": Format.JUNIT,
    ".md": Format.MARKDOWN,
}


@record
class Output:
    """One report: its form, and its file, None for standard output.

    `append` where others write the file too; `summary` is a file for the CI to show, which is
    written by another output.
    """

    form: Format
    path: Path | None = None
    append: bool = False
    summary: Path | None = None


def outputs(
    formats: Sequence[Format], files: Sequence[Path], environ: Mapping[str, str]
) -> list[Output]:
    """The reports to write, the one on standard output last, as it may speak of the others.

    The first file belongs to the first format, and so on; a format without one goes to standard
    output. Raises `Refusal` where they do not fit.
    """
    formats = formats or [Format.TEXT]
    if len(files) > len(formats):
        raise Refusal(
            f"{files[len(formats)]} has no report of its own: each --output FILE belongs to the "
            "--format in the same position; add a --format."
        )
    found: list[Output] = []
    for form, file in zip(formats, [*files, *[_STDOUT] * len(formats)], strict=False):
        path = None if file == _STDOUT else file
        found += _of_the_ci(environ, path) if form is Format.AUTO else [Output(form, path)]
    _refuse(found)
    return sorted(found, key=lambda one: one.path is None)


def _of_the_ci(environ: Mapping[str, str], path: Path | None) -> Iterator[Output]:
    if path is not None:
        raise Refusal(
            f"`--format auto` finds out by itself where it writes, and {path} would be its file; "
            "name it after the formats that have an --output."
        )
    if environ.get("GITHUB_ACTIONS"):
        yield Output(Format.GITHUB)
        if summary := environ.get("GITHUB_STEP_SUMMARY"):
            yield Output(Format.MARKDOWN, Path(summary), append=True)
    elif environ.get("TF_BUILD"):
        file = _scratch(environ)
        yield Output(Format.AZURE, summary=file)
        yield Output(Format.MARKDOWN, file)
    else:
        yield Output(Format.TEXT)


def _scratch(environ: Mapping[str, str]) -> Path:
    """A file that outlives this process, for the agent reads it later, and goes with the job."""
    import tempfile

    folder = environ.get("AGENT_TEMPDIRECTORY") or tempfile.gettempdir()
    try:
        return Path(tempfile.mkdtemp(prefix="hubwarden-", dir=folder)) / "hubwarden.md"
    except OSError as error:
        raise Refusal(
            f"{folder} cannot be written: {error.strerror}; set AGENT_TEMPDIRECTORY to a folder "
            "of the agent's."
        ) from None


def _refuse(found: Sequence[Output]) -> None:
    shown = [one.form for one in found if one.path is None]
    if len(shown) > 1:
        raise Refusal(
            f"{' and '.join(shown)} would mix on standard output; give all but one an --output "
            "FILE, in the order of the formats and before the one that has none."
        )
    named = Counter(one.path.resolve() for one in found if one.path)
    for one in found:
        if one.path is None:
            continue
        if named[one.path.resolve()] > 1:
            raise Refusal(f"{one.path} is the file of two reports; give each its own.")
        says = _SUFFIXES.get(one.path.suffix, one.form)
        if says != one.form and any(other.form == says for other in found):
            raise Refusal(
                f"{one.path} would hold the {one.form} report: each --output belongs to the "
                "--format in the same position; name the formats that have a file first."
            )
