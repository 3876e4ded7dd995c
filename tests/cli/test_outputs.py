"""Which reports are written, and where: formats and files in pairs, and what a CI reads."""

from __future__ import annotations

from pathlib import Path

import pytest

from hubwarden_cli.guard import Refusal
from hubwarden_cli.outputs import Format, Output, outputs


def asked(*formats: str, files: tuple[str, ...] = (), **environ: str) -> list[Output]:
    return outputs([Format(one) for one in formats], [Path(one) for one in files], environ)


def test_without_a_word_it_is_text() -> None:
    assert asked() == [Output(Format.TEXT)]
    assert asked(files=("report",)) == [Output(Format.TEXT, Path("report"))]


def test_the_first_file_belongs_to_the_first_format() -> None:
    assert asked("sarif", "text", files=("a.sarif",)) == [
        Output(Format.SARIF, Path("a.sarif")),
        Output(Format.TEXT),
    ]
    assert asked("text", "junit", files=("-", "b.xml")) == [
        Output(Format.JUNIT, Path("b.xml")),
        Output(Format.TEXT),
    ]


@pytest.mark.parametrize(
    ("formats", "files", "said"),
    [
        (("text", "sarif"), (), "text and sarif would mix on standard output"),
        (("text", "auto"), (), "text and text would mix"),
        (("text",), ("a", "b"), "b has no report of its own"),
        (("text", "sarif"), ("a.sarif",), "a.sarif would hold the text report"),
        (("json", "sarif"), ("a", "./a"), "a is the file of two reports"),
        (("auto", "sarif"), ("a.sarif",), "a.sarif would be its file"),
    ],
)
def test_what_does_not_fit_is_said_with_a_way_out(
    formats: tuple[str, ...], files: tuple[str, ...], said: str
) -> None:
    with pytest.raises(Refusal, match=rf"{said}.*[;:,] \w.*\.$"):
        asked(*formats, files=files)


def test_auto_finds_out_who_reads(tmp_path: Path) -> None:
    assert asked("auto") == [Output(Format.TEXT)]
    summary = tmp_path / "summary.md"
    assert asked("auto", GITHUB_ACTIONS="true", GITHUB_STEP_SUMMARY=f"{summary}") == [
        Output(Format.MARKDOWN, summary, append=True),
        Output(Format.GITHUB),
    ]
    assert asked("auto", GITHUB_ACTIONS="true") == [Output(Format.GITHUB)]
    file, log = asked("auto", TF_BUILD="True", AGENT_TEMPDIRECTORY=f"{tmp_path}")
    assert (file.form, log.form, log.path) == (Format.MARKDOWN, Format.AZURE, None)
    assert log.summary == file.path
    assert file.path
    assert file.path.is_relative_to(tmp_path)


def test_two_steps_of_a_job_have_two_summaries(tmp_path: Path) -> None:
    one, two = (asked("auto", TF_BUILD="True", AGENT_TEMPDIRECTORY=f"{tmp_path}") for _ in "ab")
    assert one[0].path != two[0].path


def test_an_agent_without_room_is_told_so(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="nowhere cannot be written: No such file"):
        asked("auto", TF_BUILD="True", AGENT_TEMPDIRECTORY=f"{tmp_path}/nowhere")
