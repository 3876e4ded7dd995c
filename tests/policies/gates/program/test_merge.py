"""Two runs as one judged graph: what stands, what is made up, what is opaque, what is secret."""

from __future__ import annotations

import base64
import time
from typing import Any

import pytest
from tests.policies.gates.program import hand_made as hand

from hubwarden_policies.gates.program.leaks.made import OPAQUE, Cutter
from hubwarden_policies.gates.program.pulumi_project.stack_files import StackConfig
from hubwarden_policies.gates.program.running.decoding import RecordingError, read_recording
from hubwarden_policies.model import (
    UNKNOWN,
    Call,
    ConfigValue,
    Hole,
    Location,
    Made,
    Options,
    Secret,
)

NAME = "hub-hw1a2b3c"
MADE = [
    [NAME, "urn:hub", "name"],
    [f"/subscriptions/hw000000/resourceGroups/g/providers/A.B/c/{NAME}", "urn:hub", "id"],
]
KEY = "KnrYzQ8x" + "ab12"
MARK = KEY * 3 + "KnrYzQ8="  # planted


def one(previewed: Any, known: Any) -> Any:
    """The judged value of one property of a hub."""
    held = hand.judged(
        {"properties": {"comments": previewed}}, {"properties": {"comments": known}}, made=MADE
    )
    return held.properties["properties"]["comments"]


HOLE = Hole("urn:hub", "name")


@pytest.mark.parametrize(
    ("previewed", "known", "expected"),
    [
        ("text", "text", "text"),
        (True, True, True),
        (2, 2.0, 2),
        (hand.UNKNOWN, NAME, Made((HOLE,))),
        (hand.UNKNOWN, f"a/{NAME}/b", Made(("a/", HOLE, "/b"))),
        (hand.UNKNOWN, f"{NAME},{NAME}", Made((HOLE, ",", HOLE))),
        (hand.UNKNOWN, f"{NAME}{NAME}", Made((HOLE,))),
        (NAME, NAME, Made((HOLE,))),
        (f"a{NAME}", "other", Made(("a", HOLE))),
        (hand.UNKNOWN, "no word in it", OPAQUE),
        (hand.UNKNOWN, True, OPAQUE),
        (hand.UNKNOWN, None, OPAQUE),
        (hand.UNKNOWN, [], OPAQUE),
        (hand.UNKNOWN, {}, OPAQUE),
        (hand.UNKNOWN, hand.UNKNOWN, UNKNOWN),
        ("known", hand.UNKNOWN, "known"),
        (False, True, OPAQUE),
        (1, 2, OPAQUE),
        (1, True, OPAQUE),
        ("Disabled", "Enabled", OPAQUE),
        ("text", ["text"], OPAQUE),
        (["a"], ["a", "b"], OPAQUE),
        ([False, "a"], [True, "a"], [OPAQUE, "a"]),
        (hand.UNKNOWN, ["Deny", NAME], [OPAQUE, Made((HOLE,))]),
        (hand.UNKNOWN, {"action": "Deny"}, {"action": OPAQUE}),
        ({"a": 1, "b": hand.UNKNOWN}, {"a": 1, "b": NAME}, {"a": 1, "b": Made((HOLE,))}),
        ({"a": 1, "only": 2}, {"a": 1}, {"a": 1, "only": OPAQUE}),
        ({"a": 1}, {"a": 1, "only": 2}, {"a": 1, "only": OPAQUE}),
        (hand.UNKNOWN, "HUB-HW1A2B3C", Made(("HUB-", HOLE))),
        (hand.UNKNOWN, "x-hw1a2b3c-y", Made(("x-", HOLE, "-y"))),
        (hand.UNKNOWN, "x-hw9z9z9z-y", OPAQUE),
    ],
)
def test_what_is_known_stands_and_what_is_not_is_made_up(
    previewed: Any, known: Any, expected: Any
) -> None:
    assert one(previewed, known) == expected


