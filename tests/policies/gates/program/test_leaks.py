"""The leaks that the canary run proves, end to end: the real SDK runs the real program.

Each expected leak is a comment at its line in the corpus: `leaks: SINK PATH; …`.
"""

from __future__ import annotations

import base64
import dataclasses
import re
from pathlib import Path
from typing import Any

import pytest
from tests.policies.gates.program import hand_made
from tests.policies.gates.program.running import CORPUS, recorded

from hubwarden_policies.gates.program.leaks.leaks import NothingPlanted, leaked
from hubwarden_policies.gates.program.pulumi_project.project import read_project, read_stack
from hubwarden_policies.gates.program.running.recording import Recording
from hubwarden_policies.model import ConfigValue, Flow

LEAKS, CLEAN = CORPUS / "leaks", CORPUS / "no_leaks"
KEYS = "azure-native:iothub:listIotHubResourceKeysForKeyName"
UNIT = "KnrYzQ8xabcd"  # planted
MARK = UNIT * 3 + "KnrYzQ8="
MARKED = {"marks": [[MARK, f"call:{KEYS}", "primaryKey", "key"]]}

Leak = tuple[int, str, str]


def expected() -> set[Leak]:
    lines = (LEAKS / "__main__.py").read_text(encoding="utf-8").splitlines()
    return {
        (number, *leak.split())
        for number, line in enumerate(lines, start=1)
        if (said := re.search(r"# leaks: (.+)", line))
        for leak in said[1].split(";")
    }


def flows_of(folder: Path, recording: Recording) -> tuple[Flow, ...]:
    project = read_project(folder)
    return leaked(recording, project, read_stack(project, project.stacks[0]).judged)


@pytest.fixture(scope="module")
def recording() -> Recording:
    found = recorded(LEAKS, "canary")
    assert found.complete
    return found


@pytest.fixture(scope="module")
def flows(recording: Recording) -> tuple[Flow, ...]:
    return flows_of(LEAKS, recording)


@pytest.fixture(scope="module")
def outputs(flows: tuple[Flow, ...]) -> dict[str, Flow]:
    return {flow.path.removeprefix("outputs."): flow for flow in flows if flow.sink == "output"}


def test_every_planted_leak_is_found_at_its_line_and_nothing_else(flows: tuple[Flow, ...]) -> None:
    found = {(flow.locations[0].line, flow.sink, flow.path) for flow in flows}
    assert found == expected()
    assert len(found) > 60


def test_nothing_leaks_from_the_clean_program() -> None:
    clean = recorded(CLEAN, "canary")
    assert clean.complete
    assert len(clean.marks) >= 7
    assert flows_of(CLEAN, clean) == ()


def test_a_leak_says_what_it_is_and_where_it_was_fetched(outputs: dict[str, Flow]) -> None:
    (fetched,) = (
        number
        for number, line in enumerate((LEAKS / "__main__.py").read_text().splitlines(), start=1)
        if line.startswith("keys = iothub.")
    )
    flow = outputs["plain"]
    assert flow.origin == "primaryKey of listIotHubResourceKeysForKeyName"
    assert (flow.kind, flow.encoding, flow.digest) == ("key", "plain", False)
    assert [(place.file, place.line) for place in flow.fetched] == [("__main__.py", fetched)]
    assert outputs["asIfPlain"].origin == "config secret leaks:password"
    assert outputs["asIfPlain"].kind == "config"
    assert outputs["asIfPlain"].fetched == ()
    assert outputs["database.password"].origin == "config secret leaks:database (password)"


def test_the_encoding_is_said(outputs: dict[str, Flow]) -> None:
    said = {name: outputs[name].encoding for name in ("json", "gzip", "twice", "slice", "everyOne")}
    assert said == {
        "json": "JSON",
        "gzip": "base64 of gzip",
        "twice": "base64 of base64",
        "slice": "a part of it",
        "everyOne": "percent-encoding",
    }


def test_digests_and_tokens_are_told_apart(outputs: dict[str, Flow]) -> None:
    assert outputs["sha256"].digest
    assert outputs["digested"].digest
    assert outputs["digested"].kind == "config"
    assert outputs["token"].kind == "token"
    assert outputs["token"].origin == (
        "SAS token minted from primaryKey of listIotHubResourceKeysForKeyName"
    )


def test_a_call_that_planted_nothing_is_an_error(recording: Recording) -> None:
    with pytest.raises(NothingPlanted, match=r"\[check\.calls\.") as raised:
        leaked(dataclasses.replace(recording, marks=()), read_project(LEAKS))
    assert raised.value.frames


