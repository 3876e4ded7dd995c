"""The estate: its first plant as it was written in a week, and the regions that came later."""

import pulumi
from network import Network
from pulumi_azure_native import (
    authorization,
    iothub,
    keyvault,
    monitor,
    operationalinsights,
    resources,
    storage,
    web,
)
from pulumi_azure_native import deviceprovisioningservices as dps
from region import CONTRIBUTOR, ROLES, Region, RegionArgs

# Planted: it opens nothing.
OLD_KEY = "UGxhbnRlZEZvckFUZXN0" * 2 + "UGw="

REGIONS = {"west": "westeurope", "north": "northeurope", "sweden": "swedencentral"}

config = pulumi.Config()
tenant = config.require("tenant")
operators = config.require("operators")

shared = resources.ResourceGroup("shared")
workspace = operationalinsights.Workspace(
    "logs",
    resource_group_name=shared.name,
    sku=operationalinsights.WorkspaceSkuArgs(name="PerGB2018"),
    # It had become expensive.
    # finding: law-silent-cap
    workspace_capping=operationalinsights.WorkspaceCappingArgs(daily_quota_gb=2),
    # finding: law-short-retention
    retention_in_days=30,
    opts=pulumi.ResourceOptions(protect=True),
)

estate = Network("estate", list(REGIONS))
regions = {}
for name, location in REGIONS.items():
    # finding: app-setting-connection-string x3
    # finding: diag-missing-category x3
    # finding: kv-purge
    # finding: kv-secret-without-expiry x3
    # finding: st-public-container
    # finding: st-shared-key x3
    regions[name] = Region(
        name,
        RegionArgs(
            network=estate,
            workspace=workspace.id,
            tenant=tenant,
            location=location,
            # Somebody had to delete the vault of the north and start again.
            purge_protection=name != "north",
            open_firmware=name == "sweden",
        ),
    )

