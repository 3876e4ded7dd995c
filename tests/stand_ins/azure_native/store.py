"""What was created, in a folder: one file for each resource, so that threads need no lock."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any


class Store:
    """Resources by id: `{"id", "type", "inputs", "outputs"}` each. Azure tells no case apart."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get(self, id_: str) -> dict[str, Any] | None:
        """The resource with this id, if there is one."""
        path = self._path(id_)
        return json.loads(path.read_text("utf-8")) if path.exists() else None

    def put(self, id_: str, type_: str, inputs: dict[str, Any], outputs: dict[str, Any]) -> None:
        """Keep a resource."""
        self._folder.mkdir(parents=True, exist_ok=True)
        kept = {"id": id_, "type": type_, "inputs": inputs, "outputs": outputs}
        self._path(id_).write_text(json.dumps(kept), "utf-8")

    def remove(self, id_: str) -> None:
        """Forget a resource; one that is gone already is none to complain of."""
        self._path(id_).unlink(missing_ok=True)

    def _path(self, id_: str) -> Path:
        return self._folder / f"{hashlib.sha256(id_.lower().encode()).hexdigest()[:32]}.json"
