"""What the guard refuses, what it says, and where it holds still.

The SDK's own calls are stood in for here; `tests/engine/test_guard.py` has the real ones.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from textwrap import dedent
from typing import Any

import grpc
import pulumi
import pytest
from pulumi.output import UNKNOWN as NOT_KNOWN

from hubwarden_policies.gates.guard import guard
from hubwarden_policies.gates.guard.override import OverrideError, reason
from hubwarden_policies.gates.guard.run import Guard, judging
from hubwarden_policies.gates.guard.wire import registration, urn_of
from hubwarden_policies.model import UNKNOWN, Secret

HUB = "azure-native:iothub:IotHubResource"
STACK = "urn:pulumi:dev::plant::pulumi:pulumi:Stack::plant-dev"
KEY = "cGxh" + "bnRlZHBsYW50ZWRwbGFudGVkcGxhbnRlZHBsYW50ZWQ="  # planted
SAFE: dict[str, Any] = {
    "resourceGroupName": NOT_KNOWN,
    "sku": {"name": "S1", "capacity": 1.0},
    "identity": {"type": "SystemAssigned"},
    "properties": {
        "disableLocalAuth": True,
        "disableDeviceSAS": True,
        "disableModuleSAS": True,
        "publicNetworkAccess": "Disabled",
        "restrictOutboundNetworkAccess": True,
        "minTlsVersion": "1.2",
    },
}
OPEN = {**SAFE, "properties": {**SAFE["properties"], "disableLocalAuth": False}}
NAMELESS = {name: value for name, value in SAFE.items() if name != "identity"}
PROGRAM = """
from pulumi_azure_native import iothub, resources
{first}
group = resources.ResourceGroup("plant")
iothub.IotHubResource(
    "telemetry", resource_group_name=group.name, sku={{"name": "S1", "capacity": 1}}
)
"""
# How Pulumi's protocol marks a secret value.
SIGNATURE = "4dabf18193072939515e22adb298388d"
SECRET = "1b47061264138c4ac30d75fd1eb44270"
TWO_LINES = "from hubwarden_policies.gates.guard import guard\nguard()\n"


class Refused(grpc.RpcError):  # type: ignore[misc]
    """What a connection raises when the engine hands on that a transform raised."""


def refused(*_: Any) -> None:
    raise Refused


def asked(props: dict[str, Any], name: str = "telemetry") -> pulumi.ResourceTransformArgs:
    opts = pulumi.ResourceOptions()
    return pulumi.ResourceTransformArgs(custom=True, type_=HUB, name=name, props=props, opts=opts)


def project(folder: Path, program: str = "", **files: str) -> Path:
    (folder / "Pulumi.yaml").write_text("name: plant\nruntime: python\n")
    (folder / "__main__.py").write_text(program)
    for name, text in files.items():
        (folder / name.replace("__", ".")).write_text(text)
    return folder


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Judges resources as one run of a program: an update, or a preview."""

    def judge(guard: Guard, *resources: pulumi.ResourceTransformArgs, preview: bool) -> None:
        monkeypatch.setattr(pulumi.runtime, "is_dry_run", lambda: preview)

        async def registered() -> None:
            for each in resources:
                await guard.judge(each)

        asyncio.run(registered())

    return judge


def test_an_update_stops_before_the_resource(tmp_path: Path, run: Callable[..., None]) -> None:
    guarded = judging(project(tmp_path), "dev", "plant", None)
    run(guarded, asked(SAFE), preview=False)
    with pytest.raises(pulumi.RunError) as stopped:
        run(guarded, asked(OPEN), preview=False)
    said = str(stopped.value)
    assert "hub-local-auth, telemetry: " in said
    assert "properties.disableLocalAuth: " in said
    assert "fix: Set `disable_local_auth=True`" in said
    assert 'HUBWARDEN_OVERRIDE="ticket: reason"' in said


def test_what_the_connection_raises_is_said_without_its_traceback(
    tmp_path: Path, run: Callable[..., None]
) -> None:
    guarded = judging(project(tmp_path), "dev", "plant", None)
    with pytest.raises(Refused):  # it is nothing of ours
        guarded.telling(refused)()
    with pytest.raises(pulumi.RunError):
        run(guarded, asked(OPEN), preview=False)
    with pytest.raises(pulumi.RunError, match="hub-local-auth") as said:
        guarded.telling(refused)()
    assert said.value.__suppress_context__


def test_a_preview_says_everything_at_its_end(tmp_path: Path, run: Callable[..., None]) -> None:
    guarded = judging(project(tmp_path), "dev", "plant", None)
    run(guarded, asked(OPEN, "first"), asked(SAFE, "second"), asked(OPEN, "third"), preview=True)
    with pytest.raises(pulumi.RunError) as stopped:
        guarded.ending(refused)()
    said = str(stopped.value)
    assert "hub-local-auth, first: " in said
    assert "hub-local-auth, third: " in said
    assert "second" not in said


