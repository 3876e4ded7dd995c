"""The files that a run is about: found in folders and by name, told apart by what they hold."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from hubwarden_policies.gates.recognise import decoded
from hubwarden_policies.gates.stock_checkov.fault import Fault, LeftOut, Unusable
from hubwarden_policies.gates.stock_checkov.frameworks import Kind, kind_of
from hubwarden_policies.record import record

# Nobody deploys from these: versions of files, and what Terraform downloaded.
_FOREIGN: Final = (".git", ".terraform")
_CONFIGS: Final = (".checkov.yaml", ".checkov.yml", ".checkov.baseline")
_SKIPPED: Final = "it is left out by --skip-path"
_LARGEST: Final = 50_000_000  # bytes; Azure takes templates of 4 MB
_MOST: Final = 20_000  # files of use, in one run


@record
class Input:
    """One file of use. `place` is its path below its root (POSIX), `shown` as the user names it."""

    root: Path
    place: str
    shown: str
    kind: Kind
    data: bytes
    text: str


@record
class Inputs:
    """All files of use in the order of their names, and what was not taken."""

    files: tuple[Input, ...]
    faults: tuple[Fault, ...] = ()
    left_out: tuple[LeftOut, ...] = ()


def find(folders: Sequence[Path], files: Sequence[Path], skip_paths: Sequence[str]) -> Inputs:
    """What lies in the folders, and the files. Raises `Unusable` where one is not there.

    `skip_paths` are regular expressions, searched in the path below a folder, as Checkov does.
    """
    skipped = [_compiled(pattern) for pattern in skip_paths]
    found: list[Input | Fault | LeftOut] = []
    for folder in folders:
        if not folder.is_dir():
            raise Unusable(f"There is no folder {folder}; name one that exists after -d.")
        found += _below(folder, skipped)
    for file in files:
        if not file.is_file():
            raise Unusable(f"There is no file {file}; name one that exists after -f.")
        one = _read(file, file.parent, file.name)
        found.append(one or Fault(str(file), "not-recognised", _unknown(file)))
    taken = [one for one in found if isinstance(one, Input)]
    if len(taken) > _MOST:
        raise Unusable(
            f"There are {len(taken):,} files to judge, and Checkov would take hours; name smaller "
            "folders by -d, or leave some out by --skip-path."
        )
    return Inputs(
        tuple(one for one in taken if one.kind != "empty"),
        tuple(one for one in found if isinstance(one, Fault)),
        (
            *(one for one in found if isinstance(one, LeftOut)),
            *(LeftOut(one.shown, "it is empty") for one in taken if one.kind == "empty"),
        ),
    )


def _compiled(pattern: str) -> re.Pattern[str]:
    try:
        return re.compile(pattern)
    except re.error as error:
        raise Unusable(
            f"--skip-path {pattern} is no regular expression ({error}); write `\\.` for a dot."
        ) from None


def _below(root: Path, skipped: Sequence[re.Pattern[str]]) -> Iterator[Input | Fault | LeftOut]:
    closed: list[OSError] = []
    for folder, names, files in os.walk(root, onerror=closed.append):
        names.sort()
        for name in sorted(set(names) & set(_FOREIGN[1:])):
            yield LeftOut(str(Path(folder, name)), "it holds what others wrote")
        kept = []
        for name in (name for name in names if name not in _FOREIGN):
            path = Path(folder, name)
            if _is_skipped(path, root, skipped):
                yield LeftOut(str(path), _SKIPPED)
            elif path.is_symlink():
                yield _link(path, root)
            else:
                kept.append(name)
        names[:] = kept
        for path in (Path(folder, name) for name in sorted(files)):
            if path.name in _CONFIGS:
                yield LeftOut(str(path), "Checkov's own configuration does not count here")
                continue
            one = _read(path, root, path.relative_to(root).as_posix())
            if one is None:
                continue
            if _is_skipped(path, root, skipped):
                yield LeftOut(str(path), _SKIPPED)
            else:
                yield _link(path, root) if path.is_symlink() else one
    yield from (_unreadable(error.filename, error) for error in closed)


def _is_skipped(path: Path, root: Path, skipped: Sequence[re.Pattern[str]]) -> bool:
    place = path.relative_to(root).as_posix()
    return any(one.search(f"{place}/" if path.is_dir() else place) for one in skipped)


def _read(path: Path, root: Path, place: str) -> Input | Fault | LeftOut | None:
    try:
        if not path.is_file():
            return None
        if path.stat().st_size > _LARGEST:
            return _too_large(path)
        data = path.read_bytes()
    except OSError as error:
        return _unreadable(str(path), error)
    text = decoded(data).removeprefix("\ufeff")
    kind = kind_of(path, data, text)
    return Input(root, place, str(path), kind, data, text) if kind else None


def _unreadable(shown: str, error: OSError) -> Fault:
    return Fault(
        shown,
        "not-readable",
        f"it cannot be read ({error.strerror}); make it readable, or leave it out by --skip-path.",
    )


def _link(path: Path, root: Path) -> Fault | LeftOut:
    """A link is not followed: what it leads to is judged where it lies, or must be named."""
    target = path.resolve()
    if target.is_relative_to(root.resolve()):
        return LeftOut(str(path), "it is a link to what is judged where it lies")
    return Fault(
        str(path),
        "link",
        "it is a link that leaves the folder, and is not followed; name what it leads to by -d or "
        "-f, or leave it out by --skip-path.",
    )


def _too_large(path: Path) -> Fault | None:
    # What has such a name may be an archive or a model: only a file for deployments is missed.
    if not path.name.lower().endswith((".json", ".jsonc", ".tf", ".bicep")):
        return None
    return Fault(
        str(path),
        "too-large",
        f"it is larger than {_LARGEST // 1_000_000} MB, and Checkov would take minutes and "
        "gigabytes for it; split it, or leave it out by --skip-path.",
    )


def _unknown(file: Path) -> str:
    return (
        "it holds no ARM template, Bicep, Terraform or plan that can be told; name the file that "
        f"is deployed, or leave out `-f {file}`."
    )
