"""What the configuration in a plan says of an attribute: which others it is made of.

The plan keeps only the names that an expression mentions, not the expression. A name is followed
through the variables and outputs of modules; a `local` value is not in the plan, and what it is
made of stays unknown.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from hubwarden_policies.gates.terraform.instances import Instance, Key, Modules
from hubwarden_policies.record import record

# One step of a name: `.word`, `["key"]` or `[0]`.
_STEP: Final = re.compile(r'\.?([\w-]+)|\["((?:[^"\\]|\\.)*)"\]|\[(\d+)\]')
_DEEPEST: Final = 100
# What is a name of no block.
_OTHER: Final = frozenset({"var", "module", "each", "count", "local", "path", "terraform", "self"})
# A name, the modules that it stands in, and the block, for what `each` is there.
_Name = tuple[Modules, str, Any]


@record
class Mention:
    """An attribute of a block that an expression mentions; "" for the block as a whole.

    `key` is None where the expression does not say which instance it means.
    """

    modules: Modules
    data: bool
    type: str
    name: str
    key: Key
    attribute: str


class Configuration:
    """The blocks and modules of a configuration, {} where the input has none."""

    def __init__(self, configuration: Any) -> None:
        self._root: Mapping[str, Any] = _dig(configuration, "root_module")
        self._by_key: dict[tuple[object, ...], Mapping[str, Any]] = {}
        for modules, block in self.blocks():
            names = tuple(name for name, _ in modules)
            of = str(block.get("type")), str(block.get("name"))
            self._by_key.setdefault((names, block.get("mode") == "data", *of), block)

    def block(self, one: Instance) -> Mapping[str, Any] | None:
        """The block that an instance is made of, None where the input does not have it."""
        names = tuple(name for name, _ in one.modules)
        return self._by_key.get((names, one.data, one.type, one.name))

    def blocks(self) -> Iterator[tuple[Modules, Mapping[str, Any]]]:
        """Every block with the modules that lead to it, data sources too."""
        waiting: list[tuple[Modules, Mapping[str, Any]]] = [((), self._root)]
        while waiting:
            modules, module = waiting.pop()
            yield from ((modules, block) for block in _objects(module.get("resources")))
            for name, call in _dig(module, "module_calls").items():
                waiting.append(((*modules, (name, None)), _dig(call, "module")))

    def outputs(self) -> Mapping[str, Any]:
        """The root module's outputs."""
        return _dig(self._root, "outputs")

    def mentions(self, modules: Modules, expression: Any, block: Any = None) -> list[Mention]:
        """What an expression in a module is made of; `block` is where it stands, for `each`."""
        found: dict[Mention, None] = {}
        for at, name in self._names(modules, expression, block):
            mention = _mentioned(at, name)
            found.update({} if mention is None else {mention: None})
        # Terraform also lists what a name begins with.
        precise = {(m.modules, m.type, m.name) for m in found if m.attribute}
        return [m for m in found if m.attribute or (m.modules, m.type, m.name) not in precise]

    def has_local(self, modules: Modules, expression: Any, block: Any = None) -> bool:
        """Whether an expression is made of a local value, and so of nobody knows what."""
        return any(name[:6] == "local." for _, name in self._names(modules, expression, block))

    def _names(
        self, modules: Modules, expression: Any, block: Any
    ) -> Iterator[tuple[Modules, str]]:
        """The names in an expression and behind those names, each with where it stands."""
        seen: set[tuple[Modules, str]] = set()
        waiting: list[_Name] = [(modules, name, block) for name in names_in(expression)]
        while waiting:
            here = waiting.pop()
            # Modules may refer to each other in circles, and by many ways to the same.
            if here[:2] not in seen:
                seen.add(here[:2])
                yield here[:2]
                waiting += self._behind(*here)

    def one_attribute(self, expression: Any) -> bool:
        """Whether an expression mentions one attribute of one block of its module, and no more."""
        names = set(names_in(expression))
        longest = max(names, key=len, default="")
        direct = longest.count(".") > 1 and not longest.startswith(("var.", "module.", "each."))
        return direct and all(longest.startswith(name) for name in names)

    def _behind(self, modules: Modules, name: str, block: Any) -> Iterator[_Name]:
        """The names that a variable, an output or `each` stands for."""
        head, *rest = _steps(name) or [""]
        if head == "var" and rest and modules:
            *above, (call, _) = modules
            said = _dig(self._module(tuple(above)), "module_calls", call)
            expression = _dig(said, "expressions").get(rest[0])
            yield from ((tuple(above), each, said) for each in names_in(expression))
        elif head == "module" and len(modules) < _DEEPEST:
            _, call, key, behind = _split(name)
            inside = (*modules, (call, key))
            output = _dig(self._module(inside), "outputs", *_steps(behind)[:1])
            yield from ((inside, each, None) for each in names_in(output.get("expression")))
        elif head == "each" and rest[:1] == ["value"] and isinstance(block, Mapping):
            for each in names_in(block.get("for_each_expression")):
                yield modules, each, None

    def _module(self, modules: Modules) -> Mapping[str, Any] | None:
        module: Mapping[str, Any] = self._root
        for name, _ in modules:
            module = _dig(module, "module_calls", name, "module")
        return module or None


def names_in(expression: Any) -> Iterator[str]:
    """The names that an expression mentions, also those in the blocks below it."""
    waiting = [expression]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Mapping):
            said = one.get("references")
            yield from (name for name in _items(said) if isinstance(name, str))
            waiting += [item for key, item in one.items() if key != "constant_value"]
        elif isinstance(one, list):
            waiting += one


def _steps(name: str) -> list[str]:
    return [key or word or number for word, key, number in _STEP.findall(name)]


def _mentioned(modules: Modules, name: str) -> Mention | None:
    """The block that a name is of, None for a name of something else."""
    head, *rest = _steps(name) or [""]
    data = head == "data"
    if head in _OTHER or len(rest) < (2 if data else 1):
        return None
    type_, label, key, attribute = _split(name.removeprefix("data.") if data else name)
    return Mention(modules, data, type_, label, key, attribute)


def _split(name: str) -> tuple[str, str, Key, str]:
    """`azurerm_iothub.main["north"].id` as its type, its name, its key and the rest."""
    first, _, other = name.partition(".")
    found = re.match(r"[\w-]+", other)
    label, rest = (found[0], other[found.end() :]) if found else (other, "")
    step = re.match(r'\[(?:"((?:[^"\\]|\\.)*)"|(\d+))\]', rest)
    key: Key = None
    if step:
        key, rest = step[1] if step[2] is None else int(step[2]), rest[step.end() :]
    return first, label, key, rest.removeprefix(".")


def _dig(value: Any, *names: str) -> Mapping[str, Any]:
    for name in names:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value if isinstance(value, Mapping) else {}


def _objects(value: Any) -> list[Mapping[str, Any]]:
    return [item for item in _items(value) if isinstance(item, Mapping)]


def _items(value: Any) -> Iterable[Any]:
    return value if isinstance(value, list) else ()
