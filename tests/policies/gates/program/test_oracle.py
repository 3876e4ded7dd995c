"""What the oracle answers, asked with the classes of the real SDK."""

from __future__ import annotations

import base64
import ipaddress
import re
import uuid
from datetime import datetime
from typing import Any

import pulumi
import pulumi_azure_native
import pytest
from pulumi_azure_native import (
    authorization,
    containerservice,
    eventhub,
    iothub,
    keyvault,
    network,
    operationalinsights,
    redis,
    resources,
    storage,
    web,
)

from hubwarden_policies.data import load
from hubwarden_policies.gates.program.hubwarden_recorder.made_up import arm_ids, credentials, shapes
from hubwarden_policies.gates.program.hubwarden_recorder.made_up.marks import Marks
from hubwarden_policies.gates.program.hubwarden_recorder.made_up.oracle import Oracle, make_oracle
from hubwarden_policies.gates.program.hubwarden_recorder.sdk.registration import Registration
from hubwarden_policies.gates.program.hubwarden_recorder.values import UNKNOWN, Secret

HUB, GROUP = "azure-native:iothub:IotHubResource", "azure-native:resources:ResourceGroup"
VAULT, VAULT_SECRET = "azure-native:keyvault:Vault", "azure-native:keyvault:Secret"
KEYS = "azure-native:iothub:listIotHubResourceKeysForKeyName"
ARGS = {"resourceGroupName": "plant", "resourceName": "hub", "keyName": "service"}


def oracle(
    mode: str, marks: Marks | None = None, location: str | None = None, **fixtures: Any
) -> Oracle:
    types = {HUB: "Microsoft.Devices/IotHubs", GROUP: "Microsoft.Resources/resourceGroups"}
    fixtures.setdefault("armTypes", types)
    return make_oracle(mode, marks=marks or Marks(), fixtures=fixtures, location=location)


def registration(cls: Any, token: str, name: str, **inputs: Any) -> Registration:
    urn = f"urn:pulumi:dev::plant::{token}::{name}"
    return Registration(urn, token, name, custom=True, cls=cls, inputs=inputs)


def created(answers: Oracle, item: Registration) -> tuple[Any, dict[str, Any]]:
    item.inputs = answers.check(item)
    return answers.create(item)


def test_check_adds_what_azure_native_adds() -> None:
    hub = registration(iothub.IotHubResource, HUB, "hub", resourceGroupName=UNKNOWN)
    checked = oracle("preview").check(hub)
    assert re.fullmatch("hub[0-9a-f]{8}", checked["resourceName"])
    assert checked["location"] is UNKNOWN
    assert checked["azureApiVersion"] == "2023-06-30"
    assert oracle("preview", location="northeurope").check(hub)["location"] == "northeurope"
    assert oracle("canary").check(hub)["resourceName"] == checked["resourceName"]


def test_check_leaves_what_is_given() -> None:
    given = {"resourceName": "telemetry", "location": "westus", "resourceGroupName": "plant"}
    hub = registration(iothub.IotHubResource, HUB, "hub", **given)
    checked = oracle("preview", location="northeurope").check(hub)
    assert {name: checked[name] for name in given} == given


def test_what_lies_in_another_resource_is_named_as_the_program_names_it() -> None:
    item = registration(keyvault.Secret, VAULT_SECRET, "hub-key", vaultName="vault")
    assert oracle("preview").check(item)["secretName"] == "hub-key"
    role = "azure-native:authorization:RoleAssignment"
    item = registration(authorization.RoleAssignment, role, "reader", scope="/subscriptions/x")
    assert uuid.UUID(oracle("preview").check(item)["roleAssignmentName"])


def test_a_preview_copies_inputs_and_knows_nothing_else() -> None:
    hub = registration(
        iothub.IotHubResource,
        HUB,
        "hub",
        properties={"minTlsVersion": "1.2", "comments": Secret("x")},
        location="westus",
    )
    id_, outputs = created(oracle("preview"), hub)
    assert id_ is None
    assert outputs["location"] == "westus"
    assert outputs["name"] is UNKNOWN
    assert outputs["properties"]["minTlsVersion"] == "1.2"
    assert outputs["properties"]["comments"] == Secret("x")
    assert outputs["properties"]["hostName"] is UNKNOWN
    assert "resourceGroupName" not in outputs


