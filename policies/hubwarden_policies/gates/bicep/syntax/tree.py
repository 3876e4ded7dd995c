"""What a Bicep file says. `at` is the offset in its text from where something stands."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Node:
    """Anything that has a place."""

    at: int


@dataclass(frozen=True, slots=True)
class Literal(Node):
    """A number, a truth value or null."""

    value: int | bool | None


@dataclass(frozen=True, slots=True)
class Text(Node):
    """A string: its `literals` with the interpolated expressions between them."""

    literals: tuple[str, ...]
    between: tuple[Expression, ...] = ()

    @property
    def plain(self) -> str | None:
        """Its value where nothing is interpolated."""
        return None if self.between else self.literals[0]


@dataclass(frozen=True, slots=True)
class Name(Node):
    """A bare word."""

    name: str


@dataclass(frozen=True, slots=True)
class Spread(Node):
    """`...value` in an object or array."""

    value: Expression


@dataclass(frozen=True, slots=True)
class Property(Node):
    """`key: value` in an object."""

    key: Text
    value: Expression


@dataclass(frozen=True, slots=True)
class Object(Node):
    """`{ … }`, with the resources that are declared in it."""

    entries: tuple[Property | Spread, ...]
    resources: tuple[Resource, ...] = ()

    def get(self, key: str) -> Property | None:
        """The entry with this literal key."""
        return next(
            (e for e in self.entries if isinstance(e, Property) and e.key.plain == key), None
        )


@dataclass(frozen=True, slots=True)
class Array(Node):
    """`[ … ]`."""

    items: tuple[Expression | Spread, ...]


@dataclass(frozen=True, slots=True)
class Loop(Node):
    """`[for item in over: body]`, each with a condition or None."""

    item: str
    index: str | None
    over: Expression
    body: Expression
    condition: Expression | None = None


@dataclass(frozen=True, slots=True)
class Member(Node):
    """`of.name`, or `of.?name` where it is `safe`."""

    of: Expression
    name: str
    safe: bool = False


@dataclass(frozen=True, slots=True)
class Index(Node):
    """`of[index]`, or `of[?index]` where it is `safe`."""

    of: Expression
    index: Expression
    safe: bool = False


@dataclass(frozen=True, slots=True)
class Nested(Node):
    """`of::name`."""

    of: Expression
    name: str


@dataclass(frozen=True, slots=True)
class Call(Node):
    """`function(arguments)`."""

    function: Expression
    arguments: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Group(Node):
    """`(a)`, or the names of a lambda."""

    items: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Unary(Node):
    """`!operand`, `-operand`."""

    operator: str
    operand: Expression


@dataclass(frozen=True, slots=True)
class Binary(Node):
    """`left operator right`."""

    operator: str
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class Ternary(Node):
    """`condition ? yes : no`."""

    condition: Expression
    yes: Expression
    no: Expression


@dataclass(frozen=True, slots=True)
class Lambda(Node):
    """`(names) => body`."""

    names: tuple[str, ...]
    body: Expression


Expression = (
    Literal | Text | Name | Object | Array | Loop | Member | Index | Nested | Call | Group
    | Unary | Binary | Ternary | Lambda
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Type(Node):
    """What a type means to ARM: `base` is its primitive type, None where that is not known here.

    `named` is the type that it refers to, `allowed` the literals of a union.
    """

    base: str | None
    named: tuple[str, ...] = ()
    nullable: bool = False
    secure: bool = False
    allowed: tuple[str | int | bool, ...] = ()


@dataclass(frozen=True, slots=True)
class Declaration(Node):
    """A statement that declares `name`."""

    name: str
    decorators: tuple[Call, ...] = field(default=(), kw_only=True)


@dataclass(frozen=True, slots=True)
class Parameter(Declaration):
    """`param name type = default`."""

    type: Type
    default: Expression | None


@dataclass(frozen=True, slots=True)
class Variable(Declaration):
    """`var name = value`."""

    value: Expression


@dataclass(frozen=True, slots=True)
class Output(Declaration):
    """`output name type = value`."""

    type: Type
    value: Expression


@dataclass(frozen=True, slots=True)
class TypeName(Declaration):
    """`type name = type`."""

    type: Type


@dataclass(frozen=True, slots=True)
class Function(Declaration):
    """`func name(parameters) returns => body`."""

    parameters: tuple[tuple[str, Type], ...]
    returns: Type
    body: Expression


@dataclass(frozen=True, slots=True)
class Resource(Declaration):
    """`resource name 'kind' = …`; `loop` has the body's place in a loop, `condition` an `if`."""

    kind: Text
    existing: bool
    body: Object
    condition: Expression | None
    loop: Loop | None


@dataclass(frozen=True, slots=True)
class Module(Resource):
    """`module name 'path' = …`."""


@dataclass(frozen=True, slots=True)
class Import(Declaration):
    """`import { original as name } from 'path'`; `original` is `*` for all of it."""

    original: str
    path: Text


@dataclass(frozen=True, slots=True)
class Setting(Declaration):
    """`targetScope = value`, `using value`: `name` is the word."""

    value: Expression
