"""One input, and what is bad in it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Row:
    """Files by their path in a folder. `bad` names resources that must not pass in silence.

    `strict`: stock Checkov does fail it, where CKV_PARSE_ERROR_FAIL is set.
    """

    name: str
    files: dict[str, bytes]
    bad: tuple[str, ...]
    strict: bool = False

    def write(self, folder: Path) -> None:
        """Put the files there."""
        for name, data in self.files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
