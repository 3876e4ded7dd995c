// quiet: stateful-unprotected, kv-without-audit-logs, kv-public-network
// The rules of a firewall, made by a loop over a list; one of them is the whole Internet.
param ranges array = ['203.0.113.0/28', '0.0.0.0/0']

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-list'
  location: resourceGroup().location
  properties: {
    tenantId: subscription().tenantId
    sku: { family: 'A', name: 'standard' }
    enableRbacAuthorization: true
    enablePurgeProtection: true
    publicNetworkAccess: 'Enabled'
    networkAcls: {
      defaultAction: 'Deny'
      bypass: 'None'
      ipRules: [for range in ranges: {
        value: range // flagged: kv-wide-ip-range
      }]
    }
  }
}