# The first plant. The gateways in Lyon speak old TLS until they are replaced.
lyon = resources.ResourceGroup("lyon")
# finding: hub-device-sas
# finding: hub-local-auth
# finding: hub-open-outbound
# finding: hub-public-network
# finding: hub-without-identity
# finding: hub-without-logs
# finding: stateful-unprotected
hub = iothub.IotHubResource(
    "lyon-hub",
    resource_group_name=lyon.name,
    sku=iothub.IotHubSkuInfoArgs(name="S1", capacity=1),
    # finding: keys-in-outputs
    properties=iothub.IotHubPropertiesArgs(
        disable_module_sas=True,
        # finding: hub-old-tls
        min_tls_version="1.0",
        network_rule_sets=iothub.NetworkRuleSetPropertiesArgs(
            default_action="Deny",
            # finding: hub-open-built-in-endpoint
            apply_to_built_in_event_hub_endpoint=False,
            ip_rules=[
                iothub.NetworkRuleSetIpRuleArgs(
                    # The provider of the gateways gave no narrower range.
                    # finding: hub-wide-ip-range
                    filter_name="gateways", ip_mask="92.184.0.0/16", action="Allow"
                )
            ],
        ),
        authorization_policies=[
            iothub.SharedAccessSignatureAuthorizationRuleArgs(
                # finding: hub-unlisted-policy
                key_name="backend",
                # finding: hub-policy-inline-key
                primary_key=OLD_KEY,
                # finding: hub-wide-policy
                rights="RegistryWrite, ServiceConnect, DeviceConnect",
            )
        ],
    ),
)
owner = iothub.list_iot_hub_resource_keys_for_key_name_output(
    key_name="iothubowner", resource_group_name=lyon.name, resource_name=hub.name
)
connection = pulumi.Output.format(
    "HostName={0}.azure-devices.net;SharedAccessKeyName=iothubowner;SharedAccessKey={1}",
    hub.name,
    owner.primary_key,
)
# finding: dps-public-network
# finding: dps-unlisted-policy
# finding: dps-without-logs
# finding: stateful-unprotected
dps.IotDpsResource(
    "lyon-enrolment",
    resource_group_name=lyon.name,
    sku=dps.IotDpsSkuInfoArgs(name="S1", capacity=1),
    # finding: keys-in-outputs
    properties=dps.IotDpsPropertiesDescriptionArgs(
        iot_hubs=[
            dps.IotHubDefinitionDescriptionArgs(
                # finding: dps-link-in-clear
                # finding: dps-link-owner-policy
                connection_string=connection, location="francecentral"
            )
        ],
    ),
)
# finding: kv-access-policies
# finding: kv-public-network
# finding: kv-purge
# finding: kv-without-audit-logs
vault = keyvault.Vault(
    "lyon-vault",
    resource_group_name=lyon.name,
    properties=keyvault.VaultPropertiesArgs(
        tenant_id=tenant,
        sku=keyvault.SkuArgs(family="A", name="standard"),
        # finding: kv-short-retention
        soft_delete_retention_in_days=7,
        # finding: kv-template-access
        enabled_for_template_deployment=True,
        access_policies=[
            keyvault.AccessPolicyEntryArgs(
                tenant_id=tenant,
                object_id=operators,
                # finding: kv-wide-access-policy
                permissions=keyvault.PermissionsArgs(secrets=["all"]),
            )
        ],
        # finding: security-change-ignored
        network_acls=keyvault.NetworkRuleSetArgs(
            # finding: kv-open-firewall
            default_action="Allow", ip_rules=[keyvault.IPRuleArgs(value="203.0.113.0/24")]
        ),
    ),
    # Its settings were changed in the portal, and every deployment took them back.
    opts=pulumi.ResourceOptions(protect=True, ignore_changes=["properties.networkAcls"]),
)
# finding: kv-secret-without-expiry
keyvault.Secret(
    "lyon-hub-key",
    resource_group_name=lyon.name,
    vault_name=vault.name,
    # finding: kv-secret-hub-owner
    # finding: kv-secret-in-clear
    properties=keyvault.SecretPropertiesArgs(value=connection),
)
# finding: resource-without-logs
# finding: st-anonymous-blob
# finding: st-shared-key
files = storage.StorageAccount(
    "lyonfiles",
    resource_group_name=lyon.name,
    kind="StorageV2",
    sku=storage.SkuArgs(name="Standard_LRS"),
    # finding: st-plain-http
    enable_https_traffic_only=False,
    minimum_tls_version="TLS1_2",
    opts=pulumi.ResourceOptions(protect=True),
)
storage.BlobContainer(
    "lyon-drawings",
    resource_group_name=lyon.name,
    account_name=files.name,
    # finding: st-public-container
    public_access="Container",
)
plan = web.AppServicePlan(
    "lyon-plan",
    resource_group_name=lyon.name,
    sku=web.SkuDescriptionArgs(name="B1", tier="Basic"),
)
web.WebApp(
    "lyon-backend",
    resource_group_name=lyon.name,
    server_farm_id=plan.id,
    site_config=web.SiteConfigArgs(
        app_settings=[
            # finding: app-setting-connection-string
            web.NameValuePairArgs(name="IOTHUB", value=connection),
            # undecided: app-setting-connection-string
            web.NameValuePairArgs(name="REPORTS", value=config.require_secret("reports")),
        ]
    ),
)
monitor.DiagnosticSetting(
    "lyon-hub-logs",
    resource_uri=hub.id,
    workspace_id=workspace.id,
    metrics=[monitor.DiagnosticsMetricSettingsArgs(category="AllMetrics", enabled=True)],
)
authorization.RoleDefinition(
    "night-shift",
    role_name="Night shift",
    scope=lyon.id,
    assignable_scopes=["/subscriptions/22222222-3333-4444-5555-666666666666"],
    # finding: role-custom-owner
    # finding: role-definition-lists-keys
    permissions=[authorization.PermissionArgs(actions=["*"])],
)
authorization.RoleAssignment(
    "operators",
    scope=lyon.id,
    principal_id=operators,
    principal_type="Group",
    # finding: role-too-powerful
    role_definition_id=ROLES + CONTRIBUTOR,
)

pulumi.export("hubs", {name: region.hub.name for name, region in regions.items()})
# finding: credential-in-output
pulumi.export("backend", connection)
# finding: credential-leak
owner.primary_key.apply(lambda key: pulumi.log.info(f"lyon signs in with {key}"))
