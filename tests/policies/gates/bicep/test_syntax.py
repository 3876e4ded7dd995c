"""The tree of a Bicep text, where the grammar alone would read it otherwise."""

from __future__ import annotations

import re

import pytest

from hubwarden_policies.gates.bicep.syntax.reader import read
from hubwarden_policies.gates.bicep.syntax.tree import (
    Array,
    Binary,
    Call,
    Expression,
    Group,
    Index,
    Lambda,
    Literal,
    Member,
    Name,
    Nested,
    Object,
    Parameter,
    Property,
    Spread,
    Ternary,
    Text,
    Unary,
    Variable,
)


def shown(said: Expression | Spread | Property) -> str:  # noqa: C901, PLR0912 (a case for each kind)
    """The expression with every bracket that its tree implies."""
    match said:
        case Literal(_, value):
            return str(value)
        case Text():
            return repr(said.plain)
        case Name(_, name):
            return name
        case Member(_, of, name, safe):
            return f"{shown(of)}{'.?' if safe else '.'}{name}"
        case Index(_, of, index, safe):
            return f"{shown(of)}[{'?' if safe else ''}{shown(index)}]"
        case Nested(_, of, name):
            return f"{shown(of)}::{name}"
        case Call(_, function, arguments):
            return f"{shown(function)}({', '.join(map(shown, arguments))})"
        case Unary(_, operator, operand):
            return f"({operator}{shown(operand)})"
        case Binary(_, operator, left, right):
            return f"({shown(left)} {operator} {shown(right)})"
        case Ternary(_, condition, yes, no):
            return f"({shown(condition)} ? {shown(yes)} : {shown(no)})"
        case Lambda(_, names, body):
            return f"({'+'.join(names)} => {shown(body)})"
        case Array(_, items):
            return f"[{' | '.join(map(shown, items))}]"
        case Object(_, entries, _):
            return f"{{{' | '.join(map(shown, entries))}}}"
        case Property(_, key, value):
            return f"{key.plain}: {shown(value)}"
        case Spread(_, value):
            return f"...{shown(value)}"
        case Group():
            return "group"
    return type(said).__name__


def value(text: str) -> Expression:
    found = read(f"var x = {text}\n")
    assert [refused.message for refused in found.refused] == []
    [variable] = found.declarations
    assert isinstance(variable, Variable)
    return variable.value


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("a + b.c", "(a + b.c)"),
        ("a + b.c * d[0]", "(a + (b.c * d[0]))"),
        ("a - b - c", "((a - b) - c)"),
        ("!a.b && c", "((!a.b) && c)"),
        ("-a % 2", "((-a) % 2)"),
        ("a.b == c.d ? e.f : g.h", "((a.b == c.d) ? e.f : g.h)"),
        ("a == 'b' ? c : d", "((a == 'b') ? c : d)"),
        ("a || b && c == d < e + f", "(a || (b && (c == (d < (e + f)))))"),
        ("a ?? b ? c : d", "((a ?? b) ? c : d)"),
        ("a ? b : c ?? d", "(a ? b : (c ?? d))"),
        ("a ? b : c ? d : e", "(a ? b : (c ? d : e))"),
        ("a =~ b || c !~ d", "((a =~ b) || (c !~ d))"),
        ("(a + b).c", "(a + b).c"),
        ("a\n  ? b\n  : c", "(a ? b : c)"),
        ("map(a, i => i.b == 'c' ? d : e)", "map(a, (i => ((i.b == 'c') ? d : e)))"),
        ("map(a, (i, j) => i + j.k)", "map(a, (i+j => (i + j.k)))"),
        ("a![0].b!.c", "a[0].b.c"),
        ("!a != b", "((!a) != b)"),
        ("a.?b[?0].c", "a.?b[?0].c"),
        ("a::b.c", "a::b.c"),
        ("sys.concat(a, az.resourceGroup().id)", "sys.concat(a, az.resourceGroup().id)"),
        ("a -1", "(a - 1)"),
    ],
)
def test_operators_bind_as_documented(text: str, tree: str) -> None:
    assert shown(value(text)) == tree


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("[\n  'a'\n  'b'\n]", "['a' | 'b']"),
        ("[\n  ['a']\n  ['b']\n]", "[['a'] | ['b']]"),
        ("[\n  a\n  (b)\n  [c]\n]", "[a | b | [c]]"),
        ("[\n  a[0]\n  f(b).c\n]", "[a[0] | f(b).c]"),
        ("[a[0].b == c ? d : e, f]", "[((a[0].b == c) ? d : e) | f]"),
        ("[\n  1\n  -1\n  a -1\n]", "[1 | -1 | (a - 1)]"),
        ("[ // one\n  a /* two */\n  b\n]", "[a | b]"),
        ("[\n  ...a ?? b\n  c\n]", "[...(a ?? b) | c]"),
        ("{ ...a ? b : c, d: 1 }", "{...(a ? b : c) | d: 1}"),
        ("{\n  ...f({ a: b })\n  'c-d': e\n}", "{...f({a: b}) | c-d: e}"),
        (
            "{\n  if: 1\n  for: 2\n  resource: a\n  null: b\n}",
            "{if: 1 | for: 2 | resource: a | null: b}",
        ),
        ("{\n  _1: a\n}", "{_1: a}"),
    ],
)
def test_items_end_where_their_author_ended_them(text: str, tree: str) -> None:
    assert shown(value(text)) == tree


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (r"'it\'s \\ \${a} \u{1F600}\n'", "it's \\ ${a} \U0001f600\n"),
        ("'a # b // c /* d */ $ { }'", "a # b // c /* d */ $ { }"),
        ("'''\nline ${a}\n'it''s' \\n\n'''", "line ${a}\n'it''s' \\n\n"),
        ("''''quoted''''", "'quoted'"),
        ("''''''", ""),
        ("'é 漢'", "é 漢"),
    ],
)
def test_strings(text: str, said: str) -> None:
    found = value(text)
    assert isinstance(found, Text)
    assert found.plain == said


