"""One stack: settings in, components out."""

import pulumi

from hubwarden_infra.access import Access, AccessArgs
from hubwarden_infra.audit import Audit, AuditArgs
from hubwarden_infra.dps import Dps, DpsArgs
from hubwarden_infra.hub import Hub, HubArgs
from hubwarden_infra.network import Network, NetworkArgs
from hubwarden_infra.platform import Platform, PlatformArgs
from hubwarden_infra.settings import Settings
from hubwarden_infra.storage import Storage, StorageArgs
from hubwarden_infra.vault import Vault, VaultArgs
from hubwarden_policies.gates.guard import guard

guard()
settings = Settings.load()
platform = Platform(
    "iot", PlatformArgs(location=settings.location, protect=settings.protect, lock=settings.lock)
)
audit = Audit("logs", AuditArgs(platform, retention_days=settings.retention_days))
network = Network(
    "network", NetworkArgs(platform, devices=settings.devices, subnet_id=settings.subnet_id)
)
uploads = None
if settings.file_upload:
    uploads = Storage("uploads", StorageArgs(platform, audit, network))
hub = Hub("telemetry", HubArgs(platform, audit, network, uploads=uploads, dps_link=True))
dps = Dps("provisioning", DpsArgs(platform, audit, network, hubs=[hub]))
vault = Vault("secrets", VaultArgs(platform, audit, network))

scopes = {"hub": hub.hub.id, "dps": dps.dps.id, "vault": vault.vault.id}
for name, grant in settings.access.items():
    Access(
        name,
        AccessArgs(
            platform=platform,
            scope=scopes[grant.on],
            role=grant.role,
            principal_id=str(grant.principal_id),
            principal_type=grant.principal_type,
        ),
    )

pulumi.export("hub", hub.hub.name)
pulumi.export("dps", dps.dps.name)
pulumi.export("vault", vault.vault.name)
