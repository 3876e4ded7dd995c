"""Finds known texts, or pieces of them, in whatever a program lets out.

A piece of twelve characters is enough, whatever its case and direction and under whatever
encodings (`decodings.py`). Of a digest or a signature the whole is needed: it is told by its value.
"""

from __future__ import annotations

import binascii
import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from hubwarden_policies.gates.program.leaks.decodings import SHORTEST, decodings, may_encode
from hubwarden_policies.gates.program.leaks.digests import SIZES, digests
from hubwarden_policies.gates.program.leaks.grams import Grams
from hubwarden_policies.record import record

_DEEPEST: Final = 4
# Bytes that one value is decoded to, all in all: several times the largest file that is read.
_MOST_WORK: Final = 1 << 28
# Bytes of a value up to which the answer is kept: the same texts come again, the same files not.
_KEPT: Final = 1 << 16
# Sizes of pieces, blocks and strides (`grams.py`): of texts, and of what base64 texts encode.
_BLOCKS: Final = (SHORTEST, 6, 7)
_RAW_BLOCKS: Final = (SHORTEST * 3 // 4, 4, 6)
_RAW: Final = "its bytes"
_PART: Final = "a part of it"


@record
class Needle:
    """A text to look for. `around` are texts that hold it, whose digests are looked for too."""

    text: str
    around: tuple[str, ...] = ()


@record
class Hit:
    """A needle that was found.

    `encoding` reads from the outside in (`base64 of gzip`), `plain` where there is none. `digest`
    says that only a hash of it was found, `signature` that only what was signed with it was, `part`
    that only a piece of it was, or only the bytes that it encodes.
    """

    needle: Needle
    encoding: str
    digest: bool = False
    signature: bool = False
    part: bool = False


class Search:
    """An index of needles. Fill it first, then ask it of as many values as there are."""

    def __init__(self, needles: Iterable[Needle]) -> None:
        self._text: Grams[Needle] = Grams(*_BLOCKS)
        self._raw: Grams[Needle] = Grams(*_RAW_BLOCKS)
        self._values: dict[bytes, Hit] = {}
        self._keys: dict[bytes, Needle] = {}
        self._known: dict[str | bytes, tuple[Hit, ...]] = {}
        for needle in needles:
            self._add(needle)

    def sign(self, key: bytes, signature: bytes) -> None:
        """Look for this signature, if its key is a needle or the bytes that a needle encodes."""
        needle = self._keys.get(key)
        if needle is not None:
            self._values.setdefault(signature, Hit(needle, "signature", signature=True))

    def find(self, value: str | bytes) -> tuple[Hit, ...]:
        """The needles in a value, each once, where it is plainest."""
        known = self._known.get(value)
        if known is None:
            data = value.encode("utf-8", "surrogatepass") if isinstance(value, str) else value
            known = tuple(self._scan(data).values())
            if len(data) <= _KEPT:
                self._known[value] = known
        return known

    def _add(self, needle: Needle) -> None:
        text = needle.text.encode("utf-8", "surrogatepass")
        self._keys[text] = needle
        self._text.add(text.lower(), needle)
        self._text.add(text.lower()[::-1], needle)
        try:
            raw = binascii.a2b_base64(text, strict_mode=True)
        except binascii.Error:
            raw = b""
        if len(raw) >= SHORTEST:
            self._keys[raw] = needle
            self._raw.add(raw, needle)
        for whole in filter(None, (text, raw, *(around.encode() for around in needle.around))):
            for name, value in digests(whole):
                self._values.setdefault(value, Hit(needle, name, digest=True))

    def _scan(self, data: bytes) -> dict[Needle, Hit]:
        hits: dict[Needle, Hit] = {}
        seen: set[bytes] = set()
        level: list[tuple[bytes, tuple[str, ...]]] = [(data, ())]
        work = 0
        for depth in range(_DEEPEST + 1):
            below = []
            for part, chain in level:
                work += len(part)
                if len(part) < SHORTEST or part in seen or work > _MOST_WORK:
                    continue
                seen.add(part)
                for hit in self._within(part):
                    before = hits.get(hit.needle)
                    if before is None or (before.part and not hit.part):
                        hits[hit.needle] = _told(hit, chain)
                if depth < _DEEPEST and may_encode(part):
                    below += [(inner, (*chain, name)) for name, inner in decodings(part)]
            level = below
        return hits

    def _within(self, data: bytes) -> Iterator[Hit]:
        """The needles that are in the data as they are, or hashed."""
        low = data.lower()
        for needle in self._text.find(low):
            shown = _shown(needle.text.rstrip("=").encode("utf-8", "surrogatepass"), data, low)
            yield Hit(needle, shown, part=shown == _PART)
        for needle in self._raw.find(data):
            # Where base64 was decoded that shows a mark anyhow, this says less than that.
            yield Hit(needle, _RAW, part=True)
        if len(data) in SIZES and data in self._values:
            yield self._values[data]


def _shown(text: bytes, data: bytes, low: bytes) -> str:
    """How a needle shows in data that has at least a piece of it."""
    if text in data:
        return "JSON" if _is_json(data) else "plain"
    if text.lower() in low:
        return "text in another case"
    if text.lower()[::-1] in low:
        return "reversed text"
    return _PART


def _is_json(data: bytes) -> bool:
    if data.lstrip()[:1] not in (b"{", b"[", b'"'):
        return False
    try:
        json.loads(data)
    except (ValueError, RecursionError):
        return False
    return True


def _told(hit: Hit, chain: tuple[str, ...]) -> Hit:
    """The hit with what is around it: `base64 of reversed text`, `hex of SHA-256`."""
    if hit.signature:
        # A signature is base64 in a token, which is percent-encoded in a URL: its plain form.
        encoding = chain[: -1 - (chain[:-1][-1:] == ("percent-encoding",))] if chain else chain
        return replace(hit, encoding=" of ".join(encoding) or "plain")
    names = [*chain] if hit.encoding == "plain" and chain else [*chain, hit.encoding]
    return replace(hit, encoding=" of ".join(names))
