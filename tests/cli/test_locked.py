"""Files and folders that the user may not read: told, and never taken for absent or empty."""

from __future__ import annotations

import resource
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
from tests.conftest import give_up_rights
from tests.corpus.files.bodies import BASE, CLEAN

Hubwarden = Callable[..., subprocess.CompletedProcess[str]]


@contextmanager
def locked(path: Path, mode: int = 0) -> Iterator[None]:
    """Without rights, until the test has looked."""
    before = path.stat().st_mode
    path.chmod(mode)
    try:
        yield
    finally:
        path.chmod(before)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A good template, and a bad one in a folder and by itself."""
    root = tmp_path / "here"
    (root / "inner").mkdir(parents=True)
    (root / "good.json").write_text(CLEAN, encoding="utf-8")
    (root / "bad.json").write_text(BASE, encoding="utf-8")
    (root / "inner/bad.json").write_text(BASE, encoding="utf-8")
    return root


def test_what_a_walk_may_not_read_is_no_pass(folder: Path, as_anybody: Hubwarden) -> None:
    with locked(folder / "bad.json"), locked(folder / "inner"):
        done = as_anybody("check", "--no-advice", ".", cwd=folder)
    assert done.returncode == 4
    told = " ".join(done.stdout.split())
    assert "error: bad.json: It cannot be read (Permission denied)" in told
    assert "error: inner: It cannot be read (Permission denied)" in told
    assert "name it in `leave_out` of hubwarden.toml" in told
    assert "good.json: 5 resources" in told


def test_a_folder_that_may_be_listed_and_not_entered_is_no_pass(
    folder: Path, as_anybody: Hubwarden
) -> None:
    (folder / "bad.json").unlink()
    with locked(folder / "inner", 0o600):
        done = as_anybody("check", "--no-advice", ".", cwd=folder)
    assert done.returncode == 4
    assert "inner/bad.json: It cannot be read" in " ".join(done.stdout.split())


def test_a_folder_that_may_not_be_entered_is_told_where_it_is_named(
    folder: Path, as_anybody: Hubwarden
) -> None:
    with locked(folder / "inner", 0o600):
        done = as_anybody("check", "--no-advice", "inner", "bad.json", cwd=folder)
    assert done.returncode == 4
    assert "inner: It cannot be read (Permission denied)" in " ".join(done.stdout.split())
    assert "in 1 file, 1 error" in done.stdout


def test_a_project_that_may_not_be_entered_stops_no_other(
    copied: Callable[[str], Path], as_anybody: Hubwarden
) -> None:
    project = copied("examples/leaky")
    other = shutil.copytree(project, project.parent / "other")
    with locked(other, 0o600):
        done = as_anybody("check", "--no-advice", ".", cwd=project.parent)
    assert done.returncode == 2
    assert "error: other: hubwarden.toml cannot be read" in " ".join(done.stdout.split())
    assert "plant/dev" in done.stdout


def test_a_machine_without_room_for_a_program_is_told_and_no_fault_of_ours(
    copied: Callable[[str], Path], hubwarden: Hubwarden
) -> None:
    project = copied("examples/leaky")
    small = partial(resource.setrlimit, resource.RLIMIT_FSIZE, (512, 512))
    done = hubwarden("check", "--no-advice", cwd=project, before=small)
    assert done.returncode == 4
    assert "The machine refuses (File too large); mend that" in " ".join(done.stdout.split())


@pytest.mark.parametrize(
    "words", [("check",), ("doctor",), ("waivers",), ("practices",), ("init", "--yes")]
)
def test_a_working_folder_that_is_gone_is_told(
    tmp_path: Path, hubwarden: Hubwarden, words: tuple[str, ...]
) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    done = hubwarden(*words, cwd=gone, before=gone.rmdir)
    assert done.returncode == 2
    assert "The folder that this runs in is gone; change to one that is there." in done.stderr


def test_the_way_out_is_one(folder: Path, as_anybody: Hubwarden) -> None:
    settings = '[check]\nleave_out = ["bad.json", "inner"]\n'
    (folder / "hubwarden.toml").write_text(settings, encoding="utf-8")
    with locked(folder / "bad.json"), locked(folder / "inner"):
        done = as_anybody("check", "--no-advice", ".", cwd=folder)
    assert done.returncode == 0, done.stdout


def test_a_file_in_a_locked_folder_is_told(folder: Path, as_anybody: Hubwarden) -> None:
    with locked(folder / "inner"):
        done = as_anybody("check", "--no-advice", "inner/bad.json", cwd=folder)
    assert done.returncode == 4
    assert "It cannot be read (Permission denied)" in " ".join(done.stdout.split())


def test_a_link_that_leads_nowhere_is_told_and_no_error(folder: Path, hubwarden: Hubwarden) -> None:
    (folder / "bad.json").unlink()
    (folder / "inner/bad.json").unlink()
    (folder / "gone.json").symlink_to("nowhere.json")
    (folder / "round.json").symlink_to("round.json")
    done = hubwarden("check", "--no-advice", ".", cwd=folder)
    assert done.returncode == 0
    assert "gone.json: it leads nowhere" in done.stdout
    assert "round.json: it leads nowhere" in done.stdout


def test_what_a_database_has_locked_stops_no_check_of_a_project(
    copied: Callable[[str], Path], as_anybody: Hubwarden
) -> None:
    project = copied("examples/leaky")
    (project / "data").mkdir()
    with locked(project / "data"):
        done = as_anybody("check", "--no-advice", cwd=project)
    assert done.returncode == 1
    assert "plant/dev" in done.stdout


def test_a_source_that_cannot_be_searched_is_named(
    copied: Callable[[str], Path], as_anybody: Hubwarden
) -> None:
    project = copied("examples/leaky")
    (project / "inner").mkdir()
    (project / "other.py").write_text("KEY = 1\n", encoding="utf-8")
    with locked(project / "other.py"), locked(project / "inner"):
        done = as_anybody("check", "--no-advice", cwd=project)
    told = " ".join(done.stdout.split())
    for name in ("other.py", "inner"):
        assert f"{name} was not searched for credentials, for it cannot be read" in told


@pytest.mark.parametrize("words", [(), (".",)])
def test_who_is_locked_out_above_the_working_folder_gets_no_pass(
    copied: Callable[[str], Path], hubwarden: Hubwarden, words: tuple[str, ...]
) -> None:
    project = copied("examples/leaky")

    def lock() -> None:
        project.parent.chmod(0)
        give_up_rights()

    try:
        done = hubwarden("check", "--no-advice", *words, cwd=project, before=lock)
    finally:
        project.parent.chmod(0o700)
    assert done.returncode == 4
    assert "It cannot be read (Permission denied)" in " ".join(done.stdout.split())


def test_checkov_is_not_believed_about_what_it_could_not_read(
    folder: Path, as_anybody: Hubwarden
) -> None:
    (folder / "bad.json").unlink()
    with locked(folder / "inner"):
        done = as_anybody("checkov", "--", "-d", ".", cwd=folder)
    assert done.returncode == 4
    assert "inner: it cannot be read (Permission denied)" in " ".join(done.stdout.split())


def test_journals_that_cannot_be_listed_are_not_none(tmp_path: Path, as_anybody: Hubwarden) -> None:
    """A run that nobody sees would be begun a second time."""
    folder = tmp_path / ".hubwarden/rotations"
    folder.mkdir(parents=True)
    for path in (folder, folder.parent):
        with locked(path):
            done = as_anybody("creds", "status", cwd=tmp_path)
        assert done.returncode == 2
        assert "cannot be read (Permission denied)" in done.stderr


def test_a_drill_without_room_says_so(tmp_path: Path, hubwarden: Hubwarden) -> None:
    small = partial(resource.setrlimit, resource.RLIMIT_FSIZE, (4096, 4096))
    done = hubwarden("creds", "drill", "--kills", "0", cwd=tmp_path, before=small)
    assert done.returncode == 2
    assert ".jsonl cannot be written" in done.stderr
    assert "the drill did not work" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("name", ["hubwarden.toml", "policy.dev.json", "waivers.toml"])
def test_a_policy_that_is_a_link_to_nothing_is_not_absent(
    copied: Callable[[str], Path], hubwarden: Hubwarden, name: str
) -> None:
    """What it leads to may be stricter than nothing."""
    project = copied("examples/leaky")
    (project / name).symlink_to("nowhere")
    done = hubwarden("check", "--no-advice", cwd=project)
    assert done.returncode == 2
    assert f"{name} leads nowhere" in " ".join(done.stdout.split())
