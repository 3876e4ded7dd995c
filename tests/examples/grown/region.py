"""One region of the estate: a hub, its enrolment, what its data goes to, and who reads it."""

from dataclasses import dataclass

import pulumi
from network import Network
from pulumi_azure_native import (
    authorization,
    eventhub,
    iothub,
    keyvault,
    managedidentity,
    monitor,
    resources,
    storage,
    web,
)
from pulumi_azure_native import deviceprovisioningservices as dps

ROLES = "/providers/Microsoft.Authorization/roleDefinitions/"
CONTRIBUTOR = "b24988ac-6180-42a0-ab88-20f7382dd24c"
HUB_DATA_READER = "b447c946-2db7-41ec-983d-d8bf3b1c77e3"
BLOB_DATA_CONTRIBUTOR = "ba92f5b4-2d11-453d-a403-e96b0029c9fe"
EVENTS_SENDER = "2b629674-e913-4c01-ae53-ef4638d8f975"
SECRETS_USER = "4633458b-17de-408a-b874-0445c86b69e6"


@dataclass
class RegionArgs:
    """`purge_protection` was made a setting when one vault had to go in a hurry.

    With `open_firmware` the gateways fetch their firmware without signing in.
    """

    network: Network
    workspace: pulumi.Input[str]
    tenant: pulumi.Input[str]
    location: str
    purge_protection: bool = True
    open_firmware: bool = False


