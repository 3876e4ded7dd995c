"""The pack in a process of its own, asked over the protocol that the engine speaks."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib import metadata
from pathlib import Path
from typing import Any

import grpc
import pytest
from pulumi.runtime import proto
from tests.policies.gates.pack.asking import (
    GOOD_HUB,
    GROUP,
    HUB,
    SETTING,
    STACK,
    STORAGE,
    WORKSPACE,
    Asked,
    hub,
    project,
    rules,
    started,
    urn,
)

from hubwarden_policies.catalogue import RULES
from hubwarden_policies.evaluate import fingerprint
from hubwarden_policies.gates.program.hubwarden_recorder.values import UNKNOWN, Secret

KEY = "mB1s0HFhMT0z" + "YV8pQ0wmb2VxTzVjM1FwZ0ZyT1o3Qmc="  # planted
CONNECTION = (
    f"HostName=shop.azure-devices.net;SharedAccessKeyName=service;Shared{'AccessKey'}={KEY}"
)
# What a hub without a fault of its own lacks around it.
AT_THE_END = {"hub-without-logs", "hub-unreachable"}


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    """A pack whose project says nothing; each test configures the stack anew."""
    with started(project(tmp_path_factory.mktemp("shop"))) as asked:
        yield asked


@pytest.fixture
def asked(pack: Asked) -> Asked:
    """A new deployment of a stack without configuration."""
    pack.resources.clear()
    pack.configure_stack()
    return pack


def waiver(**said: str) -> str:
    day = datetime.now(UTC).date() + timedelta(days=20)
    entry = {"stack": "dev", "address": urn(HUB, "hub"), "reason": "old devices", "owner": "x@y.z"}
    lines = [f"{key} = {json.dumps(value)}" for key, value in {**entry, **said}.items()]
    return "\n".join(["[[waiver]]", *lines, f"expires = {day}\n"])


def test_every_rule_is_described(asked: Asked) -> None:
    info = asked.info()
    told = {policy.name: policy for policy in info.policies}
    assert info.version == metadata.version("hubwarden")
    for rule in RULES:
        policy = told[rule.id]
        assert policy.displayName == rule.title
        assert policy.remediation_steps == rule.fix
        assert tuple(policy.tags) == rule.practices
        assert policy.url.startswith("https://learn.microsoft.com/")
        assert proto.PolicySeverity.Name(policy.severity) == (
            f"POLICY_SEVERITY_{'LOW' if str(rule.severity) == 'info' else rule.severity.name}"
        )
        kind = "STACK" if rule.whole_stack else "RESOURCE"
        assert proto.PolicyType.Name(policy.policy_type) == f"POLICY_TYPE_{kind}"
        for framework, controls in rule.maps.items():
            assert f"{policy.framework.name} {policy.framework.version}" == framework
            assert policy.framework.reference == ", ".join(controls)


def test_levels_are_those_of_the_stack(tmp_path: Path) -> None:
    said = {"all": "disabled", "hub-old-tls": "advisory"}
    with started(project(tmp_path, **{"policy.dev.json": json.dumps(said)})) as asked:
        asked.configure_stack()
        levels = {policy.name: policy.enforcementLevel for policy in asked.info().policies}
        found = asked.resource(HUB, "hub", hub(minTlsVersion="1.0", disableLocalAuth=False))
    assert levels.pop("hub-old-tls") == proto.ADVISORY
    assert set(levels.values()) == {proto.DISABLED}
    assert [(one.policyName, one.enforcementLevel) for one in found] == [
        ("hub-old-tls", proto.ADVISORY)
    ]


def test_a_fault_of_a_resource_is_told_before_it_is_deployed(asked: Asked) -> None:
    (said,) = asked.resource(HUB, "hub", hub(minTlsVersion="1.0"))
    assert (said.policyName, said.enforcementLevel) == ("hub-old-tls", proto.MANDATORY)
    assert "properties.minTlsVersion: the minimum TLS version is 1.0" in said.message
    assert "\nfix: Set `min_tls_version=" in said.message
    assert said.severity == proto.POLICY_SEVERITY_HIGH


def test_a_fault_is_told_once(asked: Asked) -> None:
    asked.resource(HUB, "hub", hub(minTlsVersion="1.0"))
    assert rules(asked.stack()) == AT_THE_END


@pytest.mark.parametrize("texts", ["", "from pulumi_azure_native import deviceupdate\n"])
def test_keys_of_a_hub_wait_for_device_update_only_where_it_may_come(
    tmp_path: Path, texts: str
) -> None:
    with started(project(tmp_path, **{"__main__.py": texts})) as asked:
        asked.configure_stack()
        at_once = rules(asked.resource(HUB, "hub", hub(disableLocalAuth=False)))
        later = rules(asked.stack())
    assert ("hub-local-auth" in at_once) is (not texts)
    assert ("hub-local-auth" in later) is bool(texts)


def test_a_first_preview_knows_what_logs_a_hub(asked: Asked) -> None:
    """By the resource that an unknown id came from."""
    asked.resource(GROUP, "group", {"resourceGroupName": "shop"})
    asked.resource(WORKSPACE, "logs", {"workspaceName": "logs", "retentionInDays": 365})
    asked.resource(HUB, "hub", GOOD_HUB)
    asked.resource(
        SETTING,
        "setting",
        {
            "name": "setting",
            "resourceUri": UNKNOWN,
            "workspaceId": UNKNOWN,
            "logs": [{"categoryGroup": "allLogs", "enabled": True}],
        },
        came_from={
            "resourceUri": [urn(HUB, "hub"), urn(GROUP, "group")],
            "workspaceId": [urn(WORKSPACE, "logs")],
        },
    )
    assert not [one for one in asked.stack() if "log" in one.policyName or "diag" in one.policyName]


def test_what_two_resources_fit_stays_undecided(asked: Asked) -> None:
    for name in ("one", "two"):
        asked.resource(HUB, name, GOOD_HUB)
    asked.resource(
        SETTING,
        "setting",
        {"name": "setting", "resourceUri": UNKNOWN, "logs": []},
        came_from={"resourceUri": [urn(HUB, "one"), urn(HUB, "two")]},
    )
    said = [one for one in asked.stack() if one.policyName == "hub-without-logs"]
    assert said
    assert all("not known before deployment" in one.message for one in said)


@pytest.mark.parametrize(
    ("said", "level"),
    [("{}", proto.ADVISORY), ('{"undecided": "mandatory"}', proto.MANDATORY)],
)
def test_what_is_unknown_is_said_at_the_end(tmp_path: Path, said: str, level: int) -> None:
    with started(project(tmp_path, **{"policy.dev.json": said})) as asked:
        asked.configure_stack()
        assert asked.resource(HUB, "hub", hub(minTlsVersion=UNKNOWN)) == []
        (found,) = [one for one in asked.stack() if one.policyName == "hub-old-tls"]
    assert found.enforcementLevel == level
    assert "not known before deployment: the value of properties.minTlsVersion" in found.message


def test_a_rule_that_raises_stops_the_deployment(tmp_path: Path) -> None:
    pack = project(tmp_path)
    (pack / "__main__.py").write_text(
        "from hubwarden_policies.gates.pack import serve\n"
        "from hubwarden_policies.rules.hub_tls import hub_old_tls\n"
        "def broken(hub):\n"
        "    raise KeyError('here')\n"
        "object.__setattr__(hub_old_tls, 'check', broken)\n"
        "serve()\n"
    )
    with started(pack) as asked:
        asked.configure_stack()
        (said,) = asked.resource(HUB, "hub", GOOD_HUB)
    assert (said.policyName, said.enforcementLevel) == ("hub-old-tls", proto.MANDATORY)
    assert "The rule hub-old-tls raised KeyError" in said.message


def test_what_the_flag_says_wins(asked: Asked) -> None:
    levels = {policy.name: policy.enforcementLevel for policy in asked.info().policies}
    config = {name: proto.PolicyConfig(enforcementLevel=level) for name, level in levels.items()}
    config["hub-old-tls"].enforcementLevel = proto.DISABLED
    config["hub-device-sas"].enforcementLevel = proto.MANDATORY
    config["hub-unlisted-policy"].properties.update({"hub_policies": ["service"]})
    asked.stub.Configure(proto.ConfigureAnalyzerRequest(policyConfig=config))
    policies = [{"keyName": "service", "rights": "ServiceConnect"}]
    found = asked.resource(
        HUB,
        "hub",
        hub(
            minTlsVersion="1.0",
            disableDeviceSAS=False,
            disableLocalAuth=False,
            authorizationPolicies=policies,
        ),
    )
    assert {one.policyName: one.enforcementLevel for one in found} == {
        "hub-device-sas": proto.MANDATORY,
        "hub-local-auth": proto.MANDATORY,
    }


def test_waived_findings_pass_in_silence_and_are_counted(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    pack = project(tmp_path)
    (tmp_path / "stacks/waivers.toml").write_text(waiver(rule="hub-old-tls"))
    with started(pack) as asked:
        asked.configure_stack()
        found = asked.resource(HUB, "hub", hub(minTlsVersion="1.0"))
        later = rules(asked.stack())
    assert (rules(found), later) == (set(), AT_THE_END)
    assert capfd.readouterr().err == "hubwarden lets findings pass: 1 waived.\n"


def test_a_waiver_that_has_expired_lets_nothing_pass(tmp_path: Path) -> None:
    pack = project(tmp_path)
    old = "\n".join(waiver(rule="hub-old-tls").splitlines()[:-1])
    (tmp_path / "stacks/waivers.toml").write_text(f"{old}\nexpires = 2024-01-31\n")
    with started(pack) as asked:
        asked.configure_stack()
        found = asked.resource(HUB, "hub", hub(minTlsVersion="1.0"))
        later = rules(asked.stack())
    assert (rules(found), "waiver-expired" in later) == ({"hub-old-tls"}, True)


def test_a_secret_is_told_from_what_is_plain(asked: Asked) -> None:
    """The engine marks it, and Pulumi's library for packs drops the mark."""
    kind = "azure-native:keyvault:Secret"
    secret = {"secretName": "k", "vaultName": "v", "properties": {"value": Secret("hush-hush")}}
    plain = {**secret, "properties": {"value": "hush-hush"}}
    assert "kv-secret-in-clear" not in rules(asked.resource(kind, "marked", secret))
    assert "kv-secret-in-clear" in rules(asked.resource(kind, "plain", plain))


