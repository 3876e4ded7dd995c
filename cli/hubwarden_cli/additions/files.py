"""The files that a project gets: pack, levels, settings, what loads the pack, hook and CI."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from hubwarden_cli import __version__
from hubwarden_cli.additions.addition import Addition, ByHand
from hubwarden_cli.diagnosis.pack import PACK_FILE, VARIABLE, is_ours
from hubwarden_policies.gates.program.pulumi_project.project_error import read_mapping
from hubwarden_policies.settings import FILE as SETTINGS

if TYPE_CHECKING:
    from hubwarden_policies.gates.program.pulumi_project.project import Project

CI = Literal["github", "azure", "none"]
REQUIREMENTS: Final = "requirements-hubwarden.txt"
_PACK: Final = "hubwarden-policies"
_ENVIRONMENT: Final = ".venv"
_CI_FILES: Final[Mapping[CI, str]] = {
    "github": ".github/workflows/hubwarden.yaml",
    "azure": "azure-pipelines-hubwarden.yaml",
}
# Where a file of this name is somebody's own, these words show that it has what it needs.
_MARKS: Final[Mapping[str, str]] = {
    ".envrc": VARIABLE,
    "mise.toml": VARIABLE,
    ".pre-commit-config.yaml": "hubwarden",
}


def file_additions(project: Project, ci: CI) -> Iterator[Addition | ByHand]:
    """Yield what the project lacks; a file that is there is never written."""
    for path, template in _files(project, ci):
        wanted = _rendered(template, project)
        if not os.path.lexists(path):
            yield Addition(path, wanted)
        elif (mark := _MARKS.get(path.name)) and mark not in _text(path):
            yield ByHand(path, "it is there, and not to be overwritten: add", wanted)


def pack_folder(project: Project) -> Path:
    """The folder of the project's pack: the one that is there, else the one to be."""
    packs = (path.parent for path in sorted(project.folder.glob(f"*/{PACK_FILE}")))
    return next(filter(is_ours, packs), project.folder / _PACK)


def _files(project: Project, ci: CI) -> Iterator[tuple[Path, str]]:
    folder, root, pack = project.folder, _checkout(project.folder), pack_folder(project)
    if not is_ours(pack):
        yield pack / PACK_FILE, PACK_FILE
        yield pack / "__main__.py", "pack.txt"
        yield pack / ".gitignore", "gitignore"
    yield folder / REQUIREMENTS, REQUIREMENTS
    yield folder / SETTINGS, SETTINGS
    for stack in () if project.made_up else project.stacks:
        yield project.stack_folder / f"policy.{stack}.json", "levels.json"
    yield folder / ".envrc", "envrc"
    yield folder / "mise.toml", "mise.toml"
    yield root / ".pre-commit-config.yaml", "pre-commit.yaml"
    if name := _CI_FILES.get(ci):
        yield root / name, f"{ci}.yaml"


def _rendered(template: str, project: Project) -> str:
    text = files("hubwarden_cli").joinpath("templates", template).read_text(encoding="utf-8")
    here = project.folder.relative_to(_checkout(project.folder)).as_posix()
    words = {
        "version": __version__,
        "pack": pack_folder(project).name,
        # Both are empty where the project is the whole checkout.
        "here": "" if here == "." else f"{here}/",
        "target": "" if here == "." else f" {here}",
        "environment": ("" if here == "." else f"{here}/") + _environment(project),
    }
    for word, value in words.items():
        text = text.replace(f"@{word}@", value)
    return text


def _environment(project: Project) -> str:
    """The virtual environment that Pulumi.yaml names, whether it is there or not."""
    item = read_mapping(project.folder / project.file, project.file)
    for key in ("runtime", "options", "virtualenv"):
        item = item.get(key) if item else None
    return item.text if item and item.text else _ENVIRONMENT


def _checkout(folder: Path) -> Path:
    return next((each for each in (folder, *folder.parents) if (each / ".git").exists()), folder)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
