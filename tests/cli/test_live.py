"""`check --live` over the local Azure, which is a double: it filters no list by rights."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import typer
from azure.core.exceptions import ClientAuthenticationError
from typer.testing import CliRunner

from hubwarden_cli.check import check
from hubwarden_cli.guard import Refusal
from hubwarden_cli.live.asked import every
from hubwarden_cli.live.gate import collect
from hubwarden_cli.live.place import Place
from hubwarden_cli.local_azure.behaviour import Behaviour
from hubwarden_cli.local_azure.clock import VirtualClock
from hubwarden_cli.local_azure.faults import Fault, FaultKind
from hubwarden_cli.local_azure.local import LocalAzure
from hubwarden_cli.local_azure.message import Answer, azure_error
from hubwarden_cli.local_azure.world import SUBSCRIPTION, Link
from hubwarden_cli.rotation.access import Access
from hubwarden_policies.catalogue import RULES
from hubwarden_policies.data import load

GROUP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/practice"
OTHER = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/network"
HUB = f"{GROUP}/providers/Microsoft.Devices/IotHubs/contoso"
VAULT = f"{GROUP}/providers/Microsoft.KeyVault/vaults/keys"
WORKSPACE = f"{GROUP}/providers/Microsoft.OperationalInsights/workspaces/logs"
ACCOUNT = f"{GROUP}/providers/Microsoft.Storage/storageAccounts/uploads"
SETTINGS = "providers/Microsoft.Insights/diagnosticSettings"
# Planted: the double makes keys, and this one stands in a tag in clear.
PLANTED = "Q2x" + "planted" * 5 + "Zm8v9="


@dataclass
class Live:
    """A folder to check from, and the double that is looked at."""

    azure: LocalAzure
    folder: Path
    credential: Any = None
    cloud: str = ""
    code: int = 0
    text: str = ""
    report: dict[str, Any] = field(default_factory=dict)

    def check(self, *words: str, group: str | None = "practice") -> Live:
        self.code, self.text = self.run(
            *("--live", "--subscription", SUBSCRIPTION, "--no-advice", "--format", "json"),
            *(() if group is None else ("--resource-group", group)),
            *words,
        )
        self.report = json.loads(self.text)
        return self

    def access(self, cloud: str) -> Access:
        self.cloud = cloud
        who = self.credential or self.azure.credential
        return Access(self.azure.endpoints(), who, self.azure.clock)

    @staticmethod
    def words(form: str) -> tuple[str, ...]:
        place = ("--subscription", SUBSCRIPTION, "--resource-group", "practice")
        return ("--live", *place, "--no-advice", "--format", form)

    def check_in(self, form: str) -> str:
        return self.run(*self.words(form))[1]

    def run(self, *words: str) -> tuple[int, str]:
        app = typer.Typer()

        @app.callback()
        def options(context: typer.Context) -> None:
            context.obj = self.access

        app.command()(check)
        ended = CliRunner().invoke(app, ["check", *words], catch_exceptions=True)
        if ended.exception and not isinstance(ended.exception, SystemExit):
            raise ended.exception
        return ended.exit_code, ended.stdout

    def found(self, rule: str, status: str = "open") -> list[dict[str, Any]]:
        return [
            one
            for one in self.report["findings"]
            if one["rule"] == rule and one["status"] == status
        ]

    def unprotected(self) -> set[str]:
        """What no lock holds: whether a program protects it, Azure does not show."""
        told = self.report["inexpressible"]
        return {
            one["resource"].rpartition("/")[2]
            for one in told
            if one["rule"] == "stateful-unprotected"
        }

    def names(self, rule: str, status: str = "open") -> set[str]:
        return {one["resource"]["name"] for one in self.found(rule, status)}


@pytest.fixture
def live(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Live]:
    monkeypatch.chdir(tmp_path)
    with LocalAzure(clock=VirtualClock()) as azure:
        azure.world.add_hub("contoso", {"link": "RegistryWrite, ServiceConnect"})
        azure.world.add_dps("enrol", [Link("contoso", "link")])
        yield Live(azure, tmp_path)


def vault(live: Live, **properties: Any) -> None:
    said = {"sku": {"family": "A", "name": "standard"}, "vaultUri": "https://keys.vault.azure.net/"}
    live.azure.world.add_standing(
        VAULT, location="westeurope", properties={**said, "enableSoftDelete": True, **properties}
    )


def logged(live: Live, on: str, name: str = "audit", group: str = "allLogs") -> None:
    live.azure.world.add_standing(
        f"{on}/{SETTINGS}/{name}",
        properties={
            "workspaceId": WORKSPACE.lower(),
            "logs": [{"categoryGroup": group, "enabled": True, "category": None}],
        },
    )


def test_a_resource_is_judged_by_what_azure_says_of_it(live: Live) -> None:
    live.check()
    assert live.code == 1
    assert live.names("hub-public-network") == {"contoso"}
    assert live.found("hub-public-network")[0]["resource"] == {
        "type": "Microsoft.Devices/IotHubs",
        "name": "contoso",
        "address": HUB,
    }
    (stack,) = live.report["stacks"]
    assert (stack["project"], stack["stack"], stack["resources"]) == ("azure", "practice", 3)
    live.azure.world.add_hub("contoso", properties={"publicNetworkAccess": "Disabled"})
    assert live.check("--cloud", "china").names("hub-public-network") == set()
    assert live.cloud == "china"


def test_azure_is_only_read_and_no_key_is_asked_for(live: Live) -> None:
    vault(live)
    live.azure.world.add_standing(f"{VAULT}/secrets/hub", properties={"attributes": {}})
    live.azure.world.add_standing(f"{GROUP}/providers/Microsoft.Web/sites/portal", properties={})
    live.check()
    asked = live.azure.log.entries()
    assert len(asked) > 20
    assert {entry.method for entry in asked} == {"GET"}
    assert not [entry for entry in asked if "listkeys" in entry.path.lower()]


def test_what_only_keys_would_show_is_undecided_and_names_the_right(live: Live) -> None:
    live.check()
    (found,) = live.found("hub-wide-policy", "undecided")
    assert found["path"] == "properties.authorizationPolicies"
    assert "Microsoft.Devices/IotHubs/listkeys/action" in found["message"]
    assert "before deployment" not in found["message"]


def test_no_key_of_the_double_is_in_a_report_and_masks_are_no_keys(live: Live) -> None:
    live.azure.world.add_hub(
        "tagged",
        properties={
            "routing": {
                "endpoints": {
                    "eventHubs": [
                        {
                            "name": "alarms",
                            "connectionString": "Endpoint=sb://alarms.servicebus.windows.net/;"
                            f"SharedAccessKeyName=send;Shared{''}AccessKey={PLANTED}",
                        }
                    ]
                },
                "routes": [],
            },
        },
    )
    live.check()
    policy = live.azure.world.policy("hub", "contoso", "link")
    for key in (PLANTED, policy.primary, policy.secondary):
        assert key not in live.text
    for form in ("text", "sarif", "markdown", "junit"):
        assert PLANTED not in live.check_in(form)
    assert live.names("hub-routing-key") == {"tagged"}
    assert live.names("dps-link-in-clear") == set()


def test_links_and_logs_are_found_by_ids_in_any_case(live: Live) -> None:
    live.azure.world.add_standing(WORKSPACE, properties={"retentionInDays": 365})
    logged(live, HUB)
    live.check()
    assert live.names("hub-without-logs") == set()
    assert live.names("hub-without-logs", "undecided") == set()
    assert live.names("dps-without-logs") == {"enrol"}
    assert live.names("dps-unknown-hub") == set()


def test_a_workspace_of_the_same_name_elsewhere_is_another(live: Live) -> None:
    name = "providers/Microsoft.OperationalInsights/workspaces/logs"
    for group in (GROUP, OTHER):
        live.azure.world.add_standing(
            f"{group}/{name}",
            properties={"retentionInDays": 365, "workspaceCapping": {"dailyQuotaGb": 5}},
        )
    live.azure.world.add_standing(
        f"{GROUP}/providers/Microsoft.Insights/scheduledQueryRules/cap",
        properties={
            "enabled": True,
            "scopes": [f"{OTHER}/{name}".upper().replace("/SUBSCRIPTIONS", "/subscriptions")],
            "criteria": {"allOf": [{"query": "_LogOperation | where Detail has 'OverQuota'"}]},
        },
    )
    live.check(group=None)
    (silent,) = live.found("law-silent-cap")
    assert silent["resource"]["address"] == f"{GROUP}/{name}"


def test_settings_that_nobody_may_list_leave_the_logs_of_their_hub_undecided(live: Live) -> None:
    live.azure.fail(Fault("403", path=f"contoso/{SETTINGS}", times=9))
    live.check()
    (found,) = live.found("hub-without-logs", "undecided")
    assert "Microsoft.Insights/diagnosticSettings/read" in found["message"]
    assert live.names("hub-without-logs") == set()
    assert live.names("dps-without-logs") == {"enrol"}
    assert live.report["stacks"][0]["resources"] == 3
    code, text = live.run(*live.words("text"))
    assert code == 1
    assert "Microsoft.Insights/diagnosticSettings/read" in text


def test_a_type_that_nobody_may_list_is_undecided_and_no_pass(live: Live) -> None:
    live.azure.fail(Fault("403", path="Microsoft.Devices/IotHubs$", times=9))
    live.check("--strict")
    (found,) = live.found("hub-public-network", "undecided")
    assert found["resource"]["name"] == "(unread: Microsoft.Devices/IotHubs/read)"
    assert "Microsoft.Devices/IotHubs/read" in found["message"]
    assert live.found("dps-unknown-hub") == []
    assert live.names("dps-unknown-hub", "undecided") == {"enrol"}
    assert live.code == 1


def test_a_login_without_any_right_is_told_so(live: Live) -> None:
    live.azure.fail(Fault("403", times=999))
    live.check()
    assert live.code == 4
    assert "forbidden" in {one["kind"] for one in live.report["errors"]}
    assert "Reader" in live.text
    assert live.report["summary"]["open"] == 0
    assert live.report["inexpressible"] == []


def test_a_lock_of_the_subscription_counts_and_one_that_may_be_there_is_undecided(
    live: Live,
) -> None:
    assert live.check().unprotected() == {"contoso", "enrol"}
    live.azure.fail(Fault("403", path=r"/subscriptions/[^/]+/providers/.*/locks$"))
    live.check()
    assert live.names("stateful-unprotected", "undecided") == {"contoso", "enrol"}
    assert live.unprotected() == set()
    live.azure.world.add_standing(
        f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Authorization/locks/keep",
        properties={"level": "CanNotDelete"},
    )
    live.check()
    assert live.names("stateful-unprotected", "undecided") == set()
    assert live.unprotected() == set()


def test_a_lock_of_another_group_holds_nothing_here(live: Live) -> None:
    live.azure.world.add_standing(
        f"{OTHER}/providers/Microsoft.Authorization/locks/keep",
        properties={"level": "CanNotDelete"},
    )
    assert live.check().unprotected() == {"contoso", "enrol"}
    assert live.report["stacks"][0]["resources"] == 3


def test_what_goes_away_meanwhile_is_left_out_and_said(live: Live) -> None:
    live.azure.world.add_hub("leaving")
    live.azure.fail(Fault("404", path="IotHubs/leaving", times=9))
    live.check()
    assert "leaving" not in live.names("hub-public-network")
    assert live.names("hub-public-network") == {"contoso"}
    text = live.check_in("text")
    assert "went away" in text


def test_every_page_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with LocalAzure(clock=VirtualClock(), behaviour=Behaviour(page=2)) as azure:
        for number in range(5):
            azure.world.add_hub(f"hub{number}")
        live = Live(azure, tmp_path).check()
        assert live.names("hub-public-network") == {f"hub{number}" for number in range(5)}


def test_a_page_on_another_host_is_never_asked_for(live: Live) -> None:
    live.azure.world.add_hub("second")
    real = live.azure._main._server.handle  # noqa: SLF001 (no switch of the double lies like this)

    def handle(request: Any) -> Any:
        answer = real(request)
        if request.path.endswith("/IotHubs") and "value" in (answer.body or {}):
            body = {"value": answer.body["value"][:1], "nextLink": "https://localhost:1/more"}
            return type(answer)(answer.status, body, answer.headers)
        return answer

    live.azure._main._server.handle = handle  # noqa: SLF001
    live.check()
    assert live.code == 4
    assert "another host" in live.text
    assert live.names("hub-public-network") == {"contoso"}


def test_a_throttled_list_is_asked_for_again(live: Live) -> None:
    live.azure.fail(Fault("429", path="Microsoft.Devices/IotHubs$", times=2, retry_after=5))
    before = live.azure.clock.now()
    assert live.check().names("hub-public-network") == {"contoso"}
    assert live.azure.clock.now() - before >= 10
    assert live.report["errors"] == []


def answering(live: Live, path: str, answer: Any) -> None:
    """What the double says at the end of a path instead: it has no switch for it."""
    real = live.azure._main._server.handle  # noqa: SLF001

    def handle(request: Any) -> Any:
        return answer if request.path.endswith(path) else real(request)

    live.azure._main._server.handle = handle  # noqa: SLF001


def test_a_list_of_what_stands_that_is_not_found_is_no_empty_list(live: Live) -> None:
    vault(live)
    live.azure.world.add_standing(f"{VAULT}/secrets/hub", properties={"attributes": {}})
    logged(live, HUB)
    live.azure.fail(Fault("404", path=r"(vaults/keys/secrets|contoso/.*Settings)$", times=9))
    # Who may list vaults need not be one who may read this one.
    live.azure.fail(Fault("403", path="vaults/keys$", times=9))
    live.check()
    assert live.code == 4
    assert len(live.found("kv-secret-without-expiry", "undecided")) == 1
    assert live.names("hub-without-logs") == set()
    assert live.names("hub-without-logs", "undecided") == {"contoso"}


def test_what_the_list_of_its_type_leaves_out_is_judged_all_the_same(live: Live) -> None:
    answering(live, "Microsoft.Devices/IotHubs", Answer(200, {"value": []}))
    live.check()
    assert live.names("hub-public-network") == {"contoso"}
    assert live.names("dps-unknown-hub") == set()
    live.azure.fail(Fault("403", path="IotHubs/contoso$", times=9))
    live.check()
    assert len(live.found("hub-public-network", "undecided")) == 1


@pytest.mark.parametrize("answer", [{}, {"error": {"code": "Oops"}}, {"value": 5}])
@pytest.mark.parametrize("listed", ["Microsoft.Devices/IotHubs", "Microsoft.Authorization/locks"])
def test_an_answer_that_is_no_list_is_no_empty_one(
    live: Live, listed: str, answer: dict[str, Any]
) -> None:
    answering(live, listed, Answer(200, answer))
    live.check()
    assert live.code == 4


@pytest.mark.parametrize(("kind", "code"), [("500_before", 4), ("403", 1)])
def test_what_else_is_there_and_nobody_may_list_is_undecided(
    live: Live, kind: FaultKind, code: int
) -> None:
    live.azure.world.add_standing(f"{GROUP}/providers/Microsoft.Devices/thingHubs/new")
    (live.folder / "policy.practice.json").write_text(
        '{"all": "disabled", "not-covered": "advisory"}'
    )
    live.azure.fail(Fault(kind, path="/resources$", times=99))
    live.check("--strict")
    (found,) = live.found("not-covered", "undecided")
    assert "could not be listed" in found["message"]
    assert live.code == code


@pytest.mark.parametrize(
    ("types", "code"), [(["topics"], 1), (["topics", "Namespaces"], 4), (None, 4)]
)
def test_a_type_that_the_cloud_does_not_have_is_none_and_a_version_is_not_known(
    live: Live, types: list[str] | None, code: int
) -> None:
    answering(
        live,
        "Microsoft.EventGrid/namespaces",
        azure_error(404, "InvalidResourceType", "It is not there in this version."),
    )
    if types is not None:
        told = {"resourceTypes": [{"resourceType": one, "apiVersions": []} for one in types]}
        answering(live, "/providers/Microsoft.EventGrid", Answer(200, told))
    live.check()
    assert live.code == code
    assert len(live.found("resource-without-logs", "undecided")) == (code == 4)


def test_a_list_that_never_comes_is_an_error_beside_what_is_known(live: Live) -> None:
    live.azure.fail(Fault("500_before", path="provisioningServices$", times=99))
    live.check()
    assert live.code == 4
    assert live.names("hub-public-network") == {"contoso"}
    assert live.found("dps-public-network") == []


@pytest.mark.parametrize("group", ["nowhere", None])
def test_a_place_that_is_not_there_is_told(live: Live, group: str | None) -> None:
    words = ("--subscription", "00000000-0000-4000-8000-000000000000") if group is None else ()
    live.check(*words, group=group)
    assert live.code == 2
    (error,) = live.report["errors"]
    assert error["kind"] == "no-such-place"
    assert ("az account list" if group is None else "az group list") in error["message"]


@pytest.mark.parametrize(
    "words",
    [
        ("--live",),
        ("--live", "--subscription", "mine"),
        ("--live", "--subscription", SUBSCRIPTION, "--resource-group", "a/../b"),
        ("--live", "--subscription", SUBSCRIPTION, "."),
        ("--live", "--subscription", SUBSCRIPTION, "--stack", "prod"),
        ("--subscription", SUBSCRIPTION),
        ("--resource-group", "practice"),
    ],
)
def test_words_that_do_not_go_together_are_refused(live: Live, words: tuple[str, ...]) -> None:
    with pytest.raises(Refusal, match=r"--(live|subscription|resource-group) .*\.$"):
        live.run(*words)
    assert live.azure.log.entries() == []


def test_a_private_endpoint_in_another_group_is_followed_and_not_judged(live: Live) -> None:
    endpoint = f"{OTHER}/providers/Microsoft.Network/privateEndpoints/way"
    live.azure.world.add_hub(
        "contoso",
        properties={
            "publicNetworkAccess": "Disabled",
            "privateEndpointConnections": [{"properties": {"privateEndpoint": {"id": endpoint}}}],
        },
    )
    assert live.check().names("hub-unreachable") == {"contoso"}
    connection = {"properties": {"privateLinkServiceId": HUB, "groupIds": ["iotHub"]}}
    live.azure.world.add_standing(
        endpoint, properties={"privateLinkServiceConnections": [connection]}
    )
    live.azure.world.add_standing(
        f"{endpoint}/privateDnsZoneGroups/default",
        properties={"privateDnsZoneConfigs": [{"name": "azure-devices-net"}]},
    )
    live.check()
    assert live.names("hub-unreachable") == set()
    assert live.names("hub-unreachable", "undecided") == set()
    place = Place.named(SUBSCRIPTION, ["practice"])
    stack = collect(live.access("public").arm, place, lambda *_: None).stack
    assert stack is not None
    assert stack.unchanged == {endpoint, f"{endpoint}/privateDnsZoneGroups/default"}
    live.azure.fail(Fault("403", path="privateEndpoints/way"))
    assert live.check().names("hub-unreachable", "undecided") == {"contoso"}


def test_a_role_of_a_hubs_identity_is_known_by_its_principal(live: Live) -> None:
    principal = "7e57aaaa-0000-4000-8000-0000000000cc"
    hub = live.azure.world.named("hub", "contoso")
    assert hub is not None
    assert hub.content.body is not None
    hub.content.body["identity"] = {"type": "SystemAssigned", "principalId": principal}
    live.azure.world.add_standing(
        f"{GROUP}/providers/Microsoft.Authorization/roleAssignments/one",
        properties={
            "principalId": principal.upper(),
            "roleDefinitionId": f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Authorization/"
            "roleDefinitions/b24988ac-6180-42a0-ab88-20f7382dd24c",
            "scope": GROUP,
        },
    )
    assert live.check().names("hub-identity-too-powerful") == {"one"}


def test_a_type_of_a_namespace_of_ours_that_nobody_knows_is_named(live: Live) -> None:
    live.azure.world.add_standing(f"{GROUP}/providers/Microsoft.Devices/thingHubs/new")
    live.azure.world.add_standing(f"{GROUP}/providers/Contoso.Stuff/things/one")
    live.check()
    (found,) = live.found("not-covered", "undecided")
    assert "Microsoft.Devices/thingHubs" in found["message"]


def test_children_are_judged_with_their_parents(live: Live) -> None:
    vault(live)
    live.azure.world.add_standing(
        f"{VAULT}/secrets/hub", properties={"attributes": {"enabled": True}}
    )
    live.azure.world.add_standing(f"{ACCOUNT}", properties={"allowBlobPublicAccess": True})
    live.azure.world.add_standing(f"{ACCOUNT}/blobServices/default", properties={})
    live.azure.world.add_standing(
        f"{ACCOUNT}/blobServices/default/containers/all", properties={"publicAccess": "Blob"}
    )
    live.check()
    assert live.names("kv-secret-without-expiry") == {"keys/hub"}
    assert live.names("resource-without-logs") == {"uploads/default"}
    logged(live, f"{ACCOUNT}/blobServices/default")
    assert live.check().names("resource-without-logs") == set()


def test_what_a_list_leaves_out_and_nobody_may_get_is_undecided(live: Live) -> None:
    vault(live)
    live.azure.world.add_standing(
        f"{VAULT}/keys/data", properties={"attributes": {"exp": 4_102_444_800}}
    )
    assert live.check().names("kv-key-without-rotation") == {"keys/data"}
    live.azure.fail(Fault("403", path="keys/data$"))
    live.check()
    assert live.names("kv-key-without-rotation") == set()
    (found,) = live.found("kv-key-without-rotation", "undecided")
    assert "Microsoft.KeyVault/vaults/keys/read" in found["message"]


def test_settings_of_an_app_are_never_asked_for_and_so_undecided(live: Live) -> None:
    live.azure.world.add_standing(
        f"{GROUP}/providers/Microsoft.Web/sites/portal", properties={"siteConfig": None}
    )
    live.check()
    (found,) = live.found("app-setting-connection-string", "undecided")
    assert "Microsoft.Web/sites/config/list/action" in found["message"]


def test_a_service_that_the_subscription_never_used_has_nothing(live: Live) -> None:
    real = live.azure._main._server.handle  # noqa: SLF001 (no switch of the double answers so)

    def handle(request: Any) -> Any:
        if request.path.endswith("Microsoft.EventGrid/namespaces"):
            return azure_error(409, "MissingSubscriptionRegistration", "It is not registered.")
        return real(request)

    live.azure._main._server.handle = handle  # noqa: SLF001
    live.check()
    assert live.report["errors"] == []
    assert "EventGrid" not in live.text


def test_properties_that_are_no_object_are_no_pass(live: Live) -> None:
    live.azure.world.add_standing(VAULT, properties="odd")
    live.check()
    assert live.names("kv-purge", "undecided") == {"keys"}
    assert live.code == 4


def test_without_a_login_there_is_a_sentence(live: Live) -> None:
    class Nobody:
        def get_token(self, *_: str, **__: Any) -> Any:
            raise ClientAuthenticationError("none")

    live.credential = Nobody()
    with pytest.raises(Refusal, match="az login"):
        live.check()


def test_a_token_that_azure_refuses_is_no_missing_right(live: Live) -> None:
    live.azure.fail(Fault("401", times=9))
    with pytest.raises(Refusal, match="az login"):
        live.check()


def test_without_the_extra_it_says_what_to_install(live: Live) -> None:
    words = ["hubwarden", "check", "--live", "--subscription", SUBSCRIPTION]
    program = (
        f"import sys; sys.modules['azure'] = None; sys.argv = {words};"
        "from hubwarden_cli.app import main; sys.exit(main())"
    )
    run = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        cwd=live.folder,
        check=False,
    )
    assert run.returncode == 2
    assert "pip install 'hubwarden[creds]'" in run.stderr
    assert "Traceback" not in run.stderr


def test_levels_of_the_folder_and_the_place_hold(live: Live) -> None:
    (live.folder / "policy.practice.json").write_text('{"all": "disabled"}')
    live.check()
    assert live.code == 0
    assert live.report["findings"] == []


def test_everything_that_a_rule_reads_is_asked_for_in_a_version_that_there_is() -> None:
    asked = {one.type: one.api for one in every()}
    read = {arm_type for rule in RULES for arm_type in rule.arm_types}
    # They stand in the body of their vault.
    assert read - set(asked) == {"Microsoft.KeyVault/vaults/accessPolicies"}
    known = load("arm-types.json")["types"]
    unknown = {name: api for name, api in asked.items() if name not in known}
    assert set(unknown) == {"Microsoft.EventGrid/namespaces", "Microsoft.Web/sites/slots"}
    assert [
        (name, api)
        for name, api in asked.items()
        if name in known and api not in known[name]["versions"]
    ] == []
