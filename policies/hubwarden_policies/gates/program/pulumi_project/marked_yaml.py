"""YAML with the place of every value: what a person wrote, and where.

PyYAML's own loaders drop the places and let a later duplicate key win in silence, which hides
half of a file from its reader. The text of a scalar is kept as written too: Pulumi hands a
program `1.50` or `yes` as it stands.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

import yaml

from hubwarden_policies.record import record

if TYPE_CHECKING:
    from pathlib import Path

# PyYAML ships its C parser in most wheels only; the Python one gives the same nodes.
_LOADER: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_CONSTRUCTOR: Final[Any] = yaml.constructor.SafeConstructor()
_INT: Final = _CONSTRUCTOR.construct_yaml_int
_FLOAT: Final = _CONSTRUCTOR.construct_yaml_float
_MOST_NODES: Final = 50_000
_MERGE: Final = "tag:yaml.org,2002:merge"


class YamlError(Exception):
    """A file that is no usable YAML: `what` completes "FILE …"; line and column from 1."""

    def __init__(self, what: str, line: int | None = None, column: int | None = None) -> None:
        super().__init__(what)
        self.what = what
        self.line = line
        self.column = column


@record
class Marked:
    """A value and where it stands (line and column from 1).

    `value` is None, a bool, int, float or str, a list of `Marked`, or a dict of `Marked` by key;
    `text` is a scalar as it was written ("" for others). `key_line` and `key_column` are the
    place of the key in front of it, or its own.
    """

    value: Any
    text: str
    line: int
    column: int
    key_line: int
    key_column: int

    def items(self) -> Iterator[tuple[str, Marked]]:
        """The entries of a mapping; nothing for anything else."""
        if isinstance(self.value, Mapping):
            yield from self.value.items()

    def get(self, key: str) -> Marked | None:
        """The entry of a mapping, None where there is none or no mapping."""
        return self.value.get(key) if isinstance(self.value, Mapping) else None

    @property
    def plain(self) -> Any:
        """The value without places."""
        if isinstance(self.value, dict):
            return {key: item.plain for key, item in self.value.items()}
        if isinstance(self.value, list):
            return [item.plain for item in self.value]
        return self.value


def read_yaml(path: Path) -> Marked | None:
    """The one document of a file, None where it is empty.

    Raises `YamlError` for bytes that are no UTF-8, for what is no YAML, for a duplicate key, for
    several documents, for a value that holds itself, and `OSError` as `Path.read_bytes` does.
    """
    data = path.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise YamlError("is not UTF-8 text", line) from None
    try:
        root = yaml.compose(text, Loader=_LOADER)
        return None if root is None else _Reader().read(root, None)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        what = f"is not valid YAML: {error.problem or error.context}"
        if mark is None:
            raise YamlError(what) from None
        raise YamlError(what, mark.line + 1, mark.column + 1) from None
    except yaml.YAMLError as error:
        raise YamlError(f"is not valid YAML: {str(error).splitlines()[0]}") from None
    except RecursionError:
        raise YamlError("is nested too deep") from None


class _Reader:
    def __init__(self) -> None:
        self._count = 0
        self._open: set[int] = set()

    def read(self, node: yaml.Node, key: yaml.Node | None) -> Marked:
        line, column = node.start_mark.line + 1, node.start_mark.column + 1
        self._count += 1
        if self._count > _MOST_NODES or id(node) in self._open:
            raise YamlError("repeats or holds itself without end", line, column)
        self._open.add(id(node))
        value: Any
        text = ""
        if isinstance(node, yaml.MappingNode):
            value = self._mapping(node)
        elif isinstance(node, yaml.SequenceNode):
            value = [self.read(item, None) for item in node.value]
        else:
            text = str(node.value)
            value = _scalar(node)
        self._open.discard(id(node))
        first = (key or node).start_mark
        return Marked(value, text, line, column, first.line + 1, first.column + 1)

    def _mapping(self, node: yaml.MappingNode) -> dict[str, Marked]:
        found: dict[str, Marked] = {}
        merged: dict[str, Marked] = {}
        for key, item in node.value:
            line, column = key.start_mark.line + 1, key.start_mark.column + 1
            if key.tag == _MERGE:
                for entry in item.value if isinstance(item, yaml.SequenceNode) else [item]:
                    merged = {**dict(self.read(entry, None).items()), **merged}
                continue
            if not isinstance(key, yaml.ScalarNode):
                raise YamlError("has a key that is no text", line, column)
            if key.value in found:
                raise YamlError(f"has the key `{key.value}` twice", line, column)
            found[key.value] = self.read(item, key)
        return {**merged, **found}


def _scalar(node: yaml.Node) -> Any:
    """The scalar as Pulumi's YAML library reads it: no dates, no flags but `true` and `false`."""
    text = str(node.value)
    kind = node.tag.rpartition(":")[2]
    if kind == "null":
        return None
    if kind == "bool" and text.lower() in ("true", "false"):
        return text.lower() == "true"
    if kind in ("int", "float"):
        try:
            return _INT(node) if kind == "int" else _FLOAT(node)
        except ValueError:
            return text
    return text