@pytest.mark.parametrize("text", [CONNECTION, "A" * 33 + "AIoTC" + "a1B2c" + "="])  # planted
def test_a_credential_in_clear_stops_its_resource(asked: Asked, text: str) -> None:
    (said,) = [
        one
        for one in asked.resource(STORAGE, "store", {"accountName": "s", "tags": {"key": text}})
        if one.policyName == "credential-leak"
    ]
    assert said.enforcementLevel == proto.MANDATORY
    assert "tags.key: " in said.message
    assert "stands in clear in a tag" in said.message
    assert text not in said.message


def test_a_marked_credential_is_none_in_clear(asked: Asked) -> None:
    tags = {"key": Secret(CONNECTION)}
    found = asked.resource(STORAGE, "store", {"accountName": "s", "tags": tags})
    assert "credential-leak" not in rules(found)


def test_credentials_in_outputs_are_found_at_the_end(asked: Asked) -> None:
    outputs = {**GOOD_HUB, "endpoint": CONNECTION}
    asked.resource(HUB, "hub", GOOD_HUB, outputs=outputs)
    said = {one.urn: one for one in asked.stack({"hub": CONNECTION, "safe": Secret(CONNECTION)})}
    assert "outputs.hub: " in said[urn(STACK, "shop-dev")].message
    (of_hub,) = [one for one in asked.stack({}) if one.policyName == "credential-in-output"]
    assert "stands in clear in the outputs of a resource" in of_hub.message
    assert KEY not in str(said)


