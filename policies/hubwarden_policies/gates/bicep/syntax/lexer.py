"""A Bicep text as the grammar can read it.

The grammar of tree-sitter-bicep 1.1 does not know `...`, `a![0]` and `resourceInput<…>`, takes a
new line in an array for a blank (`['a']⏎['b']` becomes an index), reads `[a -1]` as two items, and
has trouble with quotes in long strings. So comments become blanks, the insides of strings become
`x`, and what it lacks becomes something that it has. What stood there is kept beside the text.
"""

from __future__ import annotations

import re
from typing import Final

from hubwarden_policies.gates.bicep.refused import Refused
from hubwarden_policies.gates.bicep.syntax.lexed import Lexed, Open
from hubwarden_policies.gates.bicep.syntax.strings import unescaped

DEEPEST: Final = 60

_TOKEN: Final = re.compile(
    r"(?P<space>[ \t\r]+)|(?P<line>\n)|(?P<comment>//[^\n]*|/\*.*?\*/)|(?P<hash>\#[^\n]*)"
    r"|(?P<long>'''(?P<inside>.*?)'''(?P<more>'*))|(?P<quote>')"
    r"|(?P<word>[A-Za-z_][A-Za-z0-9_]*)|(?P<number>[0-9]+)"
    r"|(?P<op>\.\.\.|=>|==|!=|=~|!~|<=|>=|&&|\|\||\?\?|::|\.\?|[-+*/%<>=!?:.,|@(){}\[\]])",
    re.DOTALL,
)
_PIECE: Final = re.compile(
    r"(?P<text>(?:[^'\\$\n]|\\.|\$(?!\{))+)|(?P<open>\$\{)|(?P<close>')", re.DOTALL
)
_PAIRS: Final = {"(": ")", "[": "]", "{": "}", "import": "}"}
_TYPED: Final = re.compile(r"[ \t]+[^\s=][^=\n]*(?==[^=])")
# What begins a statement; a name of a value that is called the same is followed by no word.
_STATEMENT: Final = re.compile(
    r"@|(?:assert|extends|extension|func|import|metadata|module|output|param|provider|resource"
    r"|test|type|using|var)[ \t]+[A-Za-z_'{*]|targetScope[ \t]*="
)
_DERIVED: Final = re.compile(r"(?:resourceInput|resourceOutput)(?=<)")


def lex(text: str, *, parameters: bool = False) -> Lexed:
    """The text of a Bicep file, or of a parameters file; raises `Refused`."""
    return _Lexer(text, parameters=parameters).run()