def test_interpolations_nest() -> None:
    found = value("'a-${b ? 'x${c}y' : f({ d: '}' })}-é${g}'")
    assert isinstance(found, Text)
    assert found.literals == ("a-", "-é", "")
    assert shown(found.between[1]) == "g"
    assert isinstance(found.between[0], Ternary)


def test_a_bare_word_is_no_text() -> None:
    assert isinstance(value("Disabled"), Name)
    assert isinstance(value("'Disabled'"), Text)


@pytest.mark.parametrize(
    ("text", "place", "word"),
    [
        ("var a = 'open\nvar b = 1\n", 8, "closed"),
        ("var a = {\n  b: 1\n", 8, "closed"),
        ("var a = [1]]\n", 11, "closes nothing"),
        ("var a = 1.5\n", 9, "cannot read"),
        ("var a = ^b\n", 8, "no use"),
        ("var a = 'x\\q'\n", 10, "escape"),
        ("var a = 99999999999999999999\n", 8, "64 bits"),
        ("resource a 'b@c' =\n", 0, "cannot read"),
        ("extension microsoftGraphV1\n", 0, "cannot read"),
        ("var a = " + "(" * 500 + "1" + ")" * 500, 68, "deeper"),
        ("var a = " + "!" * 5000 + "true", 8, "operators"),
        ("var a = " + " + ".join("b" * 5000), 8, "operators"),
    ],
)
def test_what_cannot_be_read_is_said_at_its_place(text: str, place: int, word: str) -> None:
    [refused] = read(text).refused
    assert re.search(word, refused.message)
    assert refused.at == place


def test_a_statement_ends_before_the_next() -> None:
    found = read(
        "param b tier?\nparam c cfg\n@sys.allowed([\n  1\n])\n@metadata({ a: b })\nparam d int\n"
        "var e = d ?\n  type :\n  b\nvar f = d\n  ? b\n  : c\n@secure() param g string\nvar h = 1\n"
    )
    assert found.refused == []
    assert [d.name for d in found.declarations] == ["b", "c", "d", "e", "f", "g", "h"]
    assert [len(d.decorators) for d in found.declarations] == [0, 0, 2, 0, 0, 1, 0]


def test_a_broken_statement_leaves_the_others() -> None:
    found = read("var a = 1\nvar broken = (\nb c)\nvar d = 2\n")
    assert [d.name for d in found.declarations] == ["a", "d"]
    assert len(found.refused) == 1
    assert "broken" in found.broken


@pytest.mark.parametrize(
    ("text", "base", "nullable", "secure", "allowed"),
    [
        ("string", "string", False, False, ()),
        ("'a' | 'b'", "string", False, False, ("a", "b")),
        ("('a' | 'b')?", "string", True, False, ("a", "b")),
        ("(1 | 2)[]", "array", False, False, ()),
        ("{ a: string, *: int? }", "object", False, False, ()),
        ("{\n  @secure()\n  a: string\n}", "object", False, True, ()),
        ("resourceInput<'a/b@c'>.properties.d?", None, True, False, ()),
        ("string | int", None, False, False, ()),
    ],
)
def test_types(
    text: str, base: str | None, nullable: bool, secure: bool, allowed: tuple[str, ...]
) -> None:
    [found] = read(f"param x {text}\n").declarations
    assert isinstance(found, Parameter)
    of = found.type
    assert (of.base, of.nullable, of.secure, of.allowed) == (base, nullable, secure, allowed)