@pytest.mark.parametrize(
    ("previewed", "known", "expected"),
    [
        (hand.hidden("s"), hand.hidden("s"), Secret("s")),
        (hand.hidden("s"), "s", Secret("s")),
        ("s", hand.hidden("s"), "s"),
        (hand.hidden(hand.UNKNOWN), NAME, Secret(Made((HOLE,)))),
        (hand.UNKNOWN, hand.hidden(NAME), Secret(Made((HOLE,)))),
        (hand.hidden(hand.UNKNOWN), hand.UNKNOWN, Secret(UNKNOWN)),
        (hand.hidden(hand.UNKNOWN), hand.hidden(True), Secret(OPAQUE)),
        (hand.UNKNOWN, {"a": hand.hidden(NAME)}, {"a": Secret(Made((HOLE,)))}),
        (hand.hidden({"a": hand.UNKNOWN}), {"a": NAME}, Secret({"a": Made((HOLE,))})),
        (hand.hidden(hand.hidden("s")), "s", Secret("s")),
    ],
)
def test_a_value_is_secret_where_the_run_that_it_is_taken_from_says_so(
    previewed: Any, known: Any, expected: Any
) -> None:
    assert one(previewed, known) == expected


def test_bytes_and_assets_are_values_like_others() -> None:
    raw = {"$hw": "bytes", "value": base64.b64encode(b"\xff\x00").decode()}
    assert one(raw, raw) == "/wA="
    asset = {"$hw": "asset", "kind": "text", "value": NAME}
    assert one(asset, asset) == {"kind": "text", "value": Made((HOLE,))}
    other = {"$hw": "resource", "urn": "urn:other", "id": hand.UNKNOWN}
    assert one(other, other) == Made((Hole("urn:other", "id"),))


def test_a_piece_of_a_mark_and_a_number_are_known_again() -> None:
    cutter = Cutter([(MARK, Hole("call:x", "key")), ("100000000000123", Hole("config:n", ""))])
    assert cutter.literal(f"a{MARK[3:20]}b") == f"a{MARK[3:20]}b"
    assert cutter.literal(f"a{MARK[:20]}b") == Made(("a", Hole("call:x", "key"), MARK[12:20] + "b"))
    assert cutter.literal(100000000000123) == Made((Hole("config:n", ""),))
    assert cutter.literal(True) is True


def test_a_piece_of_a_key_is_the_keys_whatever_was_named_after_it() -> None:
    key, named = Hole("call:x", "key"), Hole("urn:group", "name")
    cutter = Cutter([(f"rg-{MARK[:20]}", named), (MARK, key)])
    assert cutter.literal(f"a{MARK[:14]}") == Made(("a", key, MARK[12:14]))
    assert cutter.literal(MARK.upper()) == Made((key, MARK[36:].upper()))


def test_the_longest_made_up_text_is_the_one_that_is_meant() -> None:
    entries = [("hub-hw1a2b3c", Hole("u", "name")), ("hub-hw1a2b3c.x", Hole("u", "host"))]
    assert Cutter(entries).literal("hub-hw1a2b3c.x/") == Made((Hole("u", "host"), "/"))


def test_what_the_canary_run_alone_makes_is_judged_from_it_and_literals_stand() -> None:
    made = hand.resource(
        hand.HUB, "late", properties={"minTlsVersion": "1.2", "comments": NAME}, tags={"a": "b"}
    )
    there = hand.stack(
        hand.recording("preview", hand.resource(hand.HUB, "it")),
        hand.recording("canary", made, hand.resource(hand.HUB, "it"), made=MADE),
    )
    assert [r.name for r in there.resources] == ["it", "late"]
    assert there.resources[1].properties == {
        "properties": {"minTlsVersion": "1.2", "comments": Made((HOLE,))},
        "tags": {"a": "b"},
    }


def test_what_the_preview_alone_makes_stands() -> None:
    there = hand.stack(
        hand.recording("preview", hand.resource(hand.HUB, "it", tags={"a": hand.UNKNOWN})),
        hand.recording("canary"),
    )
    assert there.resources[0].properties == {"tags": {"a": UNKNOWN}}


@pytest.mark.parametrize("mode", ["preview", "canary"])
def test_one_run_is_enough(mode: str) -> None:
    run = hand.recording(mode, hand.resource(hand.HUB, "it", tags={"a": NAME}), made=MADE)
    there = hand.stack(run, None) if mode == "preview" else hand.stack(None, run)
    assert there.resources[0].properties == {"tags": {"a": Made((HOLE,))}}
    assert there.flows is None