class _Lexer:
    def __init__(self, text: str, *, parameters: bool) -> None:
        self.text = text
        self.parameters = parameters
        self.out: list[str] = []
        self.length = 0
        self.lexed = Lexed("")
        self.open: list[Open] = []
        self.ended = False  # the last token ends an operand
        self.fresh = True  # a new line since then
        self.before = ""  # the last token
        self.decorating = False
        self.hidden = 0  # where what is not shown to the grammar ends
        self.words: list[str] = []  # of the statement, as far as it matters

    def run(self) -> Lexed:
        at = 0
        while at < len(self.text):
            found = _TOKEN.match(self.text, at)
            if not found:
                raise Refused(f"Bicep has no use for {self.text[at]!r} here.", at)
            at = self.token(found, found.lastgroup or "", at)
        if self.open:
            last = self.open[-1]
            raise Refused("This bracket is never closed: close it.", last.at)
        self.lexed.text = "".join(self.out)
        return self.lexed

    def put(self, text: str, at: int, end: int) -> None:
        """Say `text` for what stands from `at` to `end`."""
        self.out.append(text)
        self.length += len(text)
        if len(text) != end - at:
            self.lexed.moved(self.length, end - self.length)

    def token(self, found: re.Match[str], kind: str, at: int) -> int:
        """Pass a token on; returns where the next one begins."""
        said, end = found[0], found.end()
        if kind == "line":
            self.fresh = True
        if kind in {"space", "line", "comment"} or (kind == "hash" and self.fresh):
            self.fresh = self.fresh or "\n" in said
            self.put(re.sub(r"[^\n]", " ", said), at, end)
            return end
        if kind == "hash":
            raise Refused("Bicep has no use for '#' here.", at)
        self.separate(said, at)
        if kind in {"more", "long", "inside"}:
            self.lexed.strings[at] = [_long(found["inside"]) + found["more"]]
            self.put(f"'{'x' * (len(said) - 2)}'", at, end)
        elif kind == "quote":
            self.lexed.strings[at] = []
            return self.string(at, end, at)
        elif kind == "word":
            self.word(said, at, end)
        elif kind == "number":
            self.put(said, at, end)
        else:
            return self.operator(said, at, end)
        self.ended, self.fresh = True, False
        if self.hidden > end:
            self.put(" " * (self.hidden - end), end, self.hidden)
        return max(end, self.hidden)

    def separate(self, said: str, at: int) -> None:
        """Say where an item of an array ends, which its author did by a new line."""
        self.statement(said, at)
        inside = self.open[-1].bracket if self.open else ""
        begins = said[0] in "'([{-!@_" or said[0].isalnum() or said == "..."
        if inside in {"[", "import"} and self.fresh and self.ended and begins:
            self.put(",", at, at)

    def statement(self, said: str, at: int) -> None:
        """Note where a statement begins: the grammar takes a new line for a blank here too."""
        before, self.before = self.before, said
        if self.open or before in {"@", "."} or not _STATEMENT.match(self.text, at):
            return
        if self.fresh and not self.decorating:
            self.lexed.starts.append(self.length)
        if self.fresh or said != "@":
            self.decorating = said == "@"

    def word(self, said: str, at: int, end: int) -> None:
        if not self.open and self.fresh:
            self.words = []
        self.words.append(said)
        if _DERIVED.match(self.text, at):
            self.put("resource", at, end)
        else:
            self.put(said, at, end)
        if self.words[0] == "var" and len(self.words) == 2 and not self.open:
            # The type of a variable says nothing of its value, and the grammar knows none.
            self.hidden = typed.end() if (typed := _TYPED.match(self.text, end)) else end
        if self.parameters and len(self.words) == 2 and self.words[0] == "param":
            # The grammar wants a type there; nobody reads it.
            self.put(" object", end, end)

    def operator(self, said: str, at: int, end: int) -> int:
        if said == "...":
            self.lexed.spreads.add(at)
            inside = self.open[-1].bracket if self.open else ""
            self.put({"{": "_1:", "[": "_=>"}.get(inside, said), at, end)
        elif said == "!" and self.ended and not self.fresh:
            # An assertion for the type checker: it says nothing of the value.
            self.put(" ", at, end)
            return end
        elif said == "-" and self.ended and not self.fresh:
            self.put("- ", at, end)
        elif said == "}" and self.open and self.open[-1].bracket == "${":
            return self.string(at, end, self.open.pop().string)
        else:
            self.bracket(said, at)
            self.put(said, at, end)
        self.ended, self.fresh = said in {")", "]", "}"}, False
        return end

    def bracket(self, said: str, at: int) -> None:
        if said in _PAIRS:
            imported = said == "{" and self.words[:1] == ["import"] and not self.open
            self.enter(Open("import" if imported else said, at))
        elif said in {")", "]", "}"}:
            if not self.open or _PAIRS.get(self.open[-1].bracket) != said:
                raise Refused(f"`{said}` closes nothing.", at)
            self.open.pop()

    def enter(self, bracket: Open) -> None:
        if len(self.open) >= DEEPEST:
            raise Refused(f"This is nested deeper than {DEEPEST} brackets: split it.", bracket.at)
        self.open.append(bracket)

    def string(self, at: int, inside: int, start: int) -> int:
        """Read on in the string that began at `start`; `at` is its quote, or the `}` in it."""
        self.put(self.text[at:inside], at, inside)
        said = ""
        while found := _PIECE.match(self.text, inside):
            if found.lastgroup == "text":
                said += unescaped(found[0], inside)
                self.put("x" * len(found[0]), inside, found.end())
                inside = found.end()
                continue
            self.lexed.strings[start].append(said)
            self.put(found[0], inside, found.end())
            self.ended = found.lastgroup == "close"
            self.fresh = False
            if found.lastgroup == "open":
                self.enter(Open("${", inside, start))
            return found.end()
        raise Refused("This text is never closed: end it with a quote on its line.", start)


def _long(inside: str) -> str:
    """The value of a long string: a new line right after the quotes is not part of it."""
    return re.sub(r"\A\r?\n", "", inside)
