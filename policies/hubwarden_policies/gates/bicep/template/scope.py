"""What an expression sees where it stands, and the template that it is written into."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from hubwarden_policies.gates.bicep.refused import Refused
from hubwarden_policies.record import record

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hubwarden_policies.gates.bicep.files import File, Files
    from hubwarden_policies.gates.bicep.template.symbols import Deployed, Symbols

DEEPEST: Final = 70
LONGEST: Final = 1_000_000


@dataclass(slots=True)
class Unit:
    """A template in the making.

    `reads` counts what only a running deployment can answer; `unknown` are the parameters that
    stand for values that nobody here knows; `refused` is what could not be translated.
    """

    files: Files
    symbols: dict[File, Symbols]
    variables: dict[str, Any] = field(default_factory=dict)
    functions: dict[str, Any] = field(default_factory=dict)
    unknown: dict[str, Any] = field(default_factory=dict)
    refused: list[tuple[File, Refused]] = field(default_factory=list)
    open: set[tuple[File, str]] = field(default_factory=set)
    known: dict[tuple[File, str], str | None] = field(default_factory=dict)
    reads: int = 0
    depth: int = 0

    def symbols_of(self, file: File) -> Symbols:
        """The names of a file."""
        from hubwarden_policies.gates.bicep.template.symbols import Symbols

        if file not in self.symbols:
            self.symbols[file] = Symbols(file)
        return self.symbols[file]

    def nobody_knows(self, said: str) -> str:
        """An expression for a value that is not known here; `said` is how reports show it."""
        self.unknown[said] = {"$ref": "#/definitions/any"}
        return f"parameters({quoted(said)})"


@record
class Scope:
    """One place of a file: `local` has the names of loops and lambdas, as ARM's expressions;
    `within` is the resource whose body it is in, whose nested resources have their short names.

    `alone` is a place that has no template around it, as in a function: variables are written
    out there.
    """

    unit: Unit
    file: File
    local: Mapping[str, str] = field(default_factory=dict)
    alone: bool = False
    within: Deployed | None = None

    @property
    def symbols(self) -> Symbols:
        """The names that the file declares."""
        return self.unit.symbols_of(self.file)

    def inside(self, **local: str) -> Scope:
        """The scope within a loop or lambda."""
        return replace(self, local={**self.local, **local})

    def outside(self) -> Scope:
        """The scope of the file itself."""
        return replace(self, local={}, within=None)

    def deployed(self, name: str) -> Deployed | None:
        """The resource or module that has this name here."""
        if self.alone or name in self.local:
            return None
        around = self.within
        while around is not None:
            if name in around.children:
                return around.children[name]
            around = around.inside
        return self.symbols.deployed.get(name)

    def refuse(self, refused: Refused) -> None:
        """Report what is not translated, and go on."""
        self.unit.refused.append((self.file, refused))


def quoted(text: str) -> str:
    """A text as ARM's expressions write it."""
    return "'" + text.replace("'", "''") + "'"


def escaped(text: str) -> str:
    """A text as a template writes it: one that looks like an expression is marked as none."""
    return f"[{text}" if text.startswith("[") and text.endswith("]") else text
