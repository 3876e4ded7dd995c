"""Which commit a pull request is compared with, by what each CI says of it."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from hubwarden_cli.changes import Changes, changes
from hubwarden_cli.policy_place import place
from hubwarden_policies.gates.program.pulumi_project.project import read_project

Git = Callable[..., str]

GIT = shutil.which("git")
CI = {"CI": "true"}
GITHUB = CI | {"GITHUB_BASE_REF": "stable"}
SYSTEMS: dict[str, Mapping[str, str]] = {
    "GitHub": GITHUB,
    "Azure Pipelines": {
        "TF_BUILD": "True",
        "SYSTEM_PULLREQUEST_TARGETBRANCH": "refs/heads/stable",
    },
    "GitLab": CI | {"CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "stable"},
    "Bitbucket": CI | {"BITBUCKET_PR_DESTINATION_BRANCH": "stable"},
    "Buildkite": CI | {"BUILDKITE_PULL_REQUEST_BASE_BRANCH": "stable"},
    "Jenkins": CI | {"CHANGE_TARGET": "stable"},
}


@pytest.fixture
def plant(tmp_path: Path) -> Path:
    folder = tmp_path / "repository/plant"
    folder.mkdir(parents=True)
    (folder / "Pulumi.yaml").write_text("name: plant\nruntime: python\n")
    (folder / "Pulumi.dev.yaml").write_text("")
    (folder / "__main__.py").write_text("")
    (folder / "hubwarden.toml").write_text('devices = "private"\n')
    return folder


@pytest.fixture
def git(plant: Path, environ: dict[str, str]) -> Git:
    nobody = {"GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1"}
    who = ("-c", "user.name=Plant", "-c", "user.email=plant@contoso.example")

    def run(*words: str) -> str:
        done = subprocess.run(
            ["git", *who, *words],
            cwd=plant,
            env=environ | nobody,
            check=True,
            capture_output=True,
            encoding="utf-8",
            timeout=60,
        )
        return done.stdout.strip()

    return run


@pytest.fixture
def opened(plant: Path, git: Git) -> Path:
    """A pull request into `stable` that opens the plant, which `main` has done before."""
    git("init", "--quiet", "--initial-branch", "topic", "..")
    commit(git)
    git("update-ref", "refs/remotes/origin/stable", "HEAD")
    (plant / "hubwarden.toml").write_text('devices = "internet"\n')
    commit(git)
    git("update-ref", "refs/remotes/origin/main", "HEAD")
    return plant


def commit(git: Git) -> None:
    git("add", "--all", ":/")
    git("commit", "--quiet", "--allow-empty", "--message", "As it is")


def found(folder: Path, environ: Mapping[str, str]) -> Changes:
    project = read_project(folder)
    return changes(project, place(project, None), environ)


def told(said: Changes) -> list[tuple[str, str]]:
    """The files that differ, each with what it differs from."""
    assert said.note is None
    return [(file.location.file, file.base) for file in said.files]


@pytest.mark.parametrize("system", SYSTEMS)
def test_each_ci_names_the_branch_that_the_pull_request_goes_into(
    system: str, opened: Path
) -> None:
    assert told(found(opened, SYSTEMS[system])) == [("hubwarden.toml", "origin/stable")]


def test_gitlab_names_the_commit_too(opened: Path, git: Git) -> None:
    first = git("rev-parse", "HEAD~1")
    said = {**SYSTEMS["GitLab"], "CI_MERGE_REQUEST_DIFF_BASE_SHA": first}
    assert told(found(opened, said)) == [("hubwarden.toml", first)]


@pytest.mark.parametrize("ci", [CI, {"TF_BUILD": "True"}, CI | {"GITHUB_BASE_REF": ""}], ids=str)
@pytest.mark.parametrize("name", ["HEAD", "main", "master"])
def test_where_ci_names_none_it_is_the_main_branch(
    name: str, ci: Mapping[str, str], opened: Path, git: Git
) -> None:
    assert told(found(opened, ci)) == []
    git("update-ref", "-d", "refs/remotes/origin/main")
    assert told(found(opened, ci)) == []
    git("update-ref", f"refs/remotes/origin/{name}", "HEAD~1")
    assert told(found(opened, ci)) == [("hubwarden.toml", f"origin/{name}")]


@pytest.mark.parametrize("environ", [{}, {"CI": ""}, {"CI": "false"}, {"CI": "0"}], ids=str)
def test_a_person_may_change_the_files(environ: Mapping[str, str], opened: Path, git: Git) -> None:
    git("update-ref", "refs/remotes/origin/main", "HEAD~1")
    assert found(opened, environ) == Changes()


def test_a_pull_request_is_one_whatever_a_build_is_told(opened: Path) -> None:
    """`CI=false` is how builds of JavaScript are told to pass with warnings."""
    assert told(found(opened, GITHUB | {"CI": "false"})) == [("hubwarden.toml", "origin/stable")]


def test_what_the_base_changed_since_is_not_the_pull_request(opened: Path, git: Git) -> None:
    git("checkout", "--quiet", "-b", "next", "HEAD~1")
    (opened / "hubwarden.toml").write_text('devices = "private"\nallow_empty = true\n')
    commit(git)
    git("update-ref", "refs/remotes/origin/stable", "HEAD")
    git("checkout", "--quiet", "-b", "other", "HEAD~1")
    assert told(found(opened, GITHUB)) == []


def test_a_base_that_is_not_there_is_told(opened: Path) -> None:
    said = found(opened, CI | {"GITHUB_BASE_REF": "release/2"})
    assert said.files == ()
    assert said.note is not None
    assert "origin/release/2 is not in this checkout" in said.note
    assert "--policy-from" in said.note


def test_no_git_work_tree_has_no_base(plant: Path) -> None:
    assert found(plant, CI) == Changes()


def test_a_pull_request_without_git_is_told(plant: Path) -> None:
    said = found(plant, GITHUB)
    assert said.note is not None
    assert "origin/stable" in said.note


def test_without_the_command_a_pull_request_is_told(
    opened: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    assert found(opened, GITHUB).note is not None


def test_a_file_of_the_base_that_is_broken_is_another_one(opened: Path, git: Git) -> None:
    blob = git("rev-parse", "HEAD~1:plant/hubwarden.toml")
    (opened / "hubwarden.toml").write_text('devices = "private"\n')
    assert told(found(opened, GITHUB)) == []
    stored = opened.parent / ".git/objects" / blob[:2] / blob[2:]
    stored.chmod(0o644)
    stored.write_bytes(b"planted")
    assert told(found(opened, GITHUB)) == [("hubwarden.toml", "origin/stable")]


def test_a_base_that_git_does_not_read_is_told(
    opened: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where a clone is to fetch files when they are asked for, and the server is not there."""
    lazy = tmp_path / "git"
    lazy.write_text(f'#!/bin/sh\ncase "$*" in *cat-file*) exit 128;; esac\nexec {GIT} "$@"\n')
    lazy.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    assert found(opened, GITHUB).note is not None