def test_a_resource_keeps_its_options_version_and_places() -> None:
    declared = hand.resource(hand.HUB, "it", azureApiVersion="2025-08-01-preview") | {
        "parent": "urn:parent",
        "provider": "urn:provider",
        "options": {
            "protect": True,
            "retainOnDelete": None,
            "ignoreChanges": ["properties"],
            "additionalSecretOutputs": None,
        },
        "frames": [
            [f"{hand.ROOT}/__main__.py", 3, "<module>"],
            [f"{hand.ROOT}/lib/hub.py", 9, "hub"],
            [f"{hand.ROOT.parent}/shared/a.py", 1, "a"],
        ],
    }
    found = hand.stack(hand.recording("preview", declared), None).resources[0]
    assert found.api_version == "2025-08-01-preview"
    assert found.options == Options(
        protect=True, ignore_changes=("properties",), provider="urn:provider", parent="urn:parent"
    )
    assert found.locations == (
        Location("__main__.py", 3),
        Location("lib/hub.py", 9),
        Location("../shared/a.py", 1),
    )


def test_exports_calls_and_configuration_come_along() -> None:
    frames = [[f"{hand.ROOT}/__main__.py", 12, "<module>"]]
    call: dict[str, Any] = {
        "token": "azure-native:iothub:listIotHubResourceKeys",
        "args": {},
        "result": {},
        "credentials": True,
        "frames": frames,
    }
    both: dict[str, Any] = {"exportFrames": {"hub": frames}, "made": MADE}
    config = StackConfig(
        "dev",
        "Pulumi.dev.yaml",
        judged={"shop:a": ConfigValue(Secret(UNKNOWN), Location("Pulumi.dev.yaml", 2, 3))},
        environments=("shop/dev",),
    )
    there = hand.stack(
        hand.recording("preview", exports={"hub": hand.UNKNOWN, "k": hand.hidden("s")}, **both),
        hand.recording(
            "canary",
            exports={"hub": NAME, "k": hand.hidden("s")},
            calls=[call, {**call, "credentials": False}],
            hooks=["h"],
            **both,
        ),
        config,
    )
    assert there.exports == {"hub": Made((HOLE,)), "k": Secret("s")}
    assert there.export_locations == {"hub": (Location("__main__.py", 12),)}
    assert there.calls == (Call(call["token"], (Location("__main__.py", 12),)),)
    assert there.config is config.judged
    assert [u.what for u in there.unseen] == ["resource hook h", "environment shop/dev"]


def sorted_out(*resources: dict[str, Any]) -> Any:
    return hand.stack(hand.recording("preview", *resources), None)


def test_resources_are_sorted_by_what_they_are_to_us() -> None:
    there = sorted_out(
        hand.resource("pulumi:pulumi:Stack", "shop-dev") | {"custom": False},
        hand.resource("pulumi:providers:azure-native", "default"),
        hand.resource("shop:index:Platform", "p") | {"custom": False},
        hand.resource(hand.HUB, "it"),
        hand.resource(hand.VAULT, "elsewhere") | {"read": True},
        hand.resource("azure-native:iothub:HubOfTomorrow", "new"),
        hand.resource("azure:keyvault/certificate:Certificate", "classic", name="c"),
        hand.resource("azure-native:compute:VirtualMachine", "a"),
        hand.resource("azure-native:compute:VirtualMachine", "b"),
        hand.resource("random:index/randomId:RandomId", "r"),
    )
    assert [r.type for r in there.resources] == ["Microsoft.Devices/IotHubs"]
    assert [(u.what, u.address) for u in there.unmapped] == [
        (
            "azure-native:iothub:HubOfTomorrow",
            hand.urn("azure-native:iothub:HubOfTomorrow", "new"),
        )
    ]
    assert [(r.type, r.properties) for r in there.uncovered] == [
        ("azure:keyvault/certificate:Certificate", {"name": "c"})
    ]
    assert there.other == {
        "azure-native:compute:VirtualMachine": 2,
        "random:index/randomId:RandomId": 1,
    }
    assert there.unseen == ()


