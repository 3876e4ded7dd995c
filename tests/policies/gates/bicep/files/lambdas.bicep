// quiet: stateful-unprotected, kv-without-audit-logs, kv-public-network
// Rules made by functions over lists.
var sites = [
  {
    name: 'north'
    range: '203.0.113.16/28'
    open: false
  }
  {
    name: 'everywhere'
    range: '0.0.0.0/0'
    open: true
  }
]
var closed = filter(sites, site => !site.open)
var rules = map(closed, site => {
  value: site.range
})

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-lambda'
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
      ipRules: [ // flagged: kv-wide-ip-range
        ...rules
        {
          value: reduce(map(sites, site => site.range), '', (all, next) => next)
        }
      ]
    }
  }
}
