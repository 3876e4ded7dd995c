"""What each value of a resource speaks of: outputs, ids, names, hosts, scopes, parents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tests.policies.gates.program import hand_made as hand
from tests.policies.gates.program.running import runs

from hubwarden_policies.gates.program.graph.merge import merge
from hubwarden_policies.gates.program.leaks.made import OPAQUE
from hubwarden_policies.gates.program.pulumi_project.project import read_project, read_stack
from hubwarden_policies.model import Secret

if TYPE_CHECKING:
    from hubwarden_policies.model import Resource, Stack

SUBSCRIPTION = "/subscriptions/5c0d8f2e-0000-4000-8000-hwsub0001"
GROUP_ID = f"{SUBSCRIPTION}/resourceGroups/g-hwgroup1"
HUB_ID = f"{GROUP_ID}/providers/Microsoft.Devices/IotHubs/hub-hwhub001"
STORE_ID = f"{GROUP_ID}/providers/Microsoft.Storage/storageAccounts/storehwstore1"
LOGS_ID = f"{GROUP_ID}/providers/Microsoft.OperationalInsights/workspaces/logs-hwlogs01"

GROUP, HUB, STORE, LOGS = (
    hand.urn(token, name)
    for token, name in [
        (hand.GROUP, "g"),
        (hand.HUB, "hub"),
        (hand.STORAGE, "store"),
        (hand.WORKSPACE, "logs"),
    ]
)
MADE = [
    ["g-hwgroup1", GROUP, "name"],
    [GROUP_ID, GROUP, "id"],
    ["hub-hwhub001", HUB, "name"],
    [HUB_ID, HUB, "id"],
    ["hub-hwhub001.azure-devices.net", HUB, "properties.hostName"],
    ["storehwstore1", STORE, "name"],
    [STORE_ID, STORE, "id"],
    ["logs-hwlogs01", LOGS, "name"],
    [LOGS_ID, LOGS, "id"],
    [SUBSCRIPTION.rpartition("/")[2], "call:getClientConfig", "subscriptionId"],
    # What is listed first and what last must not matter.
    ["5c0d8f2e-0000-4000-8000-hwtenant1", "call:getClientConfig", "tenantId"],
]
BASE = [
    hand.resource(hand.GROUP, "g", resourceGroupName="g-hwgroup1"),
    hand.resource(hand.HUB, "hub", resourceName="hub", resourceGroupName="g-hwgroup1"),
    hand.resource(hand.STORAGE, "store", accountName="store", resourceGroupName="g-hwgroup1"),
    hand.resource(hand.WORKSPACE, "logs", workspaceName="logs", resourceGroupName="g-hwgroup1"),
]


def deployed(*resources: dict[str, Any], **fields: Any) -> Stack:
    """The stack of these resources beside a group, a hub, a storage account and a workspace."""
    return hand.stack(
        hand.recording("preview", *BASE, *resources, made=MADE),
        hand.recording("canary", *BASE, *resources, **{"made": MADE, **fields}),
    )


def references(token: str, /, *others: dict[str, Any], **inputs: Any) -> dict[str, Any]:
    """The references of one more resource; one address stands for itself."""
    there = deployed(*others, hand.resource(token, "it", **inputs))
    (found,) = (r.references for r in there.resources if r.name == "it")
    return {path: a[0] if len(a) == 1 else a for path, a in found.items()}


@pytest.mark.parametrize(
    ("uri", "scope"),
    [
        (HUB_ID, HUB),
        (GROUP_ID, GROUP),
        (f"{STORE_ID}/blobServices/default", STORE),
        (f"{STORE_ID}/blobServices/default/", STORE),
        # Ids that the program wrote itself, in whatever case, with made-up names in them or not.
        (
            f"{SUBSCRIPTION}/resourcegroups/g-hwgroup1/providers/microsoft.devices/iothubs/HUB",
            HUB,
        ),
        ("/subscriptions/x/resourceGroups/g/providers/Microsoft.Devices/IotHubs/hub", HUB),
        (f"{GROUP_ID}/providers/Microsoft.Devices/IotHubs/hub-hwhub001", HUB),
        ("/subscriptions/x/resourceGroups/g-hwgroup1", GROUP),
        (f"{HUB_ID}/providers/Microsoft.Insights/diagnosticSettings/d", HUB),
        # Not deployed here, though its group is.
        (f"{GROUP_ID}/providers/Microsoft.Devices/IotHubs/other", None),
        (f"{GROUP_ID}/providers/Microsoft.KeyVault/vaults/hub", None),
        (SUBSCRIPTION, None),
        ("/subscriptions/x", None),
        ("", None),
    ],
)
def test_a_scope_is_the_resource_that_its_id_ends_in(uri: str, scope: str | None) -> None:
    assert references(hand.SETTING, resourceUri=uri, name="d").get("scope") == scope


def test_a_child_that_is_deployed_here_is_what_an_id_ends_in() -> None:
    blobs = hand.resource(
        "azure-native:storage:BlobServiceProperties",
        "blobs",
        accountName="storehwstore1",
        blobServicesName="default",
    )
    uri = f"{STORE_ID}/blobServices/default"
    assert references(hand.SETTING, blobs, resourceUri=uri)["scope"] == blobs["urn"]


def test_outputs_lead_to_their_resource_and_a_secret_too() -> None:
    found = references(
        hand.SETTING,
        resourceUri=HUB_ID,
        workspaceId=hand.hidden(LOGS_ID),
        storageAccountId=STORE_ID,
        eventHubName="literal",
    )
    assert found["properties.workspaceId"] == LOGS
    assert found["properties.storageAccountId"] == STORE
    assert "properties.eventHubName" not in found


def link(text: str, **fields: Any) -> Any:
    dps = hand.resource(hand.DPS, "it", properties={"iotHubs": [{"connectionString": text}]})
    (found,) = (r for r in deployed(dps, **fields).resources if r.name == "it")
    return found.references.get("properties.iotHubs[0].connectionString")


def test_a_connection_string_speaks_of_the_hub_of_its_host() -> None:
    assert link("HostName=hub-hwhub001.azure-devices.net;SharedAccessKey=k") == (HUB,)  # planted
    assert link("HostName=hub.azure-devices.net;SharedAccessKey=k") == (HUB,)  # planted
    assert link("HostName=other.azure-devices.net;SharedAccessKey=k") is None  # planted
    assert link("nothing like it") is None


def test_a_key_speaks_of_what_its_function_was_called_for() -> None:
    hub = hand.resource(hand.HUB, "second", resourceName="second")
    calls = [
        {
            "token": "azure-native:iothub:listIotHubResourceKeysForKeyName",
            "args": {"resourceName": name, "resourceGroupName": "g-hwgroup1", "keyName": "k"},
            "result": {"primaryKey": f"key-of-{name}"},
            "credentials": True,
            "frames": [],
        }
        for name in ("hub-hwhub001", "second")
    ]
    made = [*MADE, *(["key-of-" + n, "call:x", "primaryKey"] for n in ("hub-hwhub001", "second"))]
    there = deployed(
        hub,
        *(
            hand.resource(hand.SECRET, n, vaultName="v", properties={"value": f"key-of-{n}"})
            for n in ("hub-hwhub001", "second")
        ),
        calls=calls,
        made=made,
    )
    found = [r.references["properties.value"] for r in there.resources if "secrets" in r.type]
    assert found == [(HUB,), (hub["urn"],)]


@pytest.mark.parametrize(
    ("token", "inputs", "parent"),
    [
        (hand.HUB_CERTIFICATE, {"resourceName": "hub-hwhub001", "certificateName": "c"}, HUB),
        (hand.HUB_CERTIFICATE, {"resourceName": "HUB", "certificateName": "c"}, HUB),
        (hand.HUB_CERTIFICATE, {"resourceName": "other", "certificateName": "c"}, None),
        (hand.HUB_CERTIFICATE, {"resourceName": hand.UNKNOWN}, None),
        (hand.SECRET, {"vaultName": "hub", "secretName": "s"}, None),
        (
            "azure-native:storage:BlobContainer",
            {"accountName": "storehwstore1", "containerName": "c"},
            STORE,
        ),
        (
            "azure-native:iothub:IotHubResourceEventHubConsumerGroup",
            {"resourceName": "hub", "eventHubEndpointName": "events", "name": "c"},
            HUB,
        ),
    ],
)
def test_a_parent_is_the_nearest_resource_above_that_is_deployed_here(
    token: str, inputs: dict[str, Any], parent: str | None
) -> None:
    assert references(token, **inputs).get("parent") == parent


def test_a_computed_name_is_the_same_wherever_it_stands() -> None:
    made = [*MADE, ["hwrandom", "urn:random", "hex"]]
    vault = hand.resource(hand.VAULT, "v", vaultName="kv-hwrandom")
    secret = hand.resource(hand.SECRET, "it", vaultName="kv-hwrandom", secretName="s")
    there = deployed(vault, secret, made=made)
    assert there.resources[-1].references["parent"] == (vault["urn"],)


def test_two_resources_of_one_name_are_nobodys_parent() -> None:
    vaults = [hand.resource(hand.VAULT, n, vaultName="kv") for n in ("a", "b")]
    assert "parent" not in references(hand.SECRET, *vaults, vaultName="kv", secretName="s")


@pytest.mark.parametrize(
    ("token", "inputs", "scope"),
    [
        (hand.ROLE, {"scope": HUB_ID, "principalId": "p"}, HUB),
        (hand.ROLE, {"scope": GROUP_ID}, GROUP),
        ("azure-native:authorization:ManagementLockByScope", {"scope": HUB_ID}, HUB),
        (
            "azure-native:authorization:ManagementLockAtResourceGroupLevel",
            {"resourceGroupName": "g-hwgroup1"},
            GROUP,
        ),
        (
            "azure-native:authorization:ManagementLockAtResourceLevel",
            {
                "resourceGroupName": "g-hwgroup1",
                "resourceProviderNamespace": "Microsoft.Devices",
                "parentResourcePath": "",
                "resourceType": "IotHubs",
                "resourceName": "hub-hwhub001",
            },
            HUB,
        ),
        ("azure-native:authorization:ManagementLockAtSubscriptionLevel", {}, None),
    ],
)
def test_role_assignments_and_locks_have_a_scope(
    token: str, inputs: dict[str, Any], scope: str | None
) -> None:
    assert references(token, **inputs).get("scope") == scope


def test_what_a_text_no_longer_shows_is_what_its_input_depends_on() -> None:
    def setting(known: bool, urns: list[str]) -> dict[str, Any]:
        inputs = {
            "resourceUri": "nobody can tell" if known else hand.UNKNOWN,
            "workspaceId": "nobody can tell" if known else hand.UNKNOWN,
        }
        dependencies = {"resourceUri": urns, "workspaceId": [GROUP, HUB, LOGS]}
        made = hand.resource(hand.SETTING, "it", **inputs)
        return made | {"propertyDependencies": dependencies}

    def found(urns: list[str]) -> Any:
        there = hand.stack(
            hand.recording("preview", *BASE, setting(False, urns)),
            hand.recording("canary", *BASE, setting(True, urns), made=MADE),
        )
        return there.resources[-1].references

    assert found([GROUP, HUB]) == {"scope": (HUB,), "properties.workspaceId": (LOGS,)}
    assert found([GROUP])["scope"] == (GROUP,)
    assert "scope" not in found([HUB, STORE])
    assert "scope" not in found([])


def test_a_name_that_is_not_known_yet_leads_to_the_one_resource_it_comes_from() -> None:
    def found(*urns: str) -> Any:
        unknown = dict.fromkeys(("vaultName", "resourceGroupName"), hand.UNKNOWN)
        child = hand.resource(hand.SECRET, "it", secretName="s", **unknown)
        child["propertyDependencies"] = {"vaultName": urns, "resourceGroupName": [GROUP]}
        vaults = [hand.resource(hand.VAULT, name, vaultName=name) for name in ("a", "b")]
        return hand.stack(hand.recording("preview", *BASE, *vaults, child), None).resources[-1]

    a, b = hand.urn(hand.VAULT, "a"), hand.urn(hand.VAULT, "b")
    assert found(GROUP, a).references["parent"] == (a,)
    assert found(GROUP, a).references["group"] == (GROUP,)
    assert "parent" not in found(a, b).references
    assert "parent" not in found(GROUP).references


def test_what_is_only_read_can_be_spoken_of_and_is_no_resource() -> None:
    read = hand.resource(hand.VAULT, "theirs") | {
        "read": True,
        "id": f"{SUBSCRIPTION}/resourceGroups/g/providers/Microsoft.KeyVault/vaults/theirs",
    }
    secret = hand.resource(hand.SECRET, "it", vaultName="theirs", secretName="s")
    there = deployed(read, secret)
    assert read["urn"] not in {r.address for r in there.resources}
    assert there.resources[-1].references["parent"] == (read["urn"],)


def test_assigned_identities_are_spoken_of_though_they_are_keys() -> None:
    token = "azure-native:managedidentity:UserAssignedIdentity"
    identity = hand.resource(token, "id", resourceName="i")
    id_ = f"{GROUP_ID}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/i"
    found = references(
        hand.HUB, identity, resourceName="h", identity={"userAssignedIdentities": [id_]}
    )
    assert found["identity.userAssignedIdentities"] == identity["urn"]


def test_nothing_speaks_of_itself() -> None:
    there = deployed()
    hub = there.at(HUB)
    assert hub is not None
    (group,) = there.of_type("Microsoft.Resources/resourceGroups")
    assert hub.references == {"group": (group.address,)}
    assert group.references == {}


def test_names_that_lead_to_each_other_end() -> None:
    made = [
        ["name-a", hand.urn(hand.VAULT, "b"), "name"],
        ["name-b", hand.urn(hand.VAULT, "a"), "name"],
    ]
    vaults = [hand.resource(hand.VAULT, n, vaultName=f"name-{n}") for n in ("a", "b")]
    assert len(deployed(*vaults, made=[*MADE, *made]).resources) == 6


PROGRAM = """
import pulumi
from pulumi_azure_native import authorization, iothub, keyvault, monitor, resources, storage
from pulumi_azure_native import deviceprovisioningservices as dps