@pytest.mark.parametrize(
    "token",
    [
        "pulumi-python:dynamic:Resource",
        "command:local:Command",
        "azure-native:resources:Deployment",
        "azure-native:resources:DeploymentAtSubscriptionScope",
        "azure-native:resources/v20220901:Deployment",
        "azure-native:resources:TemplateSpecVersion",
        "azure-native:resources:AzureCliScript",
        "azure:core/resourceGroupTemplateDeployment:ResourceGroupTemplateDeployment",
        "azure:core/subscriptionTemplateDeployment:SubscriptionTemplateDeployment",
    ],
)
def test_what_deploys_unseen_is_named(token: str) -> None:
    (unseen,) = sorted_out(hand.resource(token, "x")).unseen
    assert unseen.what == f"{token} x"
    assert unseen.locations == (Location("__main__.py", 7),)


def test_a_remote_component_is_unseen_unless_its_resources_are_there() -> None:
    component = hand.resource("other:index:Vault", "v") | {"custom": False, "remote": True}
    assert len(sorted_out(component).unseen) == 1
    child = hand.resource(hand.VAULT, "c") | {"parent": component["urn"]}
    assert sorted_out(component, child).unseen == ()


def test_another_stack_is_unseen_unless_its_outputs_are_given() -> None:
    other = hand.resource("pulumi:pulumi:StackReference", "o") | {"read": True}
    given = other | {"outputs": {"outputs": {"hub": "h"}}}
    assert len(sorted_out(other | {"outputs": {"outputs": hand.UNKNOWN}}).unseen) == 1
    assert len(sorted_out(other).unseen) == 1
    assert sorted_out(given).unseen == ()


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        {},
        {"version": 2},
        {"version": 1},
        {"version": 1, "mode": "other"},
        {"version": 1, "mode": "preview", "resources": [{}]},
    ],
)
def test_a_recording_that_the_program_spoiled_counts_as_none(data: Any) -> None:
    with pytest.raises(RecordingError):
        read_recording(data)


def test_a_value_that_is_nested_without_end_spoils_a_recording() -> None:
    value: Any = 1
    for _ in range(150):
        value = [hand.hidden(value)]
    with pytest.raises(RecordingError, match="nested"):
        hand.recording("preview", hand.resource(hand.HUB, "it", tags=value))


def test_a_thousand_resources_are_merged_in_half_a_second() -> None:
    def run(mode: str) -> Any:
        made, resources = [], []
        for n in range(250):
            word = f"hw{n:06d}"
            made += [[f"hub-{word}", hand.urn(hand.HUB, f"h{n}"), "name"]]
            id_ = (
                f"/subscriptions/s/resourceGroups/g/providers/Microsoft.Devices/IotHubs/hub-{word}"
            )
            made += [[id_, hand.urn(hand.HUB, f"h{n}"), "id"]]
            rules = [{"filterName": "a", "ipMask": f"10.0.{i}.0/24"} for i in range(8)]
            routes = [{"name": f"r{i}", "isEnabled": True, "condition": "true"} for i in range(4)]
            properties = {"ipFilterRules": rules, "routing": {"routes": routes}}
            known = mode == "canary"
            resources += [
                hand.resource(hand.HUB, f"h{n}", resourceName=f"hub{n}", properties=properties),
                hand.resource(hand.VAULT, f"v{n}", vaultName=f"v{n}", properties={"a": properties}),
                hand.resource(
                    hand.SECRET,
                    f"s{n}",
                    vaultName=f"v{n}",
                    properties={"value": f"HostName=hub-{word}" if known else hand.UNKNOWN},
                ),
                hand.resource(
                    hand.SETTING,
                    f"d{n}",
                    resourceUri=id_ if known else hand.UNKNOWN,
                    logs=[{"category": c, "enabled": True} for c in "abcdefgh"],
                ),
            ]
        return hand.recording(mode, *resources, made=made)

    preview, canary = run("preview"), run("canary")
    times = []
    for _ in range(3):
        began = time.process_time()
        there = hand.stack(preview, canary)
        times.append(time.process_time() - began)
    assert len(there.resources) == 1000
    assert all("scope" in r.references for r in there.resources if r.name.startswith("d"))
    assert min(times) < 0.5
