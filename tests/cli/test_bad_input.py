"""What cannot be checked gets a sentence of its own and is never a pass."""

from __future__ import annotations

import re
import subprocess
import venv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from hubwarden_policies.gates.program.hubwarden_recorder.made_up import marks

Hubwarden = Callable[..., subprocess.CompletedProcess[str]]

CORPUS = Path(__file__).parents[1] / "corpus/bad_input"


@dataclass(frozen=True)
class Case:
    """A folder of the corpus, the exit code it means, and what the sentence must name."""

    folder: str
    code: int
    says: tuple[str, ...]
    arguments: tuple[str, ...] = ()
    # The program's own traceback may be shown, if it is in the user's files only.
    traceback: bool = False


CASES = (
    Case("raises", 4, ("KeyError", "line-7", "__main__.py:7"), traceback=True),
    Case("raises-on-made-up", 4, ("__main__.py:6", "hubwarden.toml", "[check."), traceback=True),
    Case(
        "raises-on-made-up-call", 4, ("__main__.py:6", "hubwarden.toml", "[check."), traceback=True
    ),
    Case("syntax-error", 4, ("__main__.py:3", "never closed"), traceback=True),
    Case("missing-package", 4, ("pulumi_of_another_cloud", "virtualenv")),
    Case("missing-config", 4, ("bad:lines", "Pulumi.dev.yaml")),
    Case("no-project", 3, ("no Pulumi.yaml",)),
    Case("project-is-no-yaml", 4, ("Pulumi.yaml:2",)),
    Case("project-is-a-list", 4, ("Pulumi.yaml", "a list")),
    Case("project-is-empty", 4, ("Pulumi.yaml", "name")),
    Case("other-runtime", 4, ("nodejs", "Python")),
    Case("no-main", 4, ("main: src",)),
    Case("unknown-stack", 2, ("staging", "dev"), ("--stack", "staging")),
    Case("stack-is-no-yaml", 4, ("Pulumi.dev.yaml:2",)),
    Case("stack-is-a-list", 4, ("Pulumi.dev.yaml", "a list")),
    Case("settings-key-unknown", 2, ("hubwarden.toml:1", "device", "devices")),
    Case("no-resource", 3, ("nothing",)),
    Case("exits-early", 4, ("sys.exit", "__main__.py:6")),
    Case("exits-hard", 4, ("exit",)),
    Case("apply-raises", 4, ("RuntimeError", "no number", "__main__.py:7"), traceback=True),
    Case("never-ends", 4, ("8 s", "--timeout"), ("--timeout", "8")),
    Case("apply-never-ends", 4, ("8 s", "--timeout"), ("--timeout", "8")),
    Case("thread-dies", 4, ("thread", "burned down", "__main__.py:7"), traceback=True),
    Case("latin-1", 4, ("UTF-8", "__main__.py:3")),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.folder)
def test_bad_input_is_a_sentence_and_no_pass(
    case: Case, hubwarden: Hubwarden, copied: Callable[[str], Path], tmp_path: Path
) -> None:
    folder = copied(f"corpus/bad_input/{case.folder}")
    done = hubwarden("check", folder.name, *case.arguments, cwd=tmp_path)
    said = done.stdout + done.stderr
    assert done.returncode == case.code, said
    for words in case.says:
        assert words in said
    assert_polite(done, traceback=case.traceback)


@pytest.mark.parametrize("folder", ["raises-on-made-up", "raises-on-made-up-call"])
def test_the_line_to_add_mends_the_check(
    folder: str, hubwarden: Hubwarden, copied: Callable[[str], Path], tmp_path: Path
) -> None:
    here = copied(f"corpus/bad_input/{folder}")
    said = " ".join(hubwarden("check", folder, cwd=tmp_path).stdout.split())
    (line,) = re.findall(r'(\[check\.\w+\."[^"]+"\]) (\w+) = "…"', said)
    subscription = "11111111-2222-3333-4444-555555555555"
    values = {
        "subscriptionId": subscription,
        "id": f"/subscriptions/{subscription}/resourceGroups/plant",
    }
    (here / "hubwarden.toml").write_text(f'{line[0]}\n{line[1]} = "{values[line[1]]}"\n')
    mended = hubwarden("check", folder, cwd=tmp_path)
    assert mended.returncode == 3, mended.stdout


def test_every_folder_of_the_corpus_is_tried() -> None:
    assert sorted(case.folder for case in CASES) == sorted(path.name for path in CORPUS.iterdir())


def test_an_environment_without_pulumi_is_named(
    hubwarden: Hubwarden, copied: Callable[[str], Path], tmp_path: Path
) -> None:
    folder = with_environment(copied)
    done = hubwarden("check", folder.name, cwd=tmp_path)
    assert done.returncode == 4
    assert "pulumi" in done.stdout
    assert ".venv" in done.stdout
    assert_polite(done)


def test_an_sdk_that_is_too_old_is_named_with_its_version(
    hubwarden: Hubwarden, copied: Callable[[str], Path], tmp_path: Path
) -> None:
    folder = with_environment(copied)
    (packages,) = folder.glob(".venv/lib/python*/site-packages")
    (packages / "pulumi").mkdir()
    (packages / "pulumi/__init__.py").write_text("")
    (packages / "pulumi-2.25.2.dist-info").mkdir()
    (packages / "pulumi-2.25.2.dist-info/METADATA").write_text("Name: pulumi\nVersion: 2.25.2\n")
    done = hubwarden("check", folder.name, cwd=tmp_path)
    assert done.returncode == 4
    assert "2.25.2" in done.stdout
    assert_polite(done)


def test_a_folder_that_does_not_exist_is_named(hubwarden: Hubwarden, tmp_path: Path) -> None:
    done = hubwarden("check", "nowhere", cwd=tmp_path)
    assert done.returncode == 2
    assert "nowhere" in done.stdout + done.stderr
    assert_polite(done)


def with_environment(copied: Callable[[str], Path]) -> Path:
    """A project that names an environment of its own, in which nothing is installed."""
    folder = copied("corpus/bad_input/unknown-stack")
    venv.create(folder / ".venv", symlinks=True)
    (folder / "Pulumi.yaml").write_text(
        "name: bad\nruntime: {name: python, options: {virtualenv: .venv}}\n"
    )
    return folder


def assert_polite(done: subprocess.CompletedProcess[str], *, traceback: bool = False) -> None:
    """Nothing of ours is shown: no traceback, no file of ours, no mark of a canary."""
    said = done.stdout + done.stderr
    assert traceback or "Traceback" not in said
    assert not re.search(r"hubwarden_(recorder|policies|cli)|site-packages|<frozen", said)
    assert marks.MAGIC not in said
