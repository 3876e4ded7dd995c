"""What a text or file may be an encoding of, one step at a time.

Every step is tried where the bytes allow it, whether or not it makes sense: who looks for
something in the outcome knows when it is there.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterator
from typing import Final
from urllib.parse import unquote_to_bytes

from hubwarden_policies.gates.program.leaks.containers import unpacked

SHORTEST: Final = 12
"""Bytes below which a piece of something is not looked for."""

# Runs of base64 in either alphabet, and without either's two special characters: what stands
# before such a run may be of the other one (`sha256-…`, `name/…`). Lines of an encoder belong
# together. Beside each pattern: what must be there for it to see more than the one before, and
# whether it is worth its time on large data.
_RUNS: Final = tuple(
    (re.compile(rb"%b{16,}(?:\r?\n[ \t]*%b+)*" % (alphabet, alphabet)), signs, always)
    for alphabet, signs, always in (
        (rb"[A-Za-z0-9+/]", (b"",), True),
        (rb"[A-Za-z0-9_-]", (b"-", b"_"), True),
        (rb"[A-Za-z0-9]", (b"+", b"/", b"-", b"_"), False),
    )
)
_SHORTEST_RUN: Final = 16
# Bytes around a single encoded character that are decoded with it, and up to which data is also
# tried in ways that cost as much as all others together.
_MARGIN: Final = 512
_LARGE: Final = 1 << 16
_ANY_RUN: Final = re.compile(rb"[A-Za-z0-9+/_-]{16}")
_HEX: Final = re.compile(rb"[0-9a-fA-F]{24,}")
_BASE32: Final = re.compile(rb"[A-Z2-7]{20,}|[a-z2-7]{20,}")
_SPACED_HEX: Final = re.compile(
    rb"(?:0[xX])?[0-9a-fA-F]{2}(?:[\s,:;-]{1,3}(?:0[xX])?[0-9a-fA-F]{2}){11,}"
)
_HEX_PAIR: Final = re.compile(rb"(?:0[xX])?([0-9a-fA-F]{2})")
_NUMBERS: Final = re.compile(rb"\d{1,3}(?:[,;\s]{1,3}\d{1,3}){11,}")
_PERCENT: Final = re.compile(rb"%[0-9a-fA-F]{2}")
_QUOTED: Final = re.compile(rb"=[0-9A-F]{2}")
_ESCAPE: Final = re.compile(
    rb"\\(?:u\{?([0-9a-fA-F]{4})\}?|U([0-9a-fA-F]{8})|x([0-9a-fA-F]{2})|([0-7]{3})|([\"'\\/nrt]))"
)
# Every pattern below and above needs one of these.
_WORTH: Final = re.compile(
    rb"[A-Za-z0-9+/_-]{16}|%[0-9a-fA-F]{2}|\\|&#|\0|=[0-9A-F]{2}|(?:\d{1,3}[,;\s]{1,3}){11}"
    rb"|(?:[0-9a-fA-Fx]{2,4}[\s,:;-]{1,3}){11}|[\x80-\xff]"
)
_ENTITY: Final = re.compile(rb"&#(?:[xX]([0-9a-fA-F]{1,6})|([0-9]{1,7}));?")
_CONTROL: Final = {b"n": b"\n", b"r": b"\r", b"t": b"\t"}
_WIDE: Final = (
    ("UTF-16", re.compile(rb"(?:[\t\n\r -~]\0){12,}|(?:\0[\t\n\r -~]){12,}")),
    ("UTF-32", re.compile(rb"(?:[\t\n\r -~]\0{3}){12,}|(?:\0{3}[\t\n\r -~]){12,}")),
)
_URL_SAFE: Final = bytes.maketrans(b"-_", b"+/")
_PRINTABLE: Final = bytes([9, 10, 13, *range(32, 127)])


def decodings(data: bytes) -> Iterator[tuple[str, bytes]]:
    """What the data, or a part of it, may stand for: the name of the encoding and the outcome."""
    yield from _substituted(data)
    if b"\0" in data:
        for name, pattern in _WIDE:
            yield from ((name, run.replace(b"\0", b"")) for run in pattern.findall(data))
    if _ANY_RUN.search(data):
        yield from _runs(data)
    for numbers in map(_numbers, _NUMBERS.findall(data)):
        if numbers is not None:
            yield "numbers", numbers
    for run in _SPACED_HEX.findall(data):
        yield "hex", bytes.fromhex(b"".join(_HEX_PAIR.findall(run)).decode())
    yield from unpacked(data)


def _substituted(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Encodings of single characters, in the middle of anything."""
    for name, sign, pattern, decode in _SUBSTITUTIONS:
        if sign in data:
            yield from ((name, decode(part)) for part in _around(data, pattern))


