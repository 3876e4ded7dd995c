"""Marks are found under whatever a program makes of them, and nowhere else."""

from __future__ import annotations

import base64
import bz2
import gzip
import hashlib
import hmac
import html
import io
import json
import lzma
import random
import tarfile
import time
import urllib.parse
import uuid
import zipfile
import zlib
from collections.abc import Callable

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from hubwarden_policies.gates.program.hubwarden_recorder.made_up.marks import Marks
from hubwarden_policies.gates.program.leaks.search import Needle, Search

MARKS = Marks()
KEY = MARKS.mark("call:azure-native:iothub:listKeys", "primaryKey")
OTHERS = [MARKS.mark("urn", str(number)) for number in range(300)]
CONNECTION = f"HostName=hub.azure-devices.net;SharedAccessKeyName=service;SharedAccessKey={KEY}"
NEEDLE = Needle(KEY, (CONNECTION,))
SEARCH = Search([NEEDLE, *map(Needle, OTHERS)])


def _zip(data: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("settings.json", data)
    return buffer.getvalue()


def _tar(data: bytes) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        member = tarfile.TarInfo("settings.json")
        member.size = len(data)
        archive.addfile(member, io.BytesIO(data))
    return buffer.getvalue()


def _raw_deflate(data: bytes) -> bytes:
    deflater = zlib.compressobj(wbits=-15)
    return deflater.compress(data) + deflater.flush()


def _every(form: str) -> Callable[[bytes], bytes]:
    return lambda data: "".join(form.format(byte) for byte in data).encode()


def _url_safe(data: bytes) -> bytes:
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def _utf16(data: bytes) -> bytes:
    return data.decode("latin-1").encode("utf-16-le")


# Encodings of any bytes whose outcome is text, and such whose outcome is not.
TEXTS: dict[str, Callable[[bytes], bytes]] = {
    "base64": base64.b64encode,
    "base64 without padding": lambda data: base64.b64encode(data).rstrip(b"="),
    "URL-safe base64": _url_safe,
    "base64 in lines": base64.encodebytes,
    "base32": base64.b32encode,
    "base32 in lower case": lambda data: base64.b32encode(data).lower(),
    "hex": lambda data: data.hex().encode(),
    "HEX": lambda data: data.hex().upper().encode(),
    "hex with colons": lambda data: data.hex(":").encode(),
    "hex in 0x": lambda data: ", ".join(f"0x{byte:02x}" for byte in data).encode(),
    "percent": lambda data: urllib.parse.quote_from_bytes(data).encode(),
    "percent of all": _every("%{:02X}"),
    "unicode escapes": _every("\\u{:04x}"),
    "byte escapes": _every("\\x{:02x}"),
    "octal escapes": _every("\\{:03o}"),
    "HTML entities": _every("&#{};"),
    "numbers": lambda data: str(list(data)).encode(),
    "quoted-printable": _every("={:02X}"),
}
BYTES: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "zlib": zlib.compress,
    "raw deflate": _raw_deflate,
    "bzip2": bz2.compress,
    "xz": lzma.compress,
    "zip": _zip,
    "tar": _tar,
    "UTF-16": _utf16,
    "UTF-32": lambda data: data.decode("latin-1").encode("utf-32-be"),
}
AROUND = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=20)


def found(value: str | bytes) -> set[str]:
    return {hit.needle.text for hit in SEARCH.find(value)}


def encoding(value: str | bytes) -> str:
    (hit,) = SEARCH.find(value)
    assert hit.needle == NEEDLE
    return hit.encoding


@pytest.mark.parametrize("name", [*TEXTS, *BYTES])
def test_every_encoding_is_seen_through(name: str) -> None:
    assert found((TEXTS | BYTES)[name](CONNECTION.encode())) == {KEY}


@given(
    st.lists(st.sampled_from(sorted(TEXTS)), min_size=1, max_size=2),
    st.sampled_from([*sorted(BYTES), ""]),
    AROUND,
)
@settings(max_examples=150, deadline=None)
@example(["base64", "base64"], "gzip", "")
@example(["percent", "percent"], "", "a b")
def test_encodings_are_seen_through_one_in_another(
    outer: list[str], packed: str, around: str
) -> None:
    data = f"{around}{CONNECTION}{around}".encode()
    if packed:
        data = BYTES[packed](data)
    for name in outer:
        data = TEXTS[name](data)
    assert KEY in found(data), outer


