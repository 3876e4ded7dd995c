"""Views: what is not known raises, what is absent means what Azure does, marks are kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar

import pytest

from hubwarden_policies.model import UNKNOWN, Hole, Made, Resource, Secret, Stack
from hubwarden_policies.rule import Undecided
from hubwarden_policies.views import Key, ResourceView, View, same
from hubwarden_policies.views.connection_string import read_connection_string
from hubwarden_policies.views.credentials import find_credentials
from hubwarden_policies.views.subjects import subject_at
from hubwarden_policies.views.text import GAP, Text, text

KEY_FIELD = "SharedAccess" + "Key="  # planted: in pieces, so that no scanner finds a key here
ACCOUNT_FIELD = "Account" + "Key="  # planted
KEY = "cGxhbnRlZA=="  # planted
LONG = "dGhpcyBrZXkgaXMgcGxhbnRlZCBhbmQgb3BlbnMgbjA="  # planted


class Part(View):
    size: int = 1
    key: Text | None = None


class Whole(View):
    enabled: bool = True
    name: str | None = None
    kind: Annotated[str, Key("kind-of")] = "plain"
    part: Part = Part({})
    parts: tuple[Part, ...] = ()
    labels: Mapping[str, str] = {}
    texts: tuple[Text, ...] = ()


class Thing(ResourceView):
    arm_types: ClassVar[tuple[str, ...]] = ("A/b",)
    properties: Whole = Whole({})


HOLE = Hole("urn:a", "id")


def test_absent_means_the_default() -> None:
    for data in ({}, dict.fromkeys(("enabled", "name", "kind-of", "part", "parts", "labels"))):
        whole = Whole(data)
        assert (whole.enabled, whole.name, whole.kind, whole.parts) == (True, None, "plain", ())
        assert (whole.part.size, whole.part.key, whole.labels) == (1, None, {})
        assert whole.part.path == "part"


def test_present_means_the_value() -> None:
    whole = Whole(
        {
            "enabled": False,
            "name": Secret("n"),
            "kind-of": "x",
            "part": {"size": 2.0},
            "parts": [{"size": 3}],
            "labels": {"a": "b"},
            "texts": ["t"],
        },
        "properties",
    )
    assert (whole.enabled, whole.name, whole.kind, whole.labels) == (False, "n", "x", {"a": "b"})
    assert (whole.part.size, whole.parts[0].size) == (2, 3)
    assert whole.parts[0].at("size") == "properties.parts[0].size"
    assert whole.texts[0] == Text("properties.texts[0]", secret=False, shape="t")


@pytest.mark.parametrize("value", [UNKNOWN, Secret(UNKNOWN), Made((HOLE,)), "word", 1, []])
def test_what_is_not_known_raises_when_it_is_read(value: object) -> None:
    whole = Whole({"enabled": value, "name": "n"}, "properties")
    assert whole.name == "n"
    with pytest.raises(Undecided) as raised:
        _ = whole.enabled
    assert raised.value.path == "properties.enabled"


@pytest.mark.parametrize(
    ("value", "size"), [(1.5, None), (True, None), ("one", None), ("1", 1), (4, 4)]
)
def test_numbers(value: object, size: int | None) -> None:
    part = Part({"size": value})
    if size is None:
        with pytest.raises(Undecided):
            _ = part.size
    else:
        assert part.size == size


def test_an_unknown_item_hides_no_other() -> None:
    first, second = Whole({"parts": [UNKNOWN, {"size": 2}]}).parts
    assert second.size == 2
    with pytest.raises(Undecided, match=r"parts\[0\]"):
        _ = first.size


@pytest.mark.parametrize(
    "data",
    [
        Secret({"part": {"key": "k"}}),
        {"part": Secret({"key": "k"})},
        {"part": {"key": Secret("k")}},
        {"part": Secret(Secret({"key": Secret("k")}))},
    ],
)
def test_whatever_encloses_a_text_may_mark_it(data: object) -> None:
    key = Whole(data).part.key
    assert key is not None
    assert (key.secret, key.shape, key.path) == (True, "k", "part.key")
    assert Whole({"part": {"key": "k"}}).part.key == Text("part.key", secret=False, shape="k")


def test_marks_reach_items_and_entries() -> None:
    for data in ({"parts": Secret([{"key": "k"}])}, {"parts": [Secret({"key": "k"})]}):
        (part,) = Whole(data).parts
        assert part.key is not None
        assert part.key.secret
    assert Whole({"texts": Secret(["t"])}).texts[0].secret
    assert not Whole({"texts": ["t"]}).texts[0].secret


def test_what_a_secret_unknown_object_holds_is_secret() -> None:
    key = Whole({"part": Secret(UNKNOWN)}).part.key
    assert key == Text("part.key", secret=True, shape=None)
    with pytest.raises(Undecided):
        _ = Whole({"part": UNKNOWN}).part.key


def test_a_view_of_a_resource() -> None:
    resource = Resource("A/b", "name", "urn:x", {"properties": {"enabled": False}})
    thing: Thing = Thing.of(resource)
    assert thing.properties.enabled is False
    assert thing.address == "urn:x"
    violation = thing.violation("properties.enabled", "no")
    assert (violation.subject.name, violation.path, violation.message) == (
        "name", "properties.enabled", "no",
    )  # fmt: skip


def test_words_of_enums() -> None:
    assert same("Disabled", "disabled")
    assert not same("Disabled ", "disabled")
    assert not same(None, "disabled")


def test_texts() -> None:
    mixed = text(Made(("a", HOLE, "b", Hole("urn:c", "x"), HOLE)), "p")
    assert (mixed.shape, mixed.sources) == (f"a{GAP}b{GAP}{GAP}", ("urn:a", "urn:c"))
    assert text(Made((HOLE, HOLE))).shape is None
    assert text(UNKNOWN).shape is None
    assert text({"a": 1}).shape is None
    assert (text("").shape, text(7).shape, text(Secret("s")).secret) == ("", "7", True)
    assert text("t", secret=True).secret
    assert mixed.known() == mixed.shape
    with pytest.raises(Undecided):
        text(UNKNOWN, "p").known()


def test_connection_strings() -> None:
    made = Made(
        ("HostName=", HOLE, f".azure-devices.net; SharedAccessKeyName = link;{KEY_FIELD}",
         Hole("call:x", "primaryKey"))
    )  # fmt: skip
    found = read_connection_string(text(made))
    assert found.host is not None
    assert (found.host.value, found.host.holes) == (f"{GAP}.azure-devices.net", (HOLE,))
    assert found.policy is not None
    assert (found.policy.value, found.policy.whole) == ("link", True)
    assert (found.key, found.open) == ("sharedaccesskey", False)


@pytest.mark.parametrize(
    ("value", "key", "is_open"),
    [
        ("", None, False),
        ("word", None, False),
        (KEY_FIELD, None, False),
        (f"{ACCOUNT_FIELD}{KEY}", "accountkey", False),
        (f"a=b;{KEY_FIELD}{KEY}", "sharedaccesskey", False),
        (Made((HOLE, ";a=b")), None, True),
        (Made((HOLE, "=b")), None, True),
        (Made(("a=", HOLE)), None, False),
        (Made((HOLE,)), None, True),
        (UNKNOWN, None, True),
    ],
)
def test_what_a_connection_string_shows(value: object, key: str | None, is_open: bool) -> None:
    found = read_connection_string(text(value))
    assert (found.key, found.open) == (key, is_open)


def found(value: str) -> list[str]:
    return [credential.what for credential in find_credentials(value)]


HUB = f"HostName=plant.azure-devices.net;SharedAccessKeyName=service;{KEY_FIELD}"
TOKEN = "sr=plant.azure-devices.net%2Fdevices%2Fa&sig=" + "cGxhbnRlZCBzaWduYXR1cmU%3D" + "&se=1"


@pytest.mark.parametrize(
    ("value", "what"),
    [
        (HUB + KEY, "an IoT Hub key"),
        (HUB + LONG, "an IoT Hub key"),
        (HUB.lower() + KEY, "an IoT Hub key"),
        (f"HostName=plant.azure-devices.net;DeviceId=a;{KEY_FIELD}{KEY}", "a device's key"),
        (HUB.replace("azure-devices", "azure-devices-provisioning") + KEY, "a DPS key"),
        (f"Endpoint=sb://plant.servicebus.windows.net/;{KEY_FIELD}{KEY}",
         "an Event Hubs or Service Bus key"),
        (f"AccountName=plant;{ACCOUNT_FIELD}{KEY}", "a storage account's key"),
        (KEY_FIELD + KEY, "a shared access key"),
        (f"SharedAccessSignature {TOKEN}", "a shared access signature"),
        (f"https://plant.blob.core.windows.net/c?sv=1&{TOKEN}", "a shared access signature"),
        (f'"{KEY_FIELD}"\n    "{KEY}"', "a shared access key"),
        (f"'{KEY_FIELD}' + '{KEY}'", "a shared access key"),
        (f'concat("{KEY_FIELD}", "{KEY}")', "a shared access key"),
        (f'"{HUB}{KEY}"', "an IoT Hub key"),
        (f"{KEY_FIELD} {KEY};", "a shared access key"),
    ],
)  # fmt: skip
def test_credentials_in_texts(value: str, what: str) -> None:
    assert found(value) == [what]
    assert found(f"x = 1\n{value}\ny = 2") == [what]


# Two public keys, of the emulators of storage and of Cosmos DB; in pieces all the same.
EMULATORS = (
    "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6I" + "FsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==",
    "C2y6yDjf5/R+ob0N8A7Cgv30VRDJIWEHLM+4QDU5DE2nQ" + "9nDuVTqobD4b8mGGyPMbIZnqyMsEcaGQy67XIw/Jw==",
)  # fmt: skip


@pytest.mark.parametrize(
    "value",
    [
        f'f"{KEY_FIELD}{{key}}"',
        f'"{KEY_FIELD}" + key',
        f'"{KEY_FIELD}%s" % key',
        f"{KEY_FIELD}<key>",
        f"{KEY_FIELD}<{LONG}>",
        f"{KEY_FIELD}...",
        f"{KEY_FIELD}your-shared-access-key",
        f"{KEY_FIELD}yourSharedAccessKeyHere1",
        f"{KEY_FIELD}connectionstring",
        f"{KEY_FIELD}xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx=",
        f"{KEY_FIELD}abc",
        f"{KEY_FIELD}cGxhbnRlZ",
        "SharedAccessKeyName=service",
        "key = hub.shared_access_key",
        TOKEN.replace("&se=1", ""),
        TOKEN.replace("cGxhbnRlZCBzaWduYXR1cmU%3D", "{signature}"),
        TOKEN.replace("cGxhbnRlZCBzaWduYXR1cmU%3D", "your_signature_goes_here"),
        "design=" + LONG + "&se=1",
        *(f"{ACCOUNT_FIELD}{key}" for key in EMULATORS),
    ],
)
def test_what_only_looks_like_a_credential(value: str) -> None:
    assert found(value) == []


def test_two_credentials_are_told_apart() -> None:
    two = f"{HUB}{KEY}\n{HUB.replace('service', 'reader')}{KEY}"
    first, second = find_credentials(two)
    assert "service" in first.about
    assert "reader" in second.about
    assert "service" not in second.about
    assert KEY not in first.about + second.about
    assert two[first.start : first.end] == KEY_FIELD + KEY


def test_a_long_line_takes_no_long_time() -> None:
    assert found("a" * 1_000_000) == []
    assert found(("sig=" + "a1" * 20 + "&") * 20_000) == []


def test_the_subject_of_an_address_that_no_rule_reads() -> None:
    urn = "urn:pulumi:dev::plant::hubwarden:index:Platform$plant:index:Hub::telemetry"
    found = subject_at(Stack("plant", "dev", ()), urn)
    assert (found.type, found.name, found.address) == ("plant:index:Hub", "telemetry", urn)
    assert subject_at(Stack("plant", "dev", ()), "x").name == "x"