@pytest.mark.parametrize(
    "name", ["GITHUB_BASE_REF", "CHANGE_TARGET", "CI_MERGE_REQUEST_DIFF_BASE_SHA"]
)
def test_a_name_that_looks_like_an_option_is_none(name: str, opened: Path, tmp_path: Path) -> None:
    written = tmp_path / "written"
    said = found(opened, CI | {name: f"--output={written}"})
    assert said.files == ()
    assert said.note is not None
    assert not written.exists()


@pytest.mark.parametrize("kind", ["tag", "branch"])
def test_only_the_remote_says_what_its_branch_is(kind: str, opened: Path, git: Git) -> None:
    git(kind, "origin/stable", "HEAD")
    assert told(found(opened, GITHUB)) == [("hubwarden.toml", "origin/stable")]


def test_line_ends_are_no_change(opened: Path) -> None:
    (opened / "hubwarden.toml").write_bytes(b'devices = "private"\r\n')
    assert told(found(opened, GITHUB)) == []


def test_a_link_out_of_the_checkout_leads_there_in_both(
    opened: Path, git: Git, tmp_path: Path
) -> None:
    central = tmp_path / "central.toml"
    central.write_text('devices = "private"\n')
    (opened / "hubwarden.toml").unlink()
    (opened / "hubwarden.toml").symlink_to("../../central.toml")
    commit(git)
    git("update-ref", "refs/remotes/origin/stable", "HEAD")
    assert told(found(opened, GITHUB)) == []
    weaker = tmp_path / "weaker.toml"
    weaker.write_text('devices = "internet"\n')
    (opened / "hubwarden.toml").unlink()
    (opened / "hubwarden.toml").symlink_to("../../weaker.toml")
    assert told(found(opened, GITHUB)) == [("hubwarden.toml", "origin/stable")]


def test_a_project_that_the_base_does_not_have_has_moved_nothing(opened: Path, git: Git) -> None:
    new = opened.parent / "new"
    (new / "stacks").mkdir(parents=True)
    (new / "Pulumi.yaml").write_text("name: new\nruntime: python\nstackConfigDir: stacks\n")
    (new / "stacks/Pulumi.dev.yaml").write_text("")
    (new / "__main__.py").write_text("")
    commit(git)
    assert told(found(new, GITHUB)) == []