def _around(data: bytes, pattern: re.Pattern[bytes]) -> Iterator[bytes]:
    """What is around matches: in a large file of other content a few mean little.

    Those that are near each other belong together.
    """
    start = end = 0
    for match in pattern.finditer(data):
        if not end or match.start() - _MARGIN > end:
            if end:
                yield data[start:end]
            start = max(0, match.start() - _MARGIN)
        end = match.end() + _MARGIN
    if end:
        yield data[start:end]


def may_encode(data: bytes) -> bool:
    """Whether there is anything to decode: a quick no for names, words and the like."""
    return _WORTH.search(data) is not None


def is_text(data: bytes) -> bool:
    """Whether nearly all of it is printable ASCII."""
    return len(data.translate(None, _PRINTABLE)) * 4 <= len(data)


def _runs(data: bytes) -> Iterator[tuple[str, bytes]]:
    seen: set[bytes] = set()
    for pattern, signs, always in _RUNS:
        if not any(sign in data for sign in signs) or not (always or len(data) <= _LARGE):
            continue
        for found in pattern.findall(data):
            for run in {*_texts(found.split())} - seen:
                seen.add(run)
                yield from _base64(run)
                if len(data) * 9 <= len(run) * 10 and len(run) <= _LARGE:
                    yield "reversal", run[::-1]
    for found in _HEX.findall(data):
        for run in (found, found[1:]):
            yield "hex", binascii.unhexlify(run[: len(run) & ~1])
    for run in _BASE32.findall(data):
        yield from _base32(run.upper())


def _texts(lines: list[bytes]) -> Iterator[bytes]:
    """The text that an encoder broke into lines, else each line as well."""
    yield b"".join(lines)
    width = len(lines[0])
    if width % 4 or any(len(line) != width for line in lines[:-1]):
        yield from (line for line in lines if len(line) >= _SHORTEST_RUN)


def _base64(run: bytes) -> Iterator[tuple[str, bytes]]:
    run = run.translate(_URL_SAFE)
    for start in range(4):
        length = len(run) - start
        # One character alone holds no byte.
        part = run[start:] if length % 4 != 1 else run[start:-1]
        outcome = binascii.a2b_base64(part + b"==")
        # What was glued to the front shifts the rest; then it must look like something.
        if start == 0 or is_text(outcome):
            yield "base64", outcome


def _base32(run: bytes) -> Iterator[tuple[str, bytes]]:
    for start in range(8):
        length = len(run) - start
        length -= {1: 1, 3: 1, 6: 1}.get(length % 8, 0)
        part = run[start : start + length]
        outcome = base64.b32decode(part + b"=" * (-length % 8))
        if start == 0 or is_text(outcome):
            yield "base32", outcome


def _unescaped(match: re.Match[bytes]) -> bytes:
    short, long, byte, octal, character = match.groups()
    if character:
        return _CONTROL.get(character, character)
    return _byte(int(octal, 8) if octal else int(short or long or byte, 16))


def _entity(match: re.Match[bytes]) -> bytes:
    hexadecimal, decimal = match.groups()
    return _byte(int(decimal) if decimal else int(hexadecimal, 16))


def _byte(number: int) -> bytes:
    return bytes([number]) if number < 256 else b"?"


def _numbers(run: bytes) -> bytes | None:
    numbers = [int(number) for number in re.findall(rb"\d+", run)]
    return bytes(numbers) if max(numbers) < 256 else None


# What each replaces starts with the given bytes.
_SUBSTITUTIONS: Final[
    tuple[tuple[str, bytes, re.Pattern[bytes], Callable[[bytes], bytes]], ...]
] = (
    ("percent-encoding", b"%", _PERCENT, unquote_to_bytes),
    ("escape sequences", b"\\", _ESCAPE, lambda part: _ESCAPE.sub(_unescaped, part)),
    ("HTML entities", b"&#", _ENTITY, lambda part: _ENTITY.sub(_entity, part)),
    ("quoted-printable", b"=", _QUOTED, binascii.a2b_qp),
)