def test_in_the_canary_run_all_is_known_and_no_text_stands_for_two_things() -> None:
    marks = Marks()
    answers = oracle("canary", marks)
    group_id, group = created(answers, registration(resources.ResourceGroup, GROUP, "plant"))
    hub = registration(
        iothub.IotHubResource, HUB, "hub", resourceGroupName=group["name"],
        properties={"minTlsVersion": "1.2", "comments": Secret("x")},
    )  # fmt: skip
    id_, outputs = created(answers, hub)
    assert id_ == f"{group_id}/providers/Microsoft.Devices/IotHubs/{outputs['name']}"
    assert outputs["properties"]["minTlsVersion"] == "1.2"
    assert outputs["properties"]["comments"] == Secret("x")
    assert outputs["properties"]["hostName"].endswith(".azure-devices.net")
    assert "events" in outputs["properties"]["eventHubEndpoints"]
    assert "UNKNOWN" not in repr(outputs)
    listed = [text for text, _, _ in marks.made]
    assert len(listed) == len(set(listed))
    assert {id_, outputs["name"], outputs["properties"]["hostName"]} <= set(listed)
    assert [id_, hub.urn, "id"] in marks.made


def test_a_name_that_the_program_chose_is_told_apart_from_its_other_uses() -> None:
    marks = Marks()
    hub = registration(iothub.IotHubResource, HUB, "hub", resourceName="prod")
    _, outputs = created(oracle("canary", marks), hub)
    assert outputs["name"].startswith("prodhw")
    assert [outputs["name"], hub.urn, "name"] in marks.made


def test_answers_are_the_same_whatever_came_before() -> None:
    def answer(*before: str) -> dict[str, Any]:
        answers = oracle("canary")
        for name in before:
            created(answers, registration(keyvault.Vault, VAULT, name))
        return created(answers, registration(keyvault.Vault, VAULT, "vault"))[1]

    assert answer() == answer("other", "third")


def test_flags_numbers_and_choices_differ_between_the_runs() -> None:
    token = "azure-native:web:getAppServicePlan"
    one, other = (oracle(mode).invoke(token, {"name": "plan"}) for mode in ("preview", "canary"))
    assert (one["isXenon"], other["isXenon"]) == (False, True)
    assert (one["numberOfSites"], other["numberOfSites"]) == (1, 2)
    assert one["status"] == other["status"]


def test_a_resource_hands_out_no_key_that_azure_does_not() -> None:
    marks = Marks()
    answers = oracle("canary", marks)
    for cls, token in (
        (iothub.IotHubResource, HUB),
        (storage.StorageAccount, "azure-native:storage:StorageAccount"),
        (web.WebApp, "azure-native:web:WebApp"),
        (keyvault.Vault, VAULT),
        (eventhub.Namespace, "azure-native:eventhub:Namespace"),
    ):
        created(answers, registration(cls, token, "one", resourceGroupName="plant"))
    assert not marks.marks
    created(answers, registration(redis.Redis, "azure-native:redis:Redis", "cache"))
    assert [path for _, _, path, _ in marks.marks] == [
        "accessKeys.primaryKey",
        "accessKeys.secondaryKey",
    ]


def test_functions_hand_out_marks_and_no_secrets() -> None:
    marks = Marks()
    answers = oracle("canary", marks)
    result = answers.invoke(KEYS, ARGS, iothub.ListIotHubResourceKeysForKeyNameResult)
    assert result["keyName"] == "service"
    assert [result["primaryKey"], f"call:{KEYS}", "primaryKey", "key"] in marks.marks
    assert result["primaryKey"] != result["secondaryKey"]
    assert answers.fetches_credentials(KEYS)
    again = answers.invoke(KEYS, {**ARGS, "resourceName": "other"})
    assert again["primaryKey"] != result["primaryKey"]
    assert answers.invoke(KEYS, ARGS) == result


def test_both_runs_hand_out_the_same_keys() -> None:
    assert (
        oracle("preview").invoke(KEYS, ARGS)["primaryKey"]
        == (oracle("canary").invoke(KEYS, ARGS)["primaryKey"])
    )