@given(st.integers(0, 32), st.integers(12, 44), AROUND, AROUND)
@settings(max_examples=200, deadline=None)
def test_a_piece_of_twelve_characters_is_enough(
    start: int, length: int, before: str, after: str
) -> None:
    piece = KEY[start : start + max(12, length)]
    assert len(piece) >= 12
    assert KEY in found(f"{before}{piece}{after}")
    assert KEY in found(f"{before}{piece[::-1]}{after}")
    assert KEY in found(f"{before}{piece.swapcase()}{after}")


def test_what_stands_beside_a_mark_does_not_make_it_look_like_another() -> None:
    unit, other = KEY[8:12], KEY[8:10] + "2x"
    search = Search([NEEDLE, Needle(KEY.replace(unit, other))])
    assert [hit.needle for hit in search.find(f"2x{KEY}")] == [NEEDLE]


@given(st.integers(0, 20), st.integers(0, 7), st.sampled_from(["base64", "base32", "hex"]))
@settings(max_examples=200, deadline=None)
def test_what_is_glued_to_an_encoded_text_does_not_hide_it(
    start: int, before: int, name: str
) -> None:
    glued = b"prefix7"[:before] + TEXTS[name](KEY[start:].encode())
    assert found(glued) == {KEY}


@given(st.integers(12, 20))
def test_a_text_that_is_split_shows_in_each_piece(size: int) -> None:
    for start in range(0, len(KEY) - size, size):
        assert found(f"part: {KEY[start : start + size]}") == {KEY}


def test_a_key_is_told_by_the_bytes_that_it_encodes() -> None:
    raw = base64.b64decode(KEY)
    assert found(raw) == {KEY}
    assert encoding(raw.hex()) == "hex of its bytes"
    assert found(raw[5:20].hex()) == {KEY}


def test_reversed_base64_is_turned_round() -> None:
    assert encoding(base64.b64encode(CONNECTION.encode()).decode()[::-1]) == "reversal of base64"


@pytest.mark.parametrize("name", ["md5", "sha1", "sha256", "sha512", "sha3_256", "blake2b"])
@pytest.mark.parametrize("text", [KEY.encode(), base64.b64decode(KEY), CONNECTION.encode()])
def test_a_digest_is_told_by_its_value(name: str, text: bytes) -> None:
    digest = hashlib.new(name, text)
    forms = [
        digest.hexdigest(),
        digest.hexdigest().upper(),
        base64.b64encode(digest.digest()).decode(),
        f"sha-{base64.b64encode(digest.digest()).decode().rstrip('=')}",
        json.dumps({"version": digest.hexdigest()}),
    ]
    for form in forms:
        (hit,) = SEARCH.find(form)
        assert hit.digest
        assert hit.needle == NEEDLE


def test_a_beginning_of_a_digest_tells_nothing() -> None:
    assert not found(hashlib.sha256(KEY.encode()).hexdigest()[:16])


@pytest.mark.parametrize("key", [KEY.encode(), base64.b64decode(KEY)])
def test_what_is_signed_with_a_key_is_told_by_the_signature(key: bytes) -> None:
    search = Search([NEEDLE])
    signature = hmac.new(key, b"hub\n4102444800", hashlib.sha256).digest()
    search.sign(key, signature)
    search.sign(b"another key", b"x" * 32)
    sign = urllib.parse.quote_plus(base64.b64encode(signature))
    for token in (f"SharedAccessSignature sr=hub&sig={sign}&se=1", signature.hex()):
        (hit,) = search.find(token)
        assert hit.signature
        assert hit.encoding == "plain"
    assert not search.find(base64.b64encode(b"x" * 32).decode())


