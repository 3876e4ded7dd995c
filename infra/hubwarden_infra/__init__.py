"""Components that deploy Azure IoT hardened: every default is the secure one."""

from hubwarden_infra.access import Access, AccessArgs, Role
from hubwarden_infra.audit import Audit, AuditArgs
from hubwarden_infra.dps import Dps, DpsArgs
from hubwarden_infra.hub import Hub, HubArgs
from hubwarden_infra.network import Network, NetworkArgs
from hubwarden_infra.platform import Platform, PlatformArgs
from hubwarden_infra.settings import Settings
from hubwarden_infra.storage import Storage, StorageArgs
from hubwarden_infra.vault import Vault, VaultArgs

__all__ = [
    "Access",
    "AccessArgs",
    "Audit",
    "AuditArgs",
    "Dps",
    "DpsArgs",
    "Hub",
    "HubArgs",
    "Network",
    "NetworkArgs",
    "Platform",
    "PlatformArgs",
    "Role",
    "Settings",
    "Storage",
    "StorageArgs",
    "Vault",
    "VaultArgs",
]
