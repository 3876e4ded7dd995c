"""Storage account: who gets in, with what, and over which wire."""

from __future__ import annotations

from typing import Final

from hubwarden_policies.rule import HIGH, MEDIUM, Verdicts, rule
from hubwarden_policies.views import same
from hubwarden_policies.views.storage_account import Container, StorageAccount

_SAFE_TLS: Final = ("TLS1_2", "TLS1_3")


@rule(
    "Storage account accepts shared keys",
    severity=HIGH,
    practices=("P2", "O5"),
    fix=(
        "Set `allow_shared_key_access=False` after everything that uses the account has a role on "
        "it, such as Storage Blob Data Contributor. The account is changed in place; its keys, and "
        "every SAS token that was signed with them, are refused at once."
    ),
    covers=("st-shared-key-disabled",),
    maps={"MCSB v1": ("IM-1",)},
)
def st_shared_key(account: StorageAccount) -> Verdicts:
    """
    The key of an account reads, changes and deletes everything that devices ever uploaded. It
    names nobody in the log, and it never expires. Azure accepts it unless it is told not to, so an
    account that does not say accepts it too.

    Bad::

        storage.StorageAccount(  # flagged
            "uploads",
            resource_group_name=rg.name,
            kind="StorageV2",
            sku={"name": "Standard_ZRS"},
        )

    Good::

        storage.StorageAccount(
            "uploads",
            resource_group_name=rg.name,
            kind="StorageV2",
            sku={"name": "Standard_ZRS"},
            allow_shared_key_access=False,
        )
    """
    if account.properties.allow_shared_key_access:
        unset = account.properties.raw("allowSharedKeyAccess") is None
        yield account.violation(
            "properties.allowSharedKeyAccess",
            "shared keys are accepted" + (", as Azure's default is" if unset else ""),
        )


@rule(
    "Storage account lets its containers be public",
    severity=HIGH,
    practices=("B3",),
    fix=(
        "Set `allow_blob_public_access=False`. The account is changed in place; whoever reads from "
        "it without signing in is refused at once."
    ),
    covers=("st-no-anonymous-blob",),
    maps={"MCSB v1": ("NS-2", "DP-2")},
)
def st_anonymous_blob(account: StorageAccount) -> Verdicts:
    """
    With this switch on, one wrong container shows what devices uploaded to the whole internet.
    With it off, Azure refuses to make any container public.

    An account that does not say is a lesser finding: Azure has changed the default, so it depends
    on the day when the account was made, which no program shows.

    Bad::

        storage.StorageAccount(  # flagged
            "uploads",
            resource_group_name=rg.name,
            kind="StorageV2",
            sku={"name": "Standard_ZRS"},
            allow_blob_public_access=True,
        )

    Good::

        storage.StorageAccount(
            "uploads",
            resource_group_name=rg.name,
            kind="StorageV2",
            sku={"name": "Standard_ZRS"},
            allow_blob_public_access=False,
        )
    """
    allowed = account.properties.allow_blob_public_access
    path = "properties.allowBlobPublicAccess"
    if allowed is None:
        message = "it does not say whether containers may be public: an older account lets them"
        yield account.violation(path, message, severity=MEDIUM)
    elif allowed:
        yield account.violation(path, "a container may be public")


@rule(
    "Storage container is public",
    severity=HIGH,
    practices=("B3",),
    fix=(
        'Set `public_access="None"` or leave it out, and give readers the role Storage Blob Data '
        "Reader. The container is changed in place."
    ),
    covers=("st-container-private",),
    maps={"MCSB v1": ("NS-2", "DP-2")},
)
def st_public_container(container: Container) -> Verdicts:
    """
    Whoever guesses the name of a blob reads it, and with `Container` need not even guess. What
    devices upload tells where they are and what they see.

    Bad::

        storage.BlobContainer(  # flagged
            "photos",
            resource_group_name=rg.name,
            account_name="uploads",
            public_access="Blob",
        )

    Good::

        storage.BlobContainer("photos", resource_group_name=rg.name, account_name="uploads")
    """
    access = container.properties.public_access
    if not same(access, "None"):
        yield container.violation("properties.publicAccess", f"anybody may read ({access})")


@rule(
    "Storage account answers without TLS",
    severity=HIGH,
    practices=("B2",),
    fix=(
        "Set `enable_https_traffic_only=True`. The account is changed in place; a client that "
        "still speaks plain HTTP loses it."
    ),
    covers=("st-https-only",),
    maps={"MCSB v1": ("DP-3",)},
)
def st_plain_http(account: StorageAccount) -> Verdicts:
    """
    Without TLS everyone on the way reads and changes what is uploaded, the token in the request
    too. An account that says nothing passes, unless it is made with an API from before
    2019-04-01, whose default was the other one.

    Bad::

        storage.StorageAccount(  # flagged
            "uploads",
            resource_group_name=rg.name,
            kind="StorageV2",
            sku={"name": "Standard_ZRS"},
            enable_https_traffic_only=False,
        )

    Good::

        storage.StorageAccount(
            "uploads",
            resource_group_name=rg.name,
            kind="StorageV2",
            sku={"name": "Standard_ZRS"},
        )
    """
    if not account.https_only():
        yield account.violation("properties.supportsHttpsTrafficOnly", "plain HTTP is answered")


@rule(
    "Storage account accepts old TLS versions",
    severity=HIGH,
    practices=("B2",),
    fix=(
        'Set `minimum_tls_version="TLS1_2"`. The account is changed in place; a client that speaks '
        "older versions only is refused."
    ),
    covers=("st-min-tls",),
    maps={"MCSB v1": ("DP-3",)},
)
def st_old_tls(account: StorageAccount) -> Verdicts:
    """
    TLS 1.0 and 1.1 can be broken on the way, and for Azure's API an account that does not say
    means TLS 1.0. Azure stopped speaking old versions for storage in February 2026; the
    setting keeps that promise in the program, where an auditor and another cloud read it.

    `TLS1_2` and `TLS1_3` pass. The hub's property is called otherwise and takes other words.

    Bad::

        storage.StorageAccount(  # flagged
            "uploads",
            resource_group_name=rg.name,
            kind="StorageV2",
            sku={"name": "Standard_ZRS"},
        )

    Good::

        storage.StorageAccount(
            "uploads",
            resource_group_name=rg.name,
            kind="StorageV2",
            sku={"name": "Standard_ZRS"},
            minimum_tls_version="TLS1_2",
        )
    """
    version = account.properties.minimum_tls_version
    if not any(same(version, safe) for safe in _SAFE_TLS):
        unset = "no minimum TLS version is set"
        said = f"the minimum TLS version is {version}, not TLS1_2"
        yield account.violation("properties.minimumTlsVersion", unset if version is None else said)
