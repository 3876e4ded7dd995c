"""The house is in order: lint, the lock and what it installs, the Makefile's own list."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from importlib.metadata import distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
CODE = ("infra", "policies", "cli", "tests", "bench", "docs")
ASKED = [
    Requirement(text)
    for group in (
        [PROJECT["project"]["dependencies"]],
        PROJECT["project"]["optional-dependencies"].values(),
        PROJECT["dependency-groups"].values(),
    )
    for texts in group
    for text in texts
]


def pinned(lock: str) -> dict[str, set[str]]:
    """The versions of each package in a lock file; more than one where Pythons differ."""
    found: dict[str, set[str]] = {}
    text = (ROOT / lock).read_text(encoding="utf-8")
    for name, version in re.findall(r"^([a-z0-9-]+)==([^\s;]+)", text, flags=re.MULTILINE):
        found.setdefault(name, set()).add(version)
    return found


@pytest.mark.parametrize(
    "tool", [("ruff", "format", "--check"), ("ruff", "check"), ("mypy",)], ids=" ".join
)
def test_lint(tool: tuple[str, ...]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", *tool, *CODE],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("asked", ASKED, ids=str)
def test_what_is_asked_for_is_pinned_within_its_range(asked: Requirement) -> None:
    versions = pinned("requirements.lock").get(canonicalize_name(asked.name))
    assert versions, "run `make lock`"
    assert list(asked.specifier.filter(versions, prereleases=True)), "run `make lock`"


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-uv.lock"])
def test_a_lock_has_hashes_and_no_address(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert "://" not in text
    entries = re.split(r"\n(?=\S)", text.strip())
    assert all("--hash=sha256:" in entry for entry in entries)


def test_what_is_installed_is_what_is_locked() -> None:
    locked = pinned("requirements.lock") | pinned("requirements-uv.lock")
    for installed in distributions():
        name = canonicalize_name(installed.name)
        if name not in ("hubwarden", "pip", "setuptools"):
            assert installed.version in locked.get(name, ()), f"{name}: remove .venv, run make"


def test_only_checkov_is_overridden() -> None:
    """Checkov caps packaging below what Pulumi needs; everything else gets what it asks for."""
    versions = {canonicalize_name(each.name): each.version for each in distributions()}
    refused = set()
    for installed in distributions():
        for requirement in map(Requirement, installed.requires or ()):
            if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
                version = versions.get(canonicalize_name(requirement.name))
                if not version or not requirement.specifier.contains(version, prereleases=True):
                    refused.add((canonicalize_name(installed.name), requirement.name))
    assert refused == {("checkov", "packaging")}


def test_make_help_lists_every_target() -> None:
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    (phony,) = re.findall(r"^\.PHONY: (.*)$", text, flags=re.MULTILINE)
    shown = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert re.findall(r"^make ([a-z-]+)", shown.stdout, flags=re.MULTILINE) == phony.split()
