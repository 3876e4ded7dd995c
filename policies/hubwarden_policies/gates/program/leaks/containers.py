"""What compressed data and archives hold."""

from __future__ import annotations

import bz2
import io
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import Final

LARGEST: Final = 1 << 24
"""Bytes that are unpacked of one thing at most: what a file may have to be looked into at all."""
_MOST_MEMBERS: Final = 2000


def unpacked(data: bytes) -> Iterator[tuple[str, bytes]]:
    """What the data holds, by the name of the format, where its first bytes say one."""
    if len(data) < 12:
        return
    for name, starts, unpack in _FORMATS:
        if starts(data):
            try:
                yield from ((name, part) for part in unpack(data) if part)
            except (OSError, ValueError, EOFError, RuntimeError, NotImplementedError,
                    zlib.error, lzma.LZMAError, zipfile.BadZipFile, tarfile.TarError):  # fmt: skip
                continue


def _zlib_header(data: bytes) -> bool:
    return data[0] & 15 == 8 and data[0] >> 4 <= 7 and (data[0] << 8 | data[1]) % 31 == 0


def _may_be_deflated(data: bytes) -> bool:
    # Raw deflate says nothing at all; a text never is one.
    return data[0] & 6 != 6 and max(data[:64]) > 126


def _inflate(bits: int) -> Callable[[bytes], Iterator[bytes]]:
    def inflate(data: bytes) -> Iterator[bytes]:
        # What follows, or is cut off, does not matter: the beginning was somebody's text.
        yield zlib.decompressobj(bits).decompress(data, LARGEST)

    return inflate


def _deflated(data: bytes) -> Iterator[bytes]:
    inflater = zlib.decompressobj(-15)
    outcome = inflater.decompress(data, LARGEST)
    if inflater.eof and not inflater.unused_data:
        yield outcome


def _bunzip2(data: bytes) -> Iterator[bytes]:
    yield bz2.BZ2Decompressor().decompress(data, LARGEST)


def _unlzma(data: bytes) -> Iterator[bytes]:
    yield lzma.LZMADecompressor().decompress(data, LARGEST)


def _unzip(data: bytes) -> Iterator[bytes]:
    left = LARGEST
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for member in archive.infolist()[:_MOST_MEMBERS]:
            yield member.filename.encode("utf-8", "surrogatepass")
            if not member.is_dir() and 0 < member.file_size <= left:
                left -= member.file_size
                with archive.open(member) as file:
                    yield file.read(member.file_size)


def _untar(data: bytes) -> Iterator[bytes]:
    with tarfile.open(fileobj=io.BytesIO(data), mode="r:") as archive:
        for number, member in enumerate(archive):
            if number == _MOST_MEMBERS:
                return
            yield member.name.encode("utf-8", "surrogatepass")
            file = archive.extractfile(member)
            if file is not None:
                yield file.read(LARGEST)


_FORMATS: Final[
    tuple[tuple[str, Callable[[bytes], bool], Callable[[bytes], Iterator[bytes]]], ...]
] = (
    ("gzip", lambda data: data[:2] == b"\x1f\x8b", _inflate(31)),
    ("zlib", _zlib_header, _inflate(15)),
    ("bzip2", lambda data: data[:3] == b"BZh", _bunzip2),
    ("xz", lambda data: data[:6] == b"\xfd7zXZ\0" or data[:3] == b"]\0\0", _unlzma),
    ("zip", lambda data: data[:4] == b"PK\3\4", _unzip),
    ("tar", lambda data: data[257:262] == b"ustar", _untar),
    ("deflate", _may_be_deflated, _deflated),
)
