// quiet: stateful-unprotected, kv-without-audit-logs
// In the style of a public module: types, nullable parameters, defaults by `??`.
@description('Required. The name')
param name string

@description('Optional. Networking')
param networking networkType?

@description('Optional. Days that a deleted secret is kept')
param retention ('seven' | 'ninety')?

param protect bool = true

var days = retention == 'seven' ? 7 : 90
var base = {
  enableSoftDelete: true
  softDeleteRetentionInDays: days
}
var network = {
  defaultAction: networking.?open ?? false ? 'Allow' : 'Deny'
  bypass: 'AzureServices'
}

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: name
  location: resourceGroup().location
  properties: {
    ...base
    tenantId: subscription().tenantId
    sku: {
      family: 'A'
      name: 'standard'
    }
    enableRbacAuthorization: true
    enablePurgeProtection: protect ? true : null
    publicNetworkAccess: 'Disabled'
    networkAcls: network
  }
}

output uri string = vault.properties.vaultUri

@export()
type networkType = {
  @description('Optional. Everybody may connect')
  open: bool?
}
