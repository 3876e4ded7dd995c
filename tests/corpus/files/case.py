"""One odd input: what lies there, what is bad in it, and what must be said of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

# What `hubwarden check` is to say: a failing finding (exit 1), a sentence on what cannot be read
# or is not right (2 or 4), that nothing was checked (3), an undecided finding, or nothing bad (0).
Expected = Literal["finds", "refuses", "nothing", "undecided", "clean"]


@dataclass(frozen=True, slots=True)
class Case:
    """Files by their path in a folder, which is checked, or `target` in it.

    `bad` counts resources that must not pass, `named` those that a report must name even so;
    `build` makes what is no plain file, `endless` says that reading it would not come to an end;
    `parameters` and `policy_from` are paths for the options.
    """

    group: str
    name: str
    files: Mapping[str, bytes]
    bad: int
    expected: Expected
    named: int
    target: str = ""
    parameters: str = ""
    policy_from: str = ""
    build: Callable[[Path], None] | None = field(default=None, compare=False)
    endless: bool = False

    @property
    def id(self) -> str:
        """Its name among all."""
        return f"{self.group}: {self.name}"

    def write(self, folder: Path) -> None:
        """Put everything there."""
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in self.files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        if self.build is not None:
            self.build(folder)


def case(
    group: str,
    name: str,
    files: Mapping[str, str | bytes],
    bad: int,
    expected: Expected = "finds",
    *,
    named: int | None = None,
    target: str = "",
    parameters: str = "",
    policy_from: str = "",
    build: Callable[[Path], None] | None = None,
    endless: bool = False,
) -> Case:
    """A case; where something is found, everything bad is to be named unless it says otherwise."""
    least = (bad if expected == "finds" else 0) if named is None else named
    written = {
        path: data if isinstance(data, bytes) else data.encode("utf-8", "surrogatepass")
        for path, data in files.items()
    }
    options = (target, parameters, policy_from, build, endless)
    return Case(group, name, written, bad, expected, least, *options)