def test_an_unknown_argument_leaves_the_result_unknown() -> None:
    assert oracle("preview").invoke(KEYS, {**ARGS, "resourceName": UNKNOWN}) is None
    assert oracle("preview").invoke(KEYS, {**ARGS, "filter": Secret([UNKNOWN])}) is None


@pytest.mark.parametrize(
    ("token", "args", "path", "form"),
    [
        ("eventhub:listNamespaceKeys", {"namespaceName": "n", "authorizationRuleName": "Root"},
         ["primaryConnectionString"],
         r"Endpoint=sb://\S+/;SharedAccessKeyName=Root;SharedAccessKey=(MARK)"),
        ("cosmosdb:listDatabaseAccountConnectionStrings", {"accountName": "n"},
         ["connectionStrings", 0, "connectionString"],
         r"AccountEndpoint=https://\S+:443/;AccountKey=(MARK);"),
        ("signalrservice:listSignalRKeys", {"resourceName": "n"}, ["primaryConnectionString"],
         r"Endpoint=https://\S+;AccessKey=(MARK);Version=1.0;"),
        ("storage:listStorageAccountKeys", {"accountName": "n"}, ["keys", 1, "value"], "(MARK)"),
        ("storage:listStorageAccountServiceSAS", {"accountName": "n"}, ["serviceSasToken"],
         r"sv=\S+&sig=(MARK)"),
        ("operationalinsights:getSharedKeys", {"workspaceName": "n"}, ["primarySharedKey"],
         "(MARK)"),
        ("containerregistry:listRegistryCredentials", {"registryName": "n"},
         ["passwords", 1, "value"], "(MARK)"),
        ("web:listWebAppHostKeys", {"name": "n"}, ["functionKeys", "default"], "(MARK)"),
        ("web:listStaticSiteSecrets", {"name": "n"}, ["properties", "apiKey"], "(MARK)"),
        ("search:listAdminKey", {"searchServiceName": "n"}, ["primaryKey"], "(MARK)"),
        ("maps:listAccountKeys", {"accountName": "n"}, ["primaryKey"], "(MARK)"),
        ("batch:listBatchAccountKeys", {"accountName": "n"}, ["primary"], "(MARK)"),
        ("authorization:getClientToken", {}, ["token"], "(MARK)"),
        ("deviceprovisioningservices:listIotDpsResourceKeysForKeyName",
         {"keyName": "k", "provisioningServiceName": "n"}, ["primaryKey"], "(MARK)"),
    ],
)  # fmt: skip
def test_each_service_hands_out_its_own_form(
    token: str, args: dict[str, Any], path: list[Any], form: str
) -> None:
    getattr(pulumi_azure_native, token.partition(":")[0]).__name__  # noqa: B018 (imports it)
    marks = Marks()
    value = oracle("canary", marks).invoke(f"azure-native:{token}", args)
    for step in path:
        value = value[step]
    found = re.fullmatch(form.replace("MARK", r"[A-Za-z0-9]{43}="), value)
    assert found, value
    assert found[1] in [text for text, *_ in marks.marks]


def test_a_kubeconfig_is_a_file_in_base64() -> None:
    marks = Marks()
    token = "azure-native:containerservice:listManagedClusterUserCredentials"
    result = oracle("canary", marks).invoke(
        token, {"resourceName": "n"}, containerservice.ListManagedClusterUserCredentialsResult
    )
    text = base64.b64decode(result["kubeconfigs"][0]["value"]).decode()
    assert "kind: Config" in text
    assert marks.marks[0][0] in text


def test_who_deploys_is_known_in_both_runs() -> None:
    for mode in ("preview", "canary"):
        answers = oracle(mode)
        client = answers.invoke("azure-native:authorization:getClientConfig", {})
        assert all(uuid.UUID(client[name]) for name in ("tenantId", "objectId", "subscriptionId"))
    id_, _ = created(answers, registration(resources.ResourceGroup, GROUP, "plant"))
    assert id_.startswith(f"/subscriptions/{client['subscriptionId']}/")