def made(*resources: dict[str, Any], **fields: Any) -> tuple[Flow, ...]:
    config = fields.pop("config", None)
    canary = hand_made.recording("canary", *resources, **(MARKED | fields))
    return leaked(canary, hand_made.PROJECT, config)


def test_a_mark_in_a_secret_is_no_leak() -> None:
    vault_secret = hand_made.resource(
        hand_made.SECRET, "s", properties={"value": hand_made.hidden({"deep": [MARK]})}
    )
    assert made(vault_secret, exports={"key": hand_made.hidden(MARK)}) == ()


def test_what_a_provider_hides_itself_is_no_leak() -> None:
    hidden = hand_made.resource("kubernetes:core/v1:Secret", "s", stringData={"key": MARK})
    shown = hand_made.resource("kubernetes:core/v1:ConfigMap", "c", data={"key": MARK})
    (flow,) = made(hidden, shown)
    assert flow.address == hand_made.urn("kubernetes:core/v1:ConfigMap", "c")


def test_inputs_have_the_paths_of_azure() -> None:
    site = hand_made.resource(
        "azure-native:web:WebApp",
        "app",
        siteConfig={"appSettings": [{"name": "HUB", "value": f"Key={MARK};"}]},
    )
    (flow,) = made(site)
    assert flow.path == "properties.siteConfig.appSettings[0].value"


def test_keys_of_maps_and_pieces_in_lists_are_searched() -> None:
    account = hand_made.resource(
        hand_made.STORAGE, "a", tags={MARK[:20]: "x"}, list=[MARK[:8], MARK[8:16]]
    )
    assert {flow.path for flow in made(account)} == {f"tags.{MARK[:20]}", "list"}


def test_an_automatic_name_is_not_told_twice() -> None:
    name = f"group-{MARK[:24]}"
    group = hand_made.resource(hand_made.GROUP, name, resourceGroupName=f"{name}0a1b2c3d")
    (flow,) = made(group)
    assert flow.sink == "name"


def test_a_shared_access_signature_is_known_by_its_shape() -> None:
    signed = base64.b64encode(bytes(range(32))).decode()  # planted
    token = f"SharedAccessSignature sr=hub&sig={signed}&se=4102444800"
    (flow,) = made(exports={"token": token, "note": "sig=nature&se=a"})
    assert (flow.kind, flow.origin) == ("token", "a SAS token")
    assert made(exports={"token": token}, marks=[]) == ()


def test_binary_files_are_searched_and_have_a_name_that_stays() -> None:
    def file(where: str) -> dict[str, Any]:
        content = base64.b64encode(b"\xff\xfe" + MARK.encode()).decode()
        return {"sink": "file", "where": where, "text": content, "binary": True, "secret": False,
                "frames": []}  # fmt: skip

    names = ["/tmp/tmpab12cd34/keys.bin", f"{hand_made.ROOT}/out/keys.bin", "/tmp/tmpab12cd34"]
    paths = [flow.path for flow in made(sinks=[file(name) for name in names])]
    assert paths == ["file:keys.bin", "file:out/keys.bin", "file:tmp"]


def test_credentials_written_out_in_the_config_are_followed() -> None:
    key = base64.b64encode(bytes(range(100, 132))).decode()  # planted
    connection = f"HostName=h.azure-devices.net;SharedAccessKeyName=o;SharedAccessKey={key}"
    config = {
        "shop:hub": ConfigValue(connection),
        "shop:key": ConfigValue(base64.b64encode(bytes(range(32))).decode()),
        "shop:host": ConfigValue("h.azure-devices.net"),
        "shop:publicKey": ConfigValue(base64.b64encode(bytes(range(50, 82))).decode()),
    }
    flows = made(
        exports={
            "key": key,
            "host": "h.azure-devices.net",
            "other": config["shop:key"].value,
            "public": config["shop:publicKey"].value,
        },
        config=config,
        marks=[],
    )
    assert [(flow.path, flow.kind, flow.origin) for flow in flows] == [
        ("outputs.key", "plain-config", "config value shop:hub"),
        ("outputs.other", "plain-config", "config value shop:key"),
    ]


def test_an_unsecret_is_told_only_where_the_value_leaves() -> None:
    taken = {"sink": "unsecret", "where": "", "text": MARK, "binary": False, "secret": False,
             "frames": [[f"{hand_made.ROOT}/__main__.py", 9, "<module>"]]}  # fmt: skip
    assert made(sinks=[taken]) == ()
    output, unsecret = made(sinks=[taken], exports={"key": MARK})
    assert (output.sink, unsecret.sink) == ("output", "unsecret")
    assert unsecret.locations[0].line == 9
