"""The grammar: what is written is read as such, what is wrong has its column."""

from __future__ import annotations

import pytest

from hubwarden_policies.gates.arm.expressions import (
    Access,
    Call,
    Expression,
    ExpressionError,
    Literal,
    parse,
)


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("['a']", Literal("a")),
        ("[-12]", Literal(-12)),
        ("[f()]", Call("f")),
        ("[ns.f('a', 1)]", Call("f", (Literal("a"), Literal(1)), "ns")),
        ("[f().a['b'][0]]",
         Access(Access(Access(Call("f"), Literal("a")), Literal("b")), Literal(0))),
        ("[f()[g().h]]", Access(Call("f"), Access(Call("g"), Literal("h")))),
        ("no expression", Literal("no expression")),
        ("[[f()]", Literal("[f()]")),
    ],
)  # fmt: skip
def test_trees(text: str, tree: Expression) -> None:
    assert parse(text) == tree


def test_a_part_knows_its_source() -> None:
    node = parse("[concat( 'a' , f( 1 ).b )]")
    assert isinstance(node, Call)
    assert [part.text for part in node.arguments] == ["'a'", "f( 1 ).b"]
    assert [part.column for part in node.arguments] == [10, 23]


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("[]", 2),
        ("[concat('a' 'b')]", 13),
        ("[concat('a',)]", 13),
        ("[concat('a']", 12),
        ("[concat('a))]", 9),
        ("[concat('a'))]", 13),
        ("[parameters]", 12),
        ("[f().]", 6),
        ("[f()[]]", 6),
        ("[a.b.c()]", 5),
        ("[f(1) g()]", 7),
        ("[f(a)]", 5),
        ("[f(#)]", 4),
        ('[f("a")]', 4),
        ("[99999999999999999999]", 2),
        ("[add(1, ٣)]", 9),
    ],
)
def test_what_is_wrong_has_its_column(text: str, column: int) -> None:
    with pytest.raises(ExpressionError) as raised:
        parse(text)
    assert raised.value.column == column
    assert raised.value.message.endswith(".")


@pytest.mark.parametrize(
    "text",
    ["[" + "f(" * 1_000 + ")" * 1_000 + "]", "[" + "f()[" * 1_000 + "0" + "]" * 1_001,
     "[concat('" + "a" * 30_000 + "')]"],
)  # fmt: skip
def test_what_is_too_much_is_a_sentence(text: str) -> None:
    with pytest.raises(ExpressionError, match="than"):
        parse(text)
