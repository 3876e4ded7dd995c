"""The hashes by which a text can be told, if it is whole."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Final

_SPOKEN: Final = {
    "md5": "MD5",
    "sha1": "SHA-1",
    "sha224": "SHA-224",
    "sha256": "SHA-256",
    "sha384": "SHA-384",
    "sha512": "SHA-512",
    "sha3_224": "SHA3-224",
    "sha3_256": "SHA3-256",
    "sha3_384": "SHA3-384",
    "sha3_512": "SHA3-512",
    "blake2b": "BLAKE2b",
    "blake2s": "BLAKE2s",
}
SIZES: Final = frozenset((16, 20, 28, 32, 48, 64))
"""Bytes that these hashes, and signatures made with them, have."""


def digests(data: bytes) -> Iterator[tuple[str, bytes]]:
    """The name and the value of every hash of the data."""
    for name, spoken in _SPOKEN.items():
        yield spoken, hashlib.new(name, data, usedforsecurity=False).digest()
