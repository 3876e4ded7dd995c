from pulumi_azure_native import keyvault


def make_vault(name, group, tenant):
    return keyvault.Vault(
        name,
        resource_group_name=group.name,
        properties=keyvault.VaultPropertiesArgs(
            tenant_id=tenant,
            sku=keyvault.SkuArgs(family="A", name="standard"),
            enable_rbac_authorization=True,
        ),
    )