def test_no_message_shows_a_secret_of_the_stack(asked: Asked) -> None:
    asked.configure_stack({"shop:name": "bluebird-99"}, ["shop:name"])
    inputs = hub(minTlsVersion="bluebird-99")
    (said,) = asked.resource(HUB, "hub", inputs)
    assert "bluebird" not in said.message
    assert "[redacted: secret, 11 characters]" in said.message


def test_a_key_in_the_config_is_found_where_it_is_no_secret(asked: Asked) -> None:
    config = {
        "shop:hub": CONNECTION,
        "shop:safe": CONNECTION,
        "shop:deep": json.dumps([CONNECTION]),
    }
    asked.configure_stack(config, ["shop:safe"])
    said = [one for one in asked.stack() if one.policyName == "config-connection-string"]
    assert {one.message.splitlines()[1].partition(": ")[0] for one in said} == {
        "config.shop:hub",
        "config.shop:deep[0]",
    }


def test_a_key_in_a_stack_file_is_told_once_and_with_its_line(tmp_path: Path) -> None:
    file = f"config:\n  shop:hub: {CONNECTION}\n"
    with started(project(tmp_path, **{"Pulumi.dev.yaml": file})) as asked:
        asked.configure_stack({"shop:hub": CONNECTION})
        said = [one for one in asked.stack() if one.policyName.endswith("-connection-string")]
    assert rules(said) == {"config-connection-string"}
    assert "(stacks/Pulumi.dev.yaml:2)" in said[0].message