group = resources.ResourceGroup("g")
hub = iothub.IotHubResource("hub", resource_group_name=group.name, sku={"name": "S1"})
named = iothub.IotHubResource(
    "named", resource_name_="my-hub", resource_group_name=group.name, sku={"name": "S1"}
)
store = storage.StorageAccount(
    "store", resource_group_name=group.name, kind="StorageV2", sku={"name": "Standard_LRS"},
    enable_https_traffic_only=True, network_rule_set={"default_action": "Deny"},
)
monitor.DiagnosticSetting("of-hub", resource_uri=hub.id, storage_account_id=store.id)
monitor.DiagnosticSetting(
    "of-blobs", resource_uri=pulumi.Output.concat(store.id, "/blobServices/default"),
    workspace_id=hub.id.apply(lambda text: text[:4]),
)
monitor.DiagnosticSetting(
    "by-hand",
    resource_uri=pulumi.Output.format(
        "/subscriptions/x/resourceGroups/{0}/providers/Microsoft.Devices/IotHubs/{1}",
        group.name, named.name,
    ),
)
iothub.Certificate(
    "certificate", resource_name_=named.name, resource_group_name=group.name, properties={}
)
client = authorization.get_client_config()
vault = keyvault.Vault(
    "vault", resource_group_name=group.name,
    properties={
        "tenant_id": client.tenant_id, "sku": {"family": "A", "name": "standard"},
        "enable_purge_protection": hub.properties.enable_data_residency,
    },
)
authorization.RoleAssignment(
    "role", scope=vault.id, principal_id=hub.identity.principal_id, role_definition_id="r"
)
for one in (hub, named):
    keys = iothub.list_iot_hub_resource_keys_for_key_name_output(
        key_name="service", resource_name=one.name, resource_group_name=group.name
    )
    keyvault.Secret(
        f"key-{one._name}", vault_name=vault.name, resource_group_name=group.name,
        properties={"value": pulumi.Output.secret(keys.primary_key)},
    )
