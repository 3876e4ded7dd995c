// quiet: stateful-unprotected, kv-without-audit-logs
// Children in all three spellings.
@secure()
param password string

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-children'
  location: resourceGroup().location
  properties: {
    tenantId: subscription().tenantId
    sku: {
      family: 'A'
      name: 'standard'
    }
    enableRbacAuthorization: true
    enablePurgeProtection: true
    publicNetworkAccess: 'Disabled'
    networkAcls: {
      defaultAction: 'Deny'
      bypass: 'None'
    }
  }

  resource inside 'secrets' = {
    name: 'inside'
    properties: {
      value: 'planted-in-clear' // flagged: kv-secret-in-clear
      attributes: {
        exp: 1893456000
      }
    }
  }
}

resource beside 'Microsoft.KeyVault/vaults/secrets@2023-07-01' = {
  parent: vault
  name: 'beside'
  properties: {
    value: password // undecided: kv-secret-hub-owner
    attributes: {
      exp: 1893456000
    }
  }
}

resource bySlash 'Microsoft.KeyVault/vaults/secrets@2023-07-01' = {
  name: '${vault.name}/slash'
  properties: {
    value: 'planted-too' // flagged: kv-secret-in-clear
    attributes: {
      exp: 1893456000
    }
  }
}

output inside string = vault::inside.properties.secretUri