def test_a_resource_of_another_package_is_no_silence(asked: Asked) -> None:
    (said,) = asked.resource("azure:keyvault/certificate:Certificate", "ca", {"name": "ca"})
    assert (said.policyName, said.enforcementLevel) == ("not-covered", proto.MANDATORY)


POLICY = "azure:iot/sharedAccessPolicy:SharedAccessPolicy"
LOST = "hub-without-fallback-route"


def test_a_piece_is_judged_with_what_it_is_a_piece_of(asked: Asked) -> None:
    hub_ = {"name": "hub", "localAuthenticationEnabled": True}
    assert "hub-local-auth" in rules(asked.resource("azure:iot/ioTHub:IoTHub", "hub", hub_))
    wide = {"name": "app", "iothubName": "hub", "registryWrite": True, "deviceConnect": True}
    found = rules(asked.resource(POLICY, "app", wide))
    assert found
    # Said already, of the hub without it.
    assert found.isdisjoint({"hub-local-auth", "not-covered"})


def test_what_a_piece_may_still_say_is_said_at_the_end(asked: Asked) -> None:
    some = {"name": "alarms", "source": "DeviceMessages", "condition": "a = 1", "enabled": True}
    inputs = {"name": "hub", "routes": [{**some, "endpointNames": ["events"]}]}
    assert LOST not in rules(asked.resource("azure:iot/ioTHub:IoTHub", "hub", inputs))
    assert LOST in rules(asked.stack())
    rest = {"iothubName": "hub", "enabled": True, "endpointNames": ["events"]}
    asked.resource("azure:iot/fallbackRoute:FallbackRoute", "rest", rest)
    assert LOST not in rules(asked.stack())


def test_a_piece_of_nothing_here_is_told_at_the_end(asked: Asked) -> None:
    assert asked.resource(POLICY, "app", {"iothubName": "elsewhere"}) == []
    assert "not-covered" in rules(asked.stack())


def test_what_is_only_read_is_not_judged(asked: Asked) -> None:
    asked.resource(HUB, "hub", hub(minTlsVersion="1.0"), read=True)
    assert asked.stack() == []


def test_a_levels_file_with_a_mistake_stops_everything(tmp_path: Path) -> None:
    pack = project(tmp_path, **{"policy.dev.json": '{"hub-odl-tls": "advisory"}'})
    with started(pack) as asked, pytest.raises(grpc.RpcError) as raised:
        asked.configure_stack()
    error: Any = raised.value
    assert error.details() == (
        "hubwarden: stacks/policy.dev.json:1: there is no rule hub-odl-tls; "
        'did you mean "hub-old-tls"?'
    )


def test_a_pack_of_another_project_brings_its_own_policy(tmp_path: Path) -> None:
    pack = project(tmp_path, **{"policy.dev.json": '{"hub-old-tls": "disabled"}'})
    (tmp_path / "Pulumi.yaml").write_text("name: another\nruntime: python\n")
    (pack / "policy.dev.json").write_text('{"hub-old-tls": "advisory"}')
    with started(pack) as asked:
        asked.configure_stack()
        (said,) = asked.resource(HUB, "hub", hub(minTlsVersion="1.0"))
    assert said.enforcementLevel == proto.ADVISORY


def test_what_is_in_the_baseline_passes_until_it_is_worse(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    address = urn(HUB, "hub")
    old = {
        "stack": "dev",
        "rule": "hub-old-tls",
        "address": address,
        "path": "properties.minTlsVersion",
        "severity": "high",
        "status": "open",
        "fingerprint": fingerprint("hub-old-tls", address, "properties.minTlsVersion"),
    }
    text = json.dumps({"version": 1, "findings": [old]})
    with started(project(tmp_path, **{"baseline.json": text})) as asked:
        asked.configure_stack()
        found = asked.resource(HUB, "hub", hub(minTlsVersion="1.0", disableModuleSAS=False))
        asked.stack()
    assert rules(found) == {"hub-module-sas"}
    assert capfd.readouterr().err == "hubwarden lets findings pass: 1 in the baseline.\n"
