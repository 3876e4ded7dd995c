"""Keys of the published layout, against the published vectors of its checksum."""

from __future__ import annotations

import base64
import random
import re
import secrets

import pytest

from hubwarden_cli.azure.identifiable import Kind, identifiable_key, is_identifiable, marvin32

KINDS: tuple[Kind, ...] = ("hub", "dps", "device")
# GeneratedRegexPatterns of microsoft/security-utilities, for 32-byte keys of Azure IoT.
PUBLISHED = re.compile(r"[A-Za-z0-9+/]{33}AIoT[A-P][A-Za-z0-9+/]{5}=")


# src/security-utilities-node/tests/marvin.spec.ts of microsoft/security-utilities; the first one
# is SymCrypt's own (lib/marvin32.c), those with the seeds …bdbcc are also dotnet/corefx's.
@pytest.mark.parametrize(
    ("seed", "data", "hashed"),
    [
        (0xD53CD9CECD0893B7, b"abc", 0x22C74339492769BF),
        (0xDDDDEEEEFFFF000, b"abcdefghijklmnopqrstuvwxyz", 0xA128EB7E7260ACA2),
        (0x004FB61A001BDBCC, b"", 0x30ED35C100CD3C7D),
        (0x004FB61A001BDBCC, bytes.fromhex("af"), 0x48E73FC77D75DDC1),
        (0x004FB61A001BDBCC, bytes.fromhex("e70f"), 0xB5F6E1FC485DBFF8),
        (0x004FB61A001BDBCC, bytes.fromhex("37f495"), 0xF0B07C789B8CF7E8),
        (0x004FB61A001BDBCC, bytes.fromhex("8642dc59"), 0x7008F2E87E9CF556),
        (0x004FB61A001BDBCC, bytes.fromhex("ab427ea8d10fc7"), 0xE11847E4F0678C41),
        (0x804FB61A001BDBCC, bytes.fromhex("153fb79826"), 0x0A06114B13464DBD),
        (0x804FB61A801BDBCC, bytes.fromhex("ff00ff00ff00ff"), 0xFDFD187B1D3CE784),
    ],
)
def test_the_checksum_is_marvin32(seed: int, data: bytes, hashed: int) -> None:
    assert marvin32(data, seed) == hashed


def test_the_checksum_is_the_folded_hash_in_little_endian() -> None:
    """As Marvin.ComputeHash32 and BitConverter.ToInt32 have it in IdentifiableSecrets.cs there."""

    def folded(data: bytes, seed: int) -> int:
        hashed = marvin32(data, seed)
        return hashed >> 32 ^ hashed & 0xFFFFFFFF

    # Published with the vectors above, as `checksum32`.
    assert folded(b"abc", 0xD53CD9CECD0893B7) == 0x6BE02A86
    raw = base64.b64decode(identifiable_key("hub", random.Random(2).randbytes).reveal())
    assert int.from_bytes(raw[28:], "little") == folded(raw[:28], int.from_bytes(b"IoTHub00"))


@pytest.mark.parametrize("kind", KINDS)
def test_a_new_key_has_the_published_layout(kind: Kind) -> None:
    for seed in range(500):
        text = identifiable_key(kind, random.Random(seed).randbytes).reveal()
        assert PUBLISHED.fullmatch(text)
        assert len(base64.b64decode(text)) == 32
        assert is_identifiable(text, kind)


def test_a_key_is_of_one_kind_only() -> None:
    text = identifiable_key("hub", secrets.token_bytes).reveal()
    assert [is_identifiable(text, kind) for kind in KINDS] == [True, False, False]


def test_a_changed_character_is_noticed() -> None:
    text = identifiable_key("dps", random.Random(1).randbytes).reveal()
    # The last one before the padding has bits that mean nothing.
    for place in range(42):
        other = "B" if text[place] == "A" else "A"
        assert not is_identifiable(text[:place] + other + text[place + 1 :], "dps"), place


@pytest.mark.parametrize("text", ["", "=", "AIoT", "é" * 44, "A" * 43 + "="])
def test_other_texts_are_not_identifiable(text: str) -> None:
    assert not is_identifiable(text, "hub")


def test_the_random_bits_are_kept() -> None:
    """All but the 26 that are fixed: no two draws that differ there give one key."""
    zeros, ones = (
        base64.b64decode(identifiable_key("hub", drawn).reveal())[:28]
        for drawn in (bytes, lambda size: b"\xff" * size)
    )
    differing = sum((left ^ right).bit_count() for left, right in zip(zeros, ones, strict=True))
    assert differing == 28 * 8 - 26