def test_made_up_values_can_be_parsed() -> None:
    answers = oracle("canary")
    endpoint = "azure-native:network:getPrivateEndpoint"
    result = answers.invoke(endpoint, {"privateEndpointName": "p", "resourceGroupName": "g"},
                            network.GetPrivateEndpointResult)  # fmt: skip
    assert ipaddress.ip_address(result["customDnsConfigs"][0]["ipAddresses"][0])
    assert result["id"].endswith("/resourceGroups/g/providers/Microsoft.Network/privateEndpoints/p")
    keys = answers.invoke("azure-native:storage:listStorageAccountKeys", {"accountName": "a"},
                          storage.ListStorageAccountKeysResult)  # fmt: skip
    assert datetime.fromisoformat(keys["keys"][0]["creationTime"])
    space = created(
        answers,
        registration(
            operationalinsights.Workspace, "azure-native:operationalinsights:Workspace", "w"
        ),
    )[1]
    assert uuid.UUID(space["customerId"])
    account = answers.invoke("azure-native:storage:getStorageAccount", {"accountName": "a"},
                             storage.GetStorageAccountResult)  # fmt: skip
    assert re.fullmatch(
        r"https://\w+\.blob\.core\.windows\.net/", account["primaryEndpoints"]["blob"]
    )
    assert space["provisioningState"] == "Succeeded"


def test_a_resource_that_is_there_already_keeps_the_name_in_its_id() -> None:
    id_ = "/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/shared"
    vault = registration(keyvault.Vault, VAULT, "shared")
    assert oracle("preview").read(vault, id_)["name"] == "shared"
    assert oracle("preview").read(vault, id_)["properties"] is UNKNOWN
    assert oracle("canary").read(vault, id_)["name"] == "shared"
    assert "vaultUri" in oracle("canary").read(vault, id_)["properties"]


def test_fixtures_win_and_are_literal() -> None:
    marks = Marks()
    answers = oracle(
        "canary",
        marks,
        resources={VAULT: {"properties": {"vaultUri": "https://ours.example/"}}},
        invokes={KEYS: {"primaryKey": "an-old-key-of-ours"}, "x:index:f": {"any": [1]}},
    )
    _, outputs = created(answers, registration(keyvault.Vault, VAULT, "vault"))
    assert outputs["properties"]["vaultUri"] == "https://ours.example/"
    assert outputs["properties"]["provisioningState"] == "Succeeded"
    result = answers.invoke(KEYS, ARGS, iothub.ListIotHubResourceKeysForKeyNameResult)
    assert result["primaryKey"] == "an-old-key-of-ours"
    assert ["an-old-key-of-ours", f"call:{KEYS}", "primaryKey", "key"] in marks.marks
    assert answers.invoke("x:index:f", {}) == {"any": [1]}
    preview = oracle("preview", resources={VAULT: {"properties": {"vaultUri": "https://ours/"}}})
    _, outputs = created(preview, registration(keyvault.Vault, VAULT, "vault"))
    assert outputs["properties"]["vaultUri"] == "https://ours/"
    assert outputs["properties"]["provisioningState"] is UNKNOWN


@pytest.mark.parametrize("mode", ["preview", "canary"])
def test_resources_of_packages_that_nobody_knows_go_through(mode: str) -> None:
    item = registration(None, "acme:index:Rocket", "one", fuel="kerosene", stages=2)
    assert created(oracle(mode), item)[1] == {"fuel": "kerosene", "stages": 2}
    assert oracle(mode).invoke("acme:index:getRocket", {"name": "one"}) == {}


class RandomPassword(pulumi.CustomResource):
    """As the SDK of that provider has it, which not every environment has."""

    length: pulumi.Output[int]
    result: pulumi.Output[str]
    other: pulumi.Output[str]


def test_what_providers_mark_as_secret_is_a_mark_in_a_secret() -> None:
    marks = Marks()
    token = "random:index/randomPassword:RandomPassword"
    item = registration(RandomPassword, token, "p", length=16)
    _, outputs = created(oracle("canary", marks), item)
    assert outputs["length"] == 16
    assert isinstance(outputs["result"], Secret)
    assert [outputs["result"].value, item.urn, "result", "key"] in marks.marks
    assert created(oracle("preview"), item)[1]["result"] is UNKNOWN


