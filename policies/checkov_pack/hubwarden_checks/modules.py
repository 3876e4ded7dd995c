"""What hubwarden says of Terraform's HCL: a module is judged whole, as Checkov's graph has it."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from checkov_pack.hubwarden_checks import guesses, hcl, ignored, perhaps
from checkov_pack.hubwarden_checks.blocks import Block, blocks, given
from checkov_pack.hubwarden_checks.reading import Read, judge
from hubwarden_policies.gates.terraform.gate import collect

if TYPE_CHECKING:
    from datetime import date

_UNSEEN = Read(errors=("Checkov does not show the module that it belongs to; check its plan.",))


class Modules:
    """The modules of the graph that was asked about last: Checkov goes from one to the next."""

    def __init__(self, today: date) -> None:
        self._today = today
        # Held, so that no other graph takes its place in memory.
        self._graph: Any = None
        self._roots: Mapping[tuple[str, str], tuple[str, ...]] = {}
        self._reads: Mapping[str, Read] = {}

    def read(self, graph: Any, file: str, address: str) -> Read:
        """The module with this resource in a file, whose path may lack its beginning."""
        if graph is None:
            return _UNSEEN
        if graph is not self._graph:
            self._take(graph)
        for (held, named), root in self._roots.items():
            if named == address and held.endswith(file):
                return self._reads[root[0]]
        return _UNSEEN

    def _take(self, graph: Any) -> None:
        by_root: dict[str, list[Block]] = defaultdict(list)
        found = list(blocks(graph))
        try:
            found = perhaps.marked(guesses.without(found, given(graph)), graph)
            wrong = None
        except Exception as error:  # noqa: BLE001 (a guess that nobody sees would be a pass)
            wrong = Read(errors=(f"hubwarden could not read it ({type(error).__name__}).",))
        for block in found:
            by_root[block.root].append(block)
        self._roots = {
            (one.file, one.address): (root,) for root, held in by_root.items() for one in held
        }
        self._reads = {root: wrong or self._read(root, held) for root, held in by_root.items()}
        self._graph = graph

    def _read(self, root: str, found: list[Block]) -> Read:
        try:
            text = json.dumps(hcl.plan(found), default=str)
            collected = collect(text.encode(), root)
            stack = collected.stack and ignored.marked(collected.stack, found)
            return judge(replace(collected, stack=stack), root, self._today)
        except Exception as error:  # noqa: BLE001 (Checkov would take it for nothing to say)
            return Read(errors=(f"hubwarden could not read it ({type(error).__name__}).",))
