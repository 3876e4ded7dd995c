"""Values cross Pulumi's wire without losing what is secret and what is unknown."""

from __future__ import annotations

import asyncio
import base64
from typing import Any

import pulumi
import pytest
from google.protobuf import struct_pb2
from pulumi.runtime import rpc

from hubwarden_policies.gates.program.hubwarden_recorder.sdk.refusal import Refusal
from hubwarden_policies.gates.program.hubwarden_recorder.signatures import SIGNATURE
from hubwarden_policies.gates.program.hubwarden_recorder.values import (
    UNKNOWN,
    Archive,
    Asset,
    ResourceRef,
    Secret,
    decode_struct,
    encode_struct,
    plain,
    to_json,
)
from hubwarden_policies.gates.program.running.decoding import decode as read_back

# planted
KEY = "planted-" + "key"
DATA = b"\x00\x01 eight or more"
EVERYTHING: dict[str, Any] = {
    "none": None,
    "flag": True,
    "number": 3,
    "fraction": 1.5,
    "text": "plain",
    "unknown": UNKNOWN,
    "secret": Secret({"key": KEY, "later": UNKNOWN}),
    "secret unknown": Secret(UNKNOWN),
    "list": [1, Secret("x"), [UNKNOWN]],
    "resource": ResourceRef("urn:pulumi:dev::p::a:index:Thing::x", "id"),
    "asset": Asset("text", "hello"),
    "archive": Archive("assets", {"a.txt": Asset("path", "a.txt")}),
}


def test_what_is_encoded_is_decoded_as_it_was() -> None:
    assert decode_struct(encode_struct(EVERYTHING)) == EVERYTHING


def test_what_the_sdk_sends_is_understood() -> None:
    async def sent(inputs: dict[str, Any]) -> struct_pb2.Struct:
        return await rpc.serialize_properties(inputs, {})

    given = {
        "text": "plain",
        "list": [1, 2.5, None],
        "asset": pulumi.StringAsset("hello"),
        "archive": pulumi.AssetArchive({"a.txt": pulumi.StringAsset("hello")}),
        # As an export of bytes arrives.
        "data": list(DATA),
    }
    found = decode_struct(asyncio.run(sent(given)))
    assert found["text"] == "plain"
    assert found["asset"] == Asset("text", "hello")
    assert found["archive"] == Archive("assets", {"a.txt": Asset("text", "hello")})
    assert to_json(found["data"]) == {
        "$hw": "bytes",
        "value": base64.b64encode(DATA).decode(),
    }


def test_the_sdk_understands_what_is_sent() -> None:
    found = rpc.deserialize_properties(encode_struct(EVERYTHING), keep_unknowns=True)
    assert found["number"] == 3
    assert rpc.is_rpc_secret(found["secret"])
    assert rpc.is_rpc_secret(found["secret unknown"])
    assert rpc.contains_unknowns(found["unknown"])
    assert found["asset"].text == "hello"


@pytest.mark.parametrize(
    ("fields", "value"),
    [
        ({"value": "x", "secret": True}, Secret("x")),
        ({"value": "x", "secret": False}, "x"),
        ({"secret": True}, Secret(UNKNOWN)),
        ({}, UNKNOWN),
    ],
)
def test_an_output_keeps_its_content_and_its_secrecy(fields: dict[str, Any], value: Any) -> None:
    signature = {SIGNATURE: "d0e6a833031e9bbcd3f4e8bde6ca49a4"}
    assert decode_struct(encode_struct({"output": {**signature, **fields}})) == {"output": value}


def test_a_value_of_a_kind_that_nobody_knows_is_refused() -> None:
    with pytest.raises(Refusal, match="update hubwarden"):
        decode_struct(encode_struct({"new": {SIGNATURE: "f" * 32}}))


def test_a_recording_reads_as_it_was_written() -> None:
    found = read_back(to_json({name: EVERYTHING[name] for name in ("text", "list", "none")}))
    assert found["text"] == "plain"
    assert found["list"][0] == 1
    assert type(found["list"][1]).__name__ == "Secret"
    assert found["none"] is None


def test_plain_takes_the_marks_of_secrecy_off_at_every_depth() -> None:
    assert plain(Secret([{"a": Secret("x")}])) == [{"a": "x"}]