def test_an_output_that_the_program_marks_as_secret_is_a_mark() -> None:
    marks = Marks()
    item = registration(RandomPassword, "acme:index:Thing", "p")
    item.options = {"additionalSecretOutputs": ["other"]}
    outputs = created(oracle("canary", marks), item)[1]
    assert [text for text, *_ in marks.marks] == [outputs["other"]]


@pytest.mark.parametrize(
    "name",
    [
        "keyCreationTime", "connectionStringName", "storageAccountConnectionStringName", "keyName",
        "keyVaultId", "keyVaultUri", "publicKey", "sshPublicKey", "secretName", "secretUri",
        "partitionKey", "accessKeyId", "tokenEndpoint", "tokenType", "clientSecretSettingName",
        "passwordSecretRef", "primaryKeyUri", "creationToken", "publicKeyToken", "keySource",
        "key1", "value",
    ],
)  # fmt: skip
def test_names_that_only_speak_of_credentials_bear_none(name: str) -> None:
    assert not credentials.bears(HUB, name)


@pytest.mark.parametrize(
    "name",
    [
        "primaryKey", "secondaryMasterKey", "administratorLoginPassword", "adminPassword",
        "clientSecret", "connectionString", "primaryBlobConnectionString", "accountKey",
        "sasToken", "blobSasUri", "accessToken", "kubeConfig", "private_key_pem", "password",
        "sharedAccessPolicyKey", "apiKey",
    ],
)  # fmt: skip
def test_names_of_credentials_bear_one(name: str) -> None:
    assert credentials.bears(HUB, name)


def test_only_functions_that_hand_out_credentials_fetch_some() -> None:
    fetching = {
        "azure-native:iothub:listIotHubResourceKeys", "azure-native:search:listAdminKey",
        "azure-native:devices/v20230630:listIotHubResourceKeys",
        "azure-native_iothub_v20230630:iothub:listIotHubResourceKeys",
        "azure-native:web:listWebAppApplicationSettings",
        "azure-native:operationalinsights:getSharedKeys",
    }  # fmt: skip
    harmless = {
        "azure-native:keyvault:getKey", "azure-native:keyvault:getSecret",
        "azure-native:authorization:listPolicyDefinitionVersionAll",
        "azure-native:authorization:getClientConfig", "azure-native:web:listWebAppSiteBackups",
        "azure-native:logic:listIntegrationAccountKeyVaultKeys",
    }  # fmt: skip
    assert {token for token in fetching | harmless if credentials.fetches(token)} == fetching


def test_the_names_in_an_id_are_in_azures_order() -> None:
    """Compared with the reviewed table, for every type that rules read."""
    urls = load("azure-native.json")["urls"]
    compared = 0
    for arm_type, entry in load("arm-types.json")["types"].items():
        if arm_type not in urls or "pulumi" not in entry:
            continue
        token = entry["pulumi"]["token"]
        _, module, name = token.split(":")
        cls = getattr(getattr(pulumi_azure_native, module), name)
        known, outputs = shapes.inputs_of(cls), shapes.of_resource(cls, token)
        own = arm_ids.own_name(known, outputs)
        above = arm_ids.parents(known, outputs, own)
        found = [*arm_ids.in_order(above, arm_type.split("/")[1:-1]), own]
        wanted = [None if key.startswith("=") else key for key in urls[arm_type]["names"]]
        if urls[arm_type]["names"][-1].startswith("="):
            wanted[-1] = own
        assert found == wanted, arm_type
        compared += 1
    assert compared > 60


def test_an_sdk_without_type_metadata_is_said_and_breaks_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Hub(iothub.IotHubResource):
        """What is known of a class is kept, so this is one that nobody has asked for."""

    monkeypatch.setattr(shapes, "_types", None)
    monkeypatch.setattr(shapes, "notes", [])
    id_, outputs = created(oracle("canary"), registration(Hub, HUB, "hub", sku={"name": "S1"}))
    assert id_
    assert outputs == {"sku": {"name": "S1"}}
    assert "Hub" in shapes.notes[0]
