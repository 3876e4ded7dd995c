"""The folder that Checkov is given: copies of the files of one framework, and the canary.

No file of anybody's that Checkov would obey is in it, and what it would overlook by its name has
another one there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import Final

from hubwarden_policies.gates.stock_checkov.canary import FOLDER, canary
from hubwarden_policies.gates.stock_checkov.frameworks import Framework, Kind
from hubwarden_policies.gates.stock_checkov.inputs import Input
from hubwarden_policies.record import record

# What Checkov reads beside the files that it judges.
_ALSO: Final[dict[Framework, tuple[Kind, ...]]] = {"terraform": ("variables",)}


@record
class Stage:
    """`folders` are what Checkov is given one after the other; `inputs` and `canaries` by path."""

    framework: Framework
    folders: tuple[Path, ...]
    inputs: dict[str, Input]
    canaries: tuple[str, ...]


def stage(framework: Framework, files: Sequence[Input], folder: Path) -> Stage:
    """Make it in the empty folder `folder`. Each root of the inputs has one of its own there."""
    roots: dict[Path, list[Input]] = defaultdict(list)
    for one in files:
        if one.kind == framework:
            roots[one.root].append(one)
    folders, inputs, canaries = [], {}, []
    for number, (root, own) in enumerate(roots.items()):
        place = folder / str(number)
        folders.append(place)
        for one in own:
            inputs[_write(place, _name(one), one.data)] = one
        for one in files:
            if one.root == root and one.kind in _ALSO.get(framework, ()):
                _write(place, one.place, one.data)
        name, text = canary(framework)
        above = _free(place)
        canaries.append(_write(place, f"{above}/{name}", text.encode()))
    return Stage(framework, tuple(folders), inputs, tuple(canaries))


def _name(one: Input) -> str:
    # Checkov reads templates by the end of their names only.
    ends = one.kind not in ("arm", "terraform_plan") or PurePosixPath(one.place).suffix == ".json"
    return one.place if ends else f"{one.place}.hubwarden.json"


def _free(place: Path) -> str:
    name = FOLDER
    while (place / name).exists():
        name += "-"
    return name


def _write(folder: Path, name: str, data: bytes) -> str:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return str(path)
