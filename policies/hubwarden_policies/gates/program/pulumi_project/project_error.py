"""Why a project or a stack cannot be checked, said to the person who can change it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hubwarden_policies.gates.program.pulumi_project.marked_yaml import Marked, YamlError, read_yaml
from hubwarden_policies.model import Location

if TYPE_CHECKING:
    from pathlib import Path

USAGE: Final = 2
INPUT: Final = 4


class ProjectError(Exception):
    """A project or stack that cannot be checked, and why.

    `kind` names the case for machines, `sentence` says it to a person with a way out, `location`
    is the place at fault (its file relative to the project's folder) and `exit_code` what it
    means: 2 for usage and configuration, 4 for an input that could not be evaluated.
    """

    def __init__(
        self, kind: str, sentence: str, location: Location | None = None, exit_code: int = INPUT
    ) -> None:
        super().__init__(sentence)
        self.kind = kind
        self.sentence = sentence
        self.location = location
        self.exit_code = exit_code


def read_mapping(path: Path, file: str) -> Marked | None:
    """The mapping in a YAML file of the project, None where the file is empty.

    `file` is how sentences and locations name it; raises `ProjectError`.
    """
    try:
        root = read_yaml(path)
    except YamlError as error:
        place = Location(file, error.line, error.column) if error.line else Location(file, 1)
        where = f"{file}:{error.line}" if error.line else file
        raise ProjectError("bad-yaml", f"{where} {error.what}; correct the file.", place) from None
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise ProjectError("unreadable", f"{file} cannot be read: {reason}.") from None
    if root is not None and not isinstance(root.value, dict):
        raise ProjectError(
            "no-mapping",
            f"{file} must hold `key: value` lines, not {kind_of(root)}.",
            Location(file, root.line, root.column),
        )
    return root


def word(root: Marked, key: str, file: str) -> str | None:
    """The text at a key of a mapping, None where it is absent or empty; raises `ProjectError`."""
    item = root.get(key)
    if item is None or item.value is None or item.value == "":
        return None
    if isinstance(item.value, dict | list):
        raise ProjectError(
            "bad-project",
            f"`{key}:` in {file} must be a text, not {kind_of(item)}.",
            Location(file, item.key_line, item.key_column),
        )
    return item.text


def kind_of(item: Marked) -> str:
    """What a value is, as a person calls it."""
    if isinstance(item.value, dict):
        return "a mapping"
    if isinstance(item.value, list):
        return "a list"
    return "nothing" if item.value is None else f"the value `{item.text}`"