def test_what_is_safe_passes(tmp_path: Path, run: Callable[..., None]) -> None:
    guarded = judging(project(tmp_path), "dev", "plant", None)
    run(guarded, asked(SAFE), preview=True)
    assert guarded.ending(lambda: "signalled")() == "signalled"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("policy__dev__json", json.dumps({"hub-without-identity": "advisory"})),
        (
            "waivers__toml",
            """
            [[waiver]]
            rule = "hub-without-identity"
            stack = "dev"
            address = "*"
            owner = "ops"
            reason = "The line in Lyon still signs in with keys."
            expires = {soon}
            """,
        ),
    ],
)
def test_what_the_team_decided_counts(
    tmp_path: Path, run: Callable[..., None], soon: str, name: str, text: str
) -> None:
    folder = project(tmp_path, **{name: dedent(text).replace("{soon}", soon)})
    guarded = judging(folder, "dev", "plant", None)
    run(guarded, asked(NAMELESS), preview=False)
    other = judging(folder, "prod", "plant", None)
    with pytest.raises(pulumi.RunError, match="hub-without-identity"):
        run(other, asked(NAMELESS), preview=False)


def test_an_override_is_loud(
    tmp_path: Path, run: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr(pulumi.log, "warn", said.append)
    guarded = judging(project(tmp_path), "dev", "plant", "OPS-7: the line stands still")
    run(guarded, asked(OPEN), preview=False)
    assert guarded.ending(lambda: "signalled")() == "signalled"
    assert "OPS-7: the line stands still" in said[0]
    assert "hub-local-auth, telemetry: " in said[0]


def test_no_secret_is_said(tmp_path: Path, run: Callable[..., None]) -> None:
    guarded = judging(project(tmp_path), "dev", "plant", None)
    policy = {"keyName": "svc", "primaryKey": KEY, "rights": "ServiceConnect"}
    properties = {**OPEN["properties"], "authorizationPolicies": [policy]}
    with pytest.raises(pulumi.RunError) as stopped:
        run(guarded, asked({**OPEN, "properties": properties}), preview=False)
    assert "hub-policy-inline-key" in str(stopped.value)
    assert KEY not in str(stopped.value)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        (None, None),
        ("", None),
        ("OPS-7: the line stands still", "OPS-7: the line stands still"),
        (" https://tickets.example/7:\n it stands", "https://tickets.example/7: it stands"),
    ],
)
def test_an_override_names_a_ticket_and_a_reason(said: str | None, meant: str | None) -> None:
    assert reason(said) == meant


@pytest.mark.parametrize("said", ["1", "true", "OPS-7", "OPS-7:", ": it is urgent"])
def test_an_override_without_them_is_none(said: str) -> None:
    with pytest.raises(OverrideError, match="ticket: reason"):
        reason(said)


def test_values_keep_what_the_engine_says_of_them() -> None:
    async def read() -> dict[str, Any]:
        secret = pulumi.Output.secret({"key": KEY, "number": 2.0})
        unknown = pulumi.Output.secret(NOT_KNOWN)
        wired = {SIGNATURE: SECRET, "value": KEY}
        props = {"s": secret, "u": unknown, "w": wired, "n": 1.5, "l": [1.0, NOT_KNOWN, None, True]}
        found = await registration(asked(props), "urn", None, ())
        return dict(found.inputs)

    assert asyncio.run(read()) == {
        "s": Secret({"key": KEY, "number": 2}),
        "u": Secret(UNKNOWN),
        "w": Secret(KEY),
        "n": 1.5,
        "l": [1, UNKNOWN, None, True],
    }


@pytest.mark.parametrize(
    ("parent", "type_"),
    [
        (None, HUB),
        (STACK, HUB),
        ("urn:pulumi:dev::plant::plant:a:B$plant:c:D::x", f"plant:a:B$plant:c:D${HUB}"),
    ],
)
def test_a_waiver_finds_the_resource_by_its_urn(parent: str | None, type_: str) -> None:
    said = urn_of(parent, "dev", "plant", HUB, "telemetry")
    assert said == f"urn:pulumi:dev::plant::{type_}::telemetry"


def test_a_check_is_not_stopped(
    tmp_path: Path, hubwarden: Callable[..., CompletedProcess[str]]
) -> None:
    """The check judges by itself: nothing more, nothing less, and no override is of use there."""
    reports = []
    for name, first in (("without", ""), ("with", TWO_LINES)):
        (tmp_path / name).mkdir()
        # Findings have lines, so both programs have the same.
        program = PROGRAM.format(first=first or "\n\n")
        done = hubwarden("check", "--format", "json", cwd=project(tmp_path / name, program))
        assert done.returncode == 1, done.stderr
        reports.append(json.loads(done.stdout)["findings"])
    assert reports[0] == reports[1]


def test_a_check_does_not_load_what_it_does_not_need(
    tmp_path: Path, hubwarden: Callable[..., CompletedProcess[str]]
) -> None:
    asks = (
        "import sys\nassert not [n for n in sys.modules if n.startswith('hubwarden_policies.r')]\n"
    )
    folder = project(tmp_path, PROGRAM.format(first=TWO_LINES + asks))
    assert hubwarden("check", cwd=folder).returncode == 1


def test_a_unit_test_is_not_stopped() -> None:
    class Mocks(pulumi.runtime.Mocks):
        def new_resource(self, args: Any) -> tuple[str, dict[str, Any]]:
            return args.name, args.inputs

        def call(self, args: Any) -> Any:
            raise NotImplementedError

    async def test() -> None:
        pulumi.runtime.set_mocks(Mocks())
        guard()

    asyncio.run(test())