old = keyvault.Vault.get(
    "old", "/subscriptions/x/resourceGroups/g/providers/Microsoft.KeyVault/vaults/old"
)
keyvault.Secret(
    "in-old", vault_name=old.name, resource_group_name="g", properties={"value": "v"}
)


def late(name):
    keyvault.Secret("late", vault_name="old", resource_group_name=name, properties={"value": "w"})


group.name.apply(late)
pulumi.export("vault", vault.properties.vault_uri)
"""


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Stack:
    """The stack of a program as the recorder saw it."""
    folder = tmp_path_factory.mktemp("shop")
    (folder / "Pulumi.yaml").write_text("name: shop\nruntime: python\n")
    (folder / "__main__.py").write_text(PROGRAM)
    project = read_project(folder)
    found = {mode: ran.recording for mode, ran in runs(project.folder).items()}
    errors = [(mode, run and run.error) for mode, run in found.items() if not run or run.error]
    assert errors == []
    return merge(
        found["preview"], found["canary"], project=project, config=read_stack(project, "check")
    )


def at(stack: Stack, name: str) -> Resource:
    (found,) = (r for r in stack.resources if r.name == name)
    return found


@pytest.mark.parametrize(
    ("name", "path", "target"),
    [
        ("of-hub", "scope", "hub"),
        ("of-hub", "properties.storageAccountId", "store"),
        ("of-blobs", "scope", "store"),
        ("of-blobs", "properties.workspaceId", "hub"),
        ("by-hand", "scope", "named"),
        ("certificate", "parent", "named"),
        ("role", "scope", "vault"),
        ("role", "properties.principalId", "hub"),
        ("key-hub", "parent", "vault"),
        ("key-hub", "properties.value", "hub"),
        ("key-named", "properties.value", "named"),
        ("in-old", "parent", "old"),
        ("late", "parent", "old"),
    ],
)
def test_a_real_program_says_what_it_speaks_of(
    real: Stack, name: str, path: str, target: str
) -> None:
    (address,) = at(real, name).references[path]
    assert address.rpartition("::")[2] == target


def test_a_real_program_has_arms_names_and_says_what_is_not_known(real: Stack) -> None:
    store = at(real, "store").properties["properties"]
    assert store["supportsHttpsTrafficOnly"] is True
    assert store["networkAcls"]["defaultAction"] == "Deny"
    assert at(real, "named").properties["name"] == "my-hub"
    vault = at(real, "vault").properties["properties"]
    assert vault["enablePurgeProtection"] == OPAQUE
    assert vault["tenantId"].sources == ("call:azure-native:authorization:getClientConfig",)
    assert isinstance(at(real, "key-hub").properties["properties"]["value"], Secret)
    assert at(real, "late").properties["properties"] == {"value": "w"}
    assert real.exports["vault"].sources == (at(real, "vault").address,)
    assert {r.name for r in real.resources}.isdisjoint({"old", "shop-check"})
