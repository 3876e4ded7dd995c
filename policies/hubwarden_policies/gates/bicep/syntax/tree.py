"""What a Bicep file says. `at` is the offset in its text from where something stands."""

from __future__ import annotations

from dataclasses import field

from hubwarden_policies.record import record


@record
class Node:
    """Anything that has a place."""

    at: int


@record
class Literal(Node):
    """A number, a truth value or null."""

    value: int | bool | None


@record
class Text(Node):
    """A string: its `literals` with the interpolated expressions between them."""

    literals: tuple[str, ...]
    between: tuple[Expression, ...] = ()

    @property
    def plain(self) -> str | None:
        """Its value where nothing is interpolated."""
        return None if self.between else self.literals[0]


@record
class Name(Node):
    """A bare word."""

    name: str


@record
class Spread(Node):
    """`...value` in an object or array."""

    value: Expression


@record
class Property(Node):
    """`key: value` in an object."""

    key: Text
    value: Expression


@record
class Object(Node):
    """`{ … }`, with the resources that are declared in it."""

    entries: tuple[Property | Spread, ...]
    resources: tuple[Resource, ...] = ()

    def get(self, key: str) -> Property | None:
        """The entry with this literal key."""
        return next(
            (e for e in self.entries if isinstance(e, Property) and e.key.plain == key), None
        )


@record
class Array(Node):
    """`[ … ]`."""

    items: tuple[Expression | Spread, ...]


@record
class Loop(Node):
    """`[for item in over: body]`, each with a condition or None."""

    item: str
    index: str | None
    over: Expression
    body: Expression
    condition: Expression | None = None


@record
class Member(Node):
    """`of.name`, or `of.?name` where it is `safe`."""

    of: Expression
    name: str
    safe: bool = False


@record
class Index(Node):
    """`of[index]`, or `of[?index]` where it is `safe`."""

    of: Expression
    index: Expression
    safe: bool = False


@record
class Nested(Node):
    """`of::name`."""

    of: Expression
    name: str


@record
class Call(Node):
    """`function(arguments)`."""

    function: Expression
    arguments: tuple[Expression, ...]


@record
class Group(Node):
    """`(a)`, or the names of a lambda."""

    items: tuple[Expression, ...]


@record
class Unary(Node):
    """`!operand`, `-operand`."""

    operator: str
    operand: Expression


@record
class Binary(Node):
    """`left operator right`."""

    operator: str
    left: Expression
    right: Expression


@record
class Ternary(Node):
    """`condition ? yes : no`."""

    condition: Expression
    yes: Expression
    no: Expression


@record
class Lambda(Node):
    """`(names) => body`."""

    names: tuple[str, ...]
    body: Expression


Expression = (
    Literal | Text | Name | Object | Array | Loop | Member | Index | Nested | Call | Group
    | Unary | Binary | Ternary | Lambda
)  # fmt: skip


@record
class Type(Node):
    """What a type means to ARM: `base` is its primitive type, None where that is not known here.

    `named` is the type that it refers to, `allowed` the literals of a union.
    """

    base: str | None
    named: tuple[str, ...] = ()
    nullable: bool = False
    secure: bool = False
    allowed: tuple[str | int | bool, ...] = ()


@record
class Declaration(Node):
    """A statement that declares `name`."""

    name: str
    decorators: tuple[Call, ...] = field(default=(), kw_only=True)


@record
class Parameter(Declaration):
    """`param name type = default`."""

    type: Type
    default: Expression | None


@record
class Variable(Declaration):
    """`var name = value`."""

    value: Expression


@record
class Output(Declaration):
    """`output name type = value`."""

    type: Type
    value: Expression


@record
class TypeName(Declaration):
    """`type name = type`."""

    type: Type


@record
class Function(Declaration):
    """`func name(parameters) returns => body`."""

    parameters: tuple[tuple[str, Type], ...]
    returns: Type
    body: Expression


@record
class Resource(Declaration):
    """`resource name 'kind' = …`; `loop` has the body's place in a loop, `condition` an `if`."""

    kind: Text
    existing: bool
    body: Object
    condition: Expression | None
    loop: Loop | None


@record
class Module(Resource):
    """`module name 'path' = …`."""


@record
class Import(Declaration):
    """`import { original as name } from 'path'`; `original` is `*` for all of it."""

    original: str
    path: Text


@record
class Setting(Declaration):
    """`targetScope = value`, `using value`: `name` is the word."""

    value: Expression
