"""Keys that scanners know: base64 of 32 bytes with a signature and a checksum inside.

The layout is Microsoft's, published in microsoft/security-utilities (MIT): after 33 characters
comes "AIoT", the next two bits are zero, and the last four bytes are the Marvin32 checksum of the
28 before (little-endian), seeded by what the key is for. 198 bits remain random. Whether a hub
that enforces the layout takes a key of the client's choice is not known.
"""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Callable
from typing import Final, Literal

from hubwarden_cli.azure.key import Key

Kind = Literal["hub", "dps", "device"]

# The texts "IoTHub00", "DpsKey00" and "Device00" as big-endian numbers.
_SEEDS: Final[dict[Kind, int]] = {
    "hub": 0x496F544875623030,
    "dps": 0x4470734B65793030,
    "device": 0x4465766963653030,
}
_SIZE: Final = 32
_CHECKED: Final = 28
# What ends the 28 bytes: the 24 bits of "AIoT" and the two zeros.
_ENDING: Final = int.from_bytes(base64.b64decode("AIoT"), "big") << 2
_ENDING_BITS: Final = 26
_WORD: Final = 0xFFFFFFFF


def identifiable_key(kind: Kind, random: Callable[[int], bytes]) -> Key:
    """A new key; `random(n)` gives n random bytes, as `secrets.token_bytes` does."""
    drawn = int.from_bytes(random(_CHECKED), "big")
    head = (drawn >> _ENDING_BITS << _ENDING_BITS | _ENDING).to_bytes(_CHECKED, "big")
    return Key(base64.b64encode(head + _checksum(head, kind)).decode())


def is_identifiable(text: str, kind: Kind) -> bool:
    """Whether a scanner that knows the layout takes the text for a key of this kind."""
    try:
        raw = base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error):
        return False
    head = raw[:_CHECKED]
    ending = int.from_bytes(head, "big") & ((1 << _ENDING_BITS) - 1)
    return (
        len(raw) == _SIZE
        and ending == _ENDING
        and hmac.compare_digest(raw[_CHECKED:], _checksum(head, kind))
    )


def marvin32(data: bytes, seed: int) -> int:
    """The 64 bits of the Marvin32 hash of `data` under a 64-bit seed."""
    low, high = seed & _WORD, seed >> 32
    whole = len(data) // 4 * 4
    rest = data[whole:]
    words = [int.from_bytes(data[at : at + 4], "little") for at in range(0, whole, 4)]
    for word in (*words, int.from_bytes(rest + b"\x80", "little"), 0):
        low, high = _mixed((low + word) & _WORD, high)
    return high << 32 | low


def _checksum(head: bytes, kind: Kind) -> bytes:
    folded = marvin32(head, _SEEDS[kind])
    return ((folded >> 32 ^ folded) & _WORD).to_bytes(4, "little")


def _mixed(low: int, high: int) -> tuple[int, int]:
    high ^= low
    low = (_turned(low, 20) + high) & _WORD
    high = _turned(high, 9) ^ low
    low = (_turned(low, 27) + high) & _WORD
    return low, _turned(high, 19)


def _turned(word: int, bits: int) -> int:
    return (word << bits | word >> (32 - bits)) & _WORD
