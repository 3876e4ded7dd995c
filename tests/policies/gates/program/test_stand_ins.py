"""Programs that ask for secret configuration and for other stacks' outputs get stand-ins."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.policies.gates.program.running import runs

from hubwarden_policies.gates.program.running.recording import Recording
from hubwarden_policies.model import UNKNOWN, Secret

PROJECT = "name: shop\nruntime: python\n"
STACK = """\
config:
  shop:text: {secure: "v1:abcdefgh:AAAA"}
  shop:number: {secure: "v1:abcdefgh:BBBB"}
  shop:flag: {secure: "v1:abcdefgh:CCCC"}
  shop:object: {secure: "v1:abcdefgh:DDDD"}
  shop:chosen: {secure: "v1:abcdefgh:EEEE"}
  shop:replicas: 3
  shop:plain: hello
  shop:nested:
    host: db.example.com
    users: [{name: root, password: {secure: "v1:abcdefgh:FFFF"}}]
"""
PROGRAM = """\
import json

import pulumi
from pulumi_azure_native import resources

config = pulumi.Config()
resources.ResourceGroup("plant", location="westeurope")
plain = {
    "text": config.require("text"),
    "getText": config.get("text"),
    "runtime": pulumi.runtime.get_config("shop:text"),
    "int": config.require_int("number"),
    "getInt": config.get_int("number", 5),
    "float": config.require_float("number"),
    "bool": config.require_bool("flag"),
    "object": config.require_object("object")["user"],
    "deep": config.require_object("object")["db"]["user"],
    "dumped": json.dumps(config.get_object("object")),
    "nested": config.require_object("nested"),
    "chosen": config.require("chosen"),
    "missing": config.get("missing"),
    "fixed": config.require_int("fixed"),
    "replicas": config.require_int("replicas"),
    "plain": config.require("plain"),
    "default": config.get_int("missing", 7),
}
for name, value in plain.items():
    pulumi.export(name, value)
for name, value in {
    "secretText": config.require_secret("text"),
    "secretInt": config.require_secret_int("number"),
    "secretObject": config.get_secret_object("object")["user"],
    "secretMissing": config.get_secret("missing"),
    "secretAll": pulumi.Output.all(config.require_secret_object("object"), 1).apply(
        lambda both: both[0]["user"]
    ),
}.items():
    pulumi.export(name, value)

other = pulumi.StackReference("acme/network/prod")
known = pulumi.StackReference("known", stack_name="acme/known/prod")
pulumi.export("subnet", other.get_output("subnetId"))
pulumi.export("subnetToo", other.outputs["subnetId"])
pulumi.export("key", other.require_output("primaryKey"))
pulumi.export("given", known.require_output("subnetId"))
pulumi.export("notGiven", known.get_output("other"))


async def details():
    return (await other.get_output_details("host")).value


pulumi.export("details", details())
"""
SETTINGS: dict[str, Any] = {
    "config": {"shop:chosen": "chosen-by-the-user", "shop:fixed": 3},
    "stacks": {"acme/known/prod": {"subnetId": "/subscriptions/s/subnet"}},
}


@pytest.fixture(scope="module")
def recordings(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Recording]:
    folder: Path = tmp_path_factory.mktemp("shop")
    for name, text in {
        "Pulumi.yaml": PROJECT,
        "Pulumi.dev.yaml": STACK,
        "__main__.py": PROGRAM,
    }.items():
        (folder / name).write_text(text, encoding="utf-8")
    found = {}
    for mode, ran in runs(folder, fixtures=SETTINGS).items():
        assert ran.recording is not None
        assert ran.recording.error is None
        found[mode] = ran.recording
    return found


@pytest.fixture
def exports(recordings: dict[str, Recording]) -> dict[str, Any]:
    return dict(recordings["canary"].exports)


@pytest.fixture
def marked(recordings: dict[str, Recording]) -> dict[str, tuple[str, str]]:
    """The source and the path of each mark, by its text."""
    return {mark.text: (mark.source, mark.path) for mark in recordings["canary"].marks}


def test_a_text_is_a_mark_however_it_is_read(exports: dict[str, Any], marked: Any) -> None:
    assert marked[exports["text"]] == ("config:shop:text", "")
    assert exports["text"] == exports["getText"] == exports["runtime"]


def test_a_stand_in_has_the_type_that_the_program_asks_for(
    exports: dict[str, Any], marked: Any
) -> None:
    assert type(exports["int"]) is int
    assert marked[str(exports["int"])] == ("config:shop:number", "")
    assert exports["int"] == exports["getInt"] == exports["float"]
    assert exports["bool"] is True


def test_an_object_answers_any_key(exports: dict[str, Any], marked: Any) -> None:
    assert marked[exports["object"]] == ("config:shop:object", "user")
    assert marked[exports["deep"]] == ("config:shop:object", "db.user")
    assert any(mark in exports["dumped"] for mark in marked)


def test_what_is_not_secret_in_an_object_stays_as_it_is(
    exports: dict[str, Any], marked: Any
) -> None:
    nested = exports["nested"]
    assert nested["host"] == "db.example.com"
    assert nested["users"][0]["name"] == "root"
    assert marked[nested["users"][0]["password"]] == ("config:shop:nested", "users[0].password")


def test_secret_getters_keep_the_secret(exports: dict[str, Any]) -> None:
    assert exports["secretText"] == Secret(exports["text"])
    assert exports["secretInt"] == Secret(exports["int"])
    assert exports["secretObject"] == exports["secretAll"] == Secret(exports["object"])


def test_a_value_that_the_user_chose_is_used_and_followed(
    exports: dict[str, Any], marked: Any
) -> None:
    assert exports["chosen"] == "chosen-by-the-user"
    assert marked["chosen-by-the-user"] == ("config:shop:chosen", "")
    assert exports["fixed"] == 3


def test_plain_and_missing_values_are_as_ever(exports: dict[str, Any]) -> None:
    assert (exports["replicas"], exports["plain"], exports["default"]) == (3, "hello", 7)
    assert not {"missing", "secretMissing"} & exports.keys() or exports["missing"] is None


def test_both_runs_have_the_same_stand_ins(recordings: dict[str, Recording]) -> None:
    preview, canary = recordings["preview"].exports, recordings["canary"].exports
    for name in ("text", "int", "object", "nested", "secretText"):
        assert preview[name] == canary[name]


def test_outputs_of_other_stacks_are_unknown_in_a_preview_and_made_up_later(
    recordings: dict[str, Recording], marked: Any
) -> None:
    preview, canary = recordings["preview"].exports, recordings["canary"].exports
    assert preview["subnet"] is UNKNOWN
    assert preview["notGiven"] is UNKNOWN
    assert canary["subnet"] == canary["subnetToo"]
    assert canary["subnet"].startswith("/subscriptions/")
    assert isinstance(canary["key"], Secret)
    source = "call:pulumi:pulumi:StackReference"
    assert marked[canary["key"].value] == (source, "acme/network/prod.primaryKey")


def test_outputs_that_the_user_gave_are_literal(recordings: dict[str, Recording]) -> None:
    for recording in recordings.values():
        assert recording.exports["given"] == "/subscriptions/s/subnet"


def test_what_is_awaited_is_known_in_both_runs(recordings: dict[str, Recording]) -> None:
    preview, canary = recordings["preview"].exports, recordings["canary"].exports
    assert preview["details"] == canary["details"]
    assert isinstance(preview["details"], str)
