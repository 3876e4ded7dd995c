"""What the engine sends: secrets, unknowns, numbers, files, components and resources."""

from __future__ import annotations

from typing import Any

import pytest
from pulumi.runtime import proto

from hubwarden_policies.gates.pack.requests import properties, registration
from hubwarden_policies.gates.program.hubwarden_recorder import values as wire
from hubwarden_policies.model import UNKNOWN, Secret

SIGNATURE = "4dabf18193072939515e22adb298388d"
OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4"


def sent(**fields: Any) -> Any:
    return proto.AnalyzeRequest(properties=wire.encode_struct(fields))


@pytest.mark.parametrize(
    ("on_the_wire", "read"),
    [
        ("dev", "dev"),
        (4, 4),
        (0.5, 0.5),
        (True, True),
        (None, None),
        (wire.UNKNOWN, UNKNOWN),
        (wire.Secret("dev"), Secret("dev")),
        (wire.Secret(wire.UNKNOWN), Secret(UNKNOWN)),
        ({"in": [wire.Secret({"deep": wire.UNKNOWN})]}, {"in": [Secret({"deep": UNKNOWN})]}),
        ({SIGNATURE: OUTPUT}, UNKNOWN),
        ({SIGNATURE: OUTPUT, "secret": True, "value": "dev"}, Secret("dev")),
        (wire.Asset("text", "dev"), {"kind": "text", "value": "dev"}),
    ],
)
def test_a_value_keeps_what_is_known_of_it(on_the_wire: object, read: object) -> None:
    assert properties(sent(value=on_the_wire)) == {"value": read}


@pytest.mark.parametrize(
    "sentinel",
    [
        "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
        "030794c1-ac77-496b-92df-f27374a8bd58",
        "e48ece36-62e2-4504-bad9-02848725956a",
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
    ],
)
def test_an_unknown_of_every_kind_is_unknown(sentinel: str) -> None:
    assert properties(sent(value=sentinel)) == {"value": UNKNOWN}


def test_only_what_has_a_provider_is_a_resource() -> None:
    provider = proto.AnalyzerProviderResource(urn="urn:pulumi:dev::shop::pulumi:providers:a::b")
    made = proto.AnalyzeRequest(type="azure-native:iothub:IotHubResource", provider=provider)
    component = proto.AnalyzeRequest(type="hubwarden:index:Hub")
    assert registration(made).custom
    assert not registration(component).custom


def test_inputs_stay_what_was_asked_for_when_outputs_come() -> None:
    asked = registration(sent(tags={"team": "iot"}))
    whole = proto.AnalyzerResource(properties=wire.encode_struct({"etag": "1"}))
    whole.propertyDependencies["tags"].urns.append("urn:pulumi:dev::shop::a:b:C::c")
    known = registration(whole, asked_for=asked)
    assert (known.inputs, known.outputs, known.read) == (
        {"tags": {"team": "iot"}},
        {"etag": "1"},
        False,
    )
    assert known.property_dependencies == {"tags": ("urn:pulumi:dev::shop::a:b:C::c",)}


def test_what_was_never_asked_for_is_only_read_here() -> None:
    assert registration(proto.AnalyzerResource()).read


def test_options_and_former_types_are_told() -> None:
    options = proto.AnalyzerResourceOptions(
        protect=True,
        ignoreChanges=["properties.minTlsVersion"],
        aliases=["urn:pulumi:dev::shop::a:b:C$azure-native:devices:IotHubResource::hub"],
    )
    found = registration(proto.AnalyzeRequest(options=options))
    assert found.options["protect"] is True
    assert found.options["ignoreChanges"] == ["properties.minTlsVersion"]
    assert found.aliases == ("azure-native:devices:IotHubResource",)