def test_the_encoding_reads_from_the_outside_in() -> None:
    data = CONNECTION.encode()
    assert encoding(CONNECTION) == "plain"
    assert encoding(json.dumps({"hub": [CONNECTION]})) == "JSON"
    assert encoding(base64.b64encode(gzip.compress(json.dumps([CONNECTION]).encode()))) == (
        "base64 of gzip of JSON"
    )
    assert encoding(base64.b64encode(base64.b64encode(data))) == "base64 of base64"
    assert encoding(base64.b64encode(_utf16(data))) == "base64 of UTF-16"
    assert encoding(KEY.upper()) == "text in another case"
    assert encoding(KEY[::-1]) == "reversed text"
    assert encoding(KEY[5:25]) == "a part of it"
    assert encoding(hashlib.sha256(KEY.encode()).hexdigest()) == "hex of SHA-256"


def test_each_of_several_is_found_once() -> None:
    text = f"{KEY} {OTHERS[0]} {KEY} {base64.b64encode(OTHERS[1].encode()).decode()}"
    assert found(text) == {KEY, OTHERS[0], OTHERS[1]}


def test_any_text_can_be_looked_for() -> None:
    planted = "Zk9vLmJhci5xdXV4LTEyMzQ1Njc4OTA="
    number = "142407840145051"
    search = Search([Needle(planted), Needle(number)])
    assert search.find(f"AccountKey={planted[4:20]};")
    assert search.find(base64.b64encode(f"pin {number}".encode()))
    assert search.find(json.dumps({"pin": int(number)}))
    assert not search.find("AccountKey=Zk9vLmJhci5;142407840")


@given(
    st.one_of(
        st.binary(max_size=400),
        st.text(max_size=400),
        st.uuids().map(str),
        st.binary(max_size=200).map(lambda data: base64.b64encode(data).decode()),
        st.binary(max_size=200).map(bytes.hex),
        st.binary(min_size=32, max_size=32).map(lambda data: hashlib.sha256(data).hexdigest()),
        st.text(max_size=100).map(html.escape),
    )
)
@settings(max_examples=300, deadline=None)
def test_noise_is_no_mark(value: str | bytes) -> None:
    assert not SEARCH.find(value)


def test_what_is_damaged_raises_nothing() -> None:
    for pack in BYTES.values():
        data = pack(CONNECTION.encode() * 3)
        for cut in range(0, len(data), max(1, len(data) // 40)):
            SEARCH.find(data[:cut])
            SEARCH.find(data[:cut] + b"\xff" * 8 + data[cut + 8 :])


def test_a_bomb_is_not_unpacked_to_its_end() -> None:
    bomb = gzip.compress(gzip.compress(b"\0" * (1 << 28)))
    began = time.monotonic()
    assert not SEARCH.find(bomb)
    assert time.monotonic() - began < 20


@pytest.mark.parametrize("name", ["as it is", "base64", "hex", "base64 in lines"])
def test_a_large_file_of_noise_is_searched_in_seconds(name: str) -> None:
    noise = random.Random(1).randbytes(1 << 21)
    data = TEXTS[name](noise) if name in TEXTS else noise
    began = time.process_time()
    assert not SEARCH.find(data)
    assert time.process_time() - began < 8


def test_a_thousand_resources_are_searched_at_once() -> None:
    """Fifty leaves each; the budget is half a second, the bound leaves room for a busy machine."""
    rnd = random.Random(1)
    group = "/subscriptions/" + str(uuid.UUID(int=rnd.getrandbits(128))) + "/resourceGroups/plant"
    leaves = []
    for number in range(1000):
        name = f"hub{number}{hashlib.sha256(str(number).encode()).hexdigest()[:8]}"
        leaves += [
            f"{group}/providers/Microsoft.Devices/IotHubs/{name}",
            f"{name}.azure-devices.net",
            str(uuid.UUID(int=rnd.getrandbits(128))),
            f"urn:pulumi:dev::plant::azure-native:iothub:IotHubResource::{name}",
            *(f"value {n} of {name}" for n in range(6)),
            *(["westeurope", "Enabled", "2023-06-30", "Connections"] * 10),
        ]
    assert len(leaves) == 50_000
    search = Search([NEEDLE, *map(Needle, OTHERS)])
    began = time.process_time()
    assert not any(search.find(leaf) for leaf in leaves)
    assert time.process_time() - began < 2