class Region(pulumi.ComponentResource):
    """A region; everything in it goes by the region's name."""

    def __init__(self, name: str, args: RegionArgs):
        super().__init__("estate:index:Region", name)
        self.name, self.args = name, args
        self.child = pulumi.ResourceOptions(parent=self)
        self.kept = pulumi.ResourceOptions(parent=self, protect=True)
        self.sealed = pulumi.ResourceOptions(
            parent=self, protect=True, additional_secret_outputs=["properties"]
        )
        self.group = resources.ResourceGroup(name, location=args.location, opts=self.child)
        self.portal = managedidentity.UserAssignedIdentity(
            f"{name}-portal", resource_group_name=self.group.name, opts=self.child
        )
        self.events = self._events()
        self.account = self._account()
        self.hub = self._hub()
        self.enrolment = self._enrolment()
        self.vault = self._vault()
        self._app()
        self._roles()
        self._endpoints()
        self._logs()
        self.register_outputs({"hub": self.hub.name})

    def _events(self) -> eventhub.EventHub:
        self.namespace = eventhub.Namespace(
            f"{self.name}-events",
            resource_group_name=self.group.name,
            sku=eventhub.SkuArgs(name="Standard", tier="Standard"),
            opts=self.child,
        )
        events = eventhub.EventHub(
            f"{self.name}-telemetry",
            resource_group_name=self.group.name,
            namespace_name=self.namespace.name,
            partition_count=4,
            opts=self.child,
        )
        for reader in ("analytics", "alarms"):
            eventhub.ConsumerGroup(
                f"{self.name}-{reader}",
                resource_group_name=self.group.name,
                namespace_name=self.namespace.name,
                event_hub_name=events.name,
                opts=self.child,
            )
        return events

    def _account(self) -> storage.StorageAccount:
        account = storage.StorageAccount(
            f"{self.name}data",
            resource_group_name=self.group.name,
            kind="StorageV2",
            sku=storage.SkuArgs(name="Standard_ZRS"),
            allow_blob_public_access=False,
            minimum_tls_version="TLS1_2",
            # The portal still signs its own links.
            allow_shared_key_access=True,
            opts=self.kept,
        )
        for container in ("uploads", "firmware"):
            is_open = container == "firmware" and self.args.open_firmware
            storage.BlobContainer(
                f"{self.name}-{container}",
                resource_group_name=self.group.name,
                account_name=account.name,
                public_access="Blob" if is_open else "None",
                opts=self.child,
            )
        return account

    def _hub(self) -> iothub.IotHubResource:
        return iothub.IotHubResource(
            f"{self.name}-hub",
            resource_group_name=self.group.name,
            sku=iothub.IotHubSkuInfoArgs(name="S2", capacity=2),
            identity=iothub.ArmIdentityArgs(type="SystemAssigned"),
            properties=iothub.IotHubPropertiesArgs(
                min_tls_version="1.2",
                public_network_access="Disabled",
                disable_local_auth=False,
                disable_device_sas=True,
                disable_module_sas=True,
                restrict_outbound_network_access=True,
                allowed_fqdn_list=[
                    self.namespace.name.apply(lambda name: f"{name}.servicebus.windows.net")
                ],
                authorization_policies=[
                    iothub.SharedAccessSignatureAuthorizationRuleArgs(
                        key_name="dps-link", rights="RegistryWrite, ServiceConnect"
                    )
                ],
                routing=iothub.RoutingPropertiesArgs(
                    endpoints=iothub.RoutingEndpointsArgs(
                        event_hubs=[
                            iothub.RoutingEventHubPropertiesArgs(
                                name="telemetry",
                                authentication_type="identityBased",
                                endpoint_uri=pulumi.Output.concat(
                                    "sb://", self.namespace.name, ".servicebus.windows.net"
                                ),
                                entity_path=self.events.name,
                            )
                        ]
                    ),
                    fallback_route=iothub.FallbackRoutePropertiesArgs(
                        source="DeviceMessages", endpoint_names=["events"], is_enabled=True
                    ),
                ),
            ),
            opts=self.sealed,
        )

    def _key(self, policy: str) -> pulumi.Output[str]:
        keys = iothub.list_iot_hub_resource_keys_for_key_name_output(
            key_name=policy,
            resource_group_name=self.group.name,
            resource_name=self.hub.name,
            opts=pulumi.InvokeOutputOptions(parent=self),
        )
        return pulumi.Output.concat(
            "HostName=",
            self.hub.name,
            f".azure-devices.net;SharedAccessKeyName={policy};SharedAccessKey=",
            keys.primary_key,
        )

    def _enrolment(self) -> dps.IotDpsResource:
        return dps.IotDpsResource(
            f"{self.name}-enrolment",
            resource_group_name=self.group.name,
            sku=dps.IotDpsSkuInfoArgs(name="S1", capacity=1),
            properties=dps.IotDpsPropertiesDescriptionArgs(
                public_network_access="Disabled",
                authorization_policies=[
                    dps.SharedAccessSignatureAuthorizationRuleAccessRightsDescriptionArgs(
                        key_name="reader", rights="EnrollmentRead"
                    )
                ],
                iot_hubs=[
                    dps.IotHubDefinitionDescriptionArgs(
                        connection_string=pulumi.Output.secret(self._key("dps-link")),
                        location=self.args.location,
                    )
                ],
            ),
            opts=self.sealed,
        )

    def _vault(self) -> keyvault.Vault:
        vault = keyvault.Vault(
            f"{self.name}-vault",
            resource_group_name=self.group.name,
            properties=keyvault.VaultPropertiesArgs(
                tenant_id=self.args.tenant,
                sku=keyvault.SkuArgs(family="A", name="standard"),
                enable_rbac_authorization=True,
                enable_purge_protection=True if self.args.purge_protection else None,
                public_network_access="Disabled",
                network_acls=keyvault.NetworkRuleSetArgs(default_action="Deny", bypass="None"),
            ),
            opts=self.kept,
        )
        # For the scripts of the operators: written down once, and changed never.
        keyvault.Secret(
            f"{self.name}-link-key",
            resource_group_name=self.group.name,
            vault_name=vault.name,
            properties=keyvault.SecretPropertiesArgs(
                value=pulumi.Output.secret(self._key("dps-link"))
            ),
            opts=self.child,
        )
        return vault

    def _app(self) -> None:
        plan = web.AppServicePlan(
            f"{self.name}-plan",
            resource_group_name=self.group.name,
            sku=web.SkuDescriptionArgs(name="P1v3", tier="PremiumV3"),
            opts=self.child,
        )
        accounts = storage.list_storage_account_keys_output(
            resource_group_name=self.group.name,
            account_name=self.account.name,
            opts=pulumi.InvokeOutputOptions(parent=self),
        )
        web.WebApp(
            f"{self.name}-portal",
            resource_group_name=self.group.name,
            server_farm_id=plan.id,
            https_only=True,
            identity=web.ManagedServiceIdentityArgs(
                type="UserAssigned", user_assigned_identities=[self.portal.id]
            ),
            site_config=web.SiteConfigArgs(
                app_settings=[
                    web.NameValuePairArgs(
                        name="HUB",
                        value=pulumi.Output.concat(self.hub.name, ".azure-devices.net"),
                    ),
                    web.NameValuePairArgs(
                        name="UPLOADS",
                        value=pulumi.Output.concat(
                            "DefaultEndpointsProtocol=https;AccountName=",
                            self.account.name,
                            ";AccountKey=",
                            accounts.keys[0].value,
                        ),
                    ),
                ]
            ),
            opts=self.child,
        )

    def _roles(self) -> None:
        portal = self.portal.principal_id
        hub = self.hub.identity.apply(lambda identity: identity.principal_id)
        for what, scope, role, principal in (
            ("portal-hub", self.hub.id, HUB_DATA_READER, portal),
            ("portal-blobs", self.account.id, BLOB_DATA_CONTRIBUTOR, portal),
            ("portal-vault", self.vault.id, SECRETS_USER, portal),
            ("hub-events", self.namespace.id, EVENTS_SENDER, hub),
        ):
            authorization.RoleAssignment(
                f"{self.name}-{what}",
                scope=scope,
                principal_id=principal,
                principal_type="ServicePrincipal",
                role_definition_id=ROLES + role,
                opts=self.child,
            )

    def _endpoints(self) -> None:
        attach, opts = self.args.network.attach, self.child
        attach(self.name, "iotHub", self.hub.id, ["hub", "events"], opts)
        attach(self.name, "iotDps", self.enrolment.id, ["enrolment"], opts)
        attach(self.name, "vault", self.vault.id, ["vault"], opts)

    def _logs(self) -> None:
        for what, target, categories in (
            ("hub", self.hub.id, ("Connections", "DeviceIdentityOperations", "C2DCommands")),
            ("enrolment", self.enrolment.id, ("DeviceOperations", "ServiceOperations")),
            ("vault", self.vault.id, ("AuditEvent",)),
            ("events", self.namespace.id, ("OperationalLogs", "RuntimeAuditLogs")),
            (
                "blobs",
                pulumi.Output.concat(self.account.id, "/blobServices/default"),
                ("StorageRead", "StorageWrite", "StorageDelete"),
            ),
        ):
            monitor.DiagnosticSetting(
                f"{self.name}-{what}-logs",
                resource_uri=target,
                workspace_id=self.args.workspace,
                logs=[
                    monitor.DiagnosticsLogSettingsArgs(category=category, enabled=True)
                    for category in categories
                ],
                opts=self.child,
            )
