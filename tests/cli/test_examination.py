"""Which projects are checked, and that each is finished whatever another one does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Self

import pytest

from hubwarden_cli.examination import inspect
from hubwarden_cli.inspected import Inspected, Wish
from hubwarden_policies.gates.collected import Examined
from hubwarden_policies.gates.program import gate
from hubwarden_policies.gates.program.pulumi_project.project import Project

TODAY = date(2026, 11, 24)


def project(folder: Path, *stacks: str, settings: str = "") -> Path:
    folder.mkdir(parents=True)
    (folder / "Pulumi.yaml").write_text(f"name: {folder.name}\nruntime: python\n")
    (folder / "__main__.py").write_text("")
    for stack in stacks:
        (folder / f"Pulumi.{stack}.yaml").write_text("")
    if settings:
        (folder / "hubwarden.toml").write_text(settings)
    return folder


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, list[str], Any]]:
    """What would be run: (project, stacks, conditions). A project named `broken` is our fault."""
    calls: list[tuple[str, list[str], Any]] = []

    @dataclass
    class Double:
        """Stands for the gate's `Examination` and runs nothing."""

        one: Project
        stacks: list[str]
        conditions: Any

        def __enter__(self) -> Self:
            calls.append((self.one.name, list(self.stacks), self.conditions))
            return self

        def __exit__(self, *_error: object) -> None:
            pass

        def results(self, **_how: Any) -> Iterator[Examined]:
            # The last stack is done first.
            for name in reversed(self.stacks):
                yield Examined(self.one.name, name, seconds=1.0)
                if self.one.name == "broken":
                    raise RuntimeError("planted")

    monkeypatch.setattr(gate, "Examination", Double)
    return calls


def inspected(*folders: Path, **wish: Any) -> list[Inspected]:
    return list(inspect(Wish(folders, **wish), environ={}, today=TODAY, progress=lambda *_: None))


@pytest.mark.usefixtures("asked")
def test_every_project_below_a_folder_by_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project(tmp_path / "b", "dev")
    project(tmp_path / "a", "prod", "dev")
    monkeypatch.chdir(tmp_path)
    found = inspected(Path())
    assert [(one.folder, [each.name for each in one.examined]) for one in found] == [
        ("a", ["dev", "prod"]),
        ("b", ["dev"]),
    ]
    assert inspected(tmp_path, tmp_path / "a", Path("b"))[1:] == found[1:]


@pytest.mark.usefixtures("asked")
def test_the_project_here_has_no_folder_to_show(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project(tmp_path / "a", "dev"))
    assert inspected(Path())[0].folder == ""


def test_what_is_no_project_does_not_keep_the_others_from_it(
    tmp_path: Path, asked: list[Any]
) -> None:
    good = project(tmp_path / "good", "dev")
    bad = project(tmp_path / "bad", "dev", settings="devises = 1\n")
    other = project(tmp_path / "other", "dev")
    (other / "Pulumi.yaml").write_text("name: other\nruntime: nodejs\n")
    (tmp_path / "file").touch()
    (tmp_path / "empty").mkdir()
    found = inspected(tmp_path / "nowhere", tmp_path / "file", tmp_path / "empty", bad, other, good)
    kinds = [[(p.kind, p.exit_code) for p in one.problems] for one in found]
    assert kinds == [
        [("no-project", 2)],
        [("unrecognised", 4)],
        [("no-project", 3)],
        [("bad-settings", 2)],
        [("other-runtime", 4)],
        [],
    ]
    assert [name for name, *_ in asked] == ["good"]


@pytest.mark.usefixtures("asked")
def test_a_fault_of_ours_costs_one_project(tmp_path: Path) -> None:
    broken, good = project(tmp_path / "broken", "a", "b"), project(tmp_path / "good", "dev")
    first, second = inspected(broken, good)
    assert [problem.exit_code for problem in first.problems] == [70]
    assert "planted" not in first.problems[0].message
    assert [each.name for each in first.examined] == ["b"]
    assert [each.name for each in second.examined] == ["dev"]


def test_a_stack_that_another_project_has_is_no_error(
    tmp_path: Path, asked: list[tuple[str, list[str], Any]]
) -> None:
    one, two = project(tmp_path / "one", "dev"), project(tmp_path / "two", "prod")
    first, second = inspected(one, two, stacks=["dev", "dev", "nobodys"])
    assert [(name, stacks) for name, stacks, _ in asked] == [
        ("one", ["dev", "nobodys"]),
        ("two", ["nobodys"]),
    ]
    assert (first.absent, second.absent) == ((), ("dev",))


def test_the_flag_wins_over_the_file_over_the_default(tmp_path: Path, asked: list[Any]) -> None:
    quick = project(tmp_path / "quick", "dev", settings="[check]\ntimeout = 5\n")
    inspected(quick, timeout=3.0)
    inspected(quick)
    inspected(project(tmp_path / "usual", "dev"))
    assert [conditions.timeout for *_, conditions in asked] == [3, 5, 120]


def test_what_the_file_gives_reaches_the_program(tmp_path: Path, asked: list[Any]) -> None:
    settings = (
        '[check]\nenvironment = ["REGION"]\n[check.config]\n"a:b" = 1\n'
        '[check.calls."x:y:z"]\nid = "c"\n[check.outputs."x:y:Z"]\nid = "o"\n'
        '[check.stacks."o/p/s"]\nid = "s"\n'
    )
    inspected(project(tmp_path / "p", "dev", settings=settings), isolation="required", canary=False)
    ((_, _, conditions),) = asked
    assert (conditions.isolation, conditions.canary) == ("required", False)
    assert conditions.passed == ("REGION",)
    assert conditions.fixtures == {
        "config": {"a:b": 1},
        "invokes": {"x:y:z": {"id": "c"}},
        "resources": {"x:y:Z": {"id": "o"}},
        "stacks": {"o/p/s": {"id": "s"}},
    }
