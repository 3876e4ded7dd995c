"""The resources in the graph that Checkov makes of HCL."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

_KEYS: Final = re.compile(r"\[[^\]]*\]")
_KEY: Final = re.compile(r'\A([\w-]+)(?:\[(?:"((?:[^"\\]|\\.)*)"|(\d+))\])?\Z')


@dataclass(frozen=True, slots=True)
class Block:
    """A resource as Checkov's graph has it; `root` is the folder of the module it belongs to."""

    root: str
    file: str
    address: str
    type: str
    name: str
    key: str | int | None
    conf: Mapping[str, Any]


def blocks(graph: Any) -> Iterator[Block]:
    """Every resource in a graph of Checkov's."""
    for held in nodes(graph):
        if held.get("block_type_") != "resource":
            continue
        for type_, named in held["config_"].items():
            for label, conf in named.items():
                parts = _KEY.match(label)
                if parts is None or not isinstance(conf, Mapping) or conf.get("count") == [0]:
                    continue
                key = int(parts[3]) if parts[3] else parts[2]
                file = str(held["file_path_"])
                address = str(conf.get("__address__") or f"{type_}.{label}")
                yield Block(root_of(held), file, address, type_, parts[1], key, conf)


def given(graph: Any) -> list[str]:
    """The files of values (`.tfvars`) that Checkov was given or found."""
    found = (held for held in nodes(graph) if held.get("block_type_") == "tfvars")
    return list(dict.fromkeys(str(held["file_path_"]) for held in found))


def nodes(graph: Any) -> Iterator[Any]:
    """What the graph holds of each block, whichever library it is of."""
    for node in graph.nodes():
        yield node[1] if isinstance(node, tuple) else graph.nodes[node]


def root_of(held: Mapping[str, Any]) -> str:
    """The folder of the outermost module that a block belongs to."""
    return _folder(_root(held.get("source_module_object_")) or str(held["file_path_"]))


def unkeyed(address: str) -> str:
    """An address without what `count` and `for_each` put into it."""
    return _KEYS.sub("", address)


def _root(module: Any) -> str:
    """The file of the outermost call that leads to a block."""
    path = ""
    while module is not None:
        path, module = str(module.path), module.nested_tf_module
    return path


def _folder(file: str) -> str:
    return file.rpartition("/")[0]
