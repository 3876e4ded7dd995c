// quiet: stateful-unprotected, resource-without-logs
// One of three accounts is open, by the index that it has.
param names array = [
  'raw'
  'clean'
  'public'
]

resource accounts 'Microsoft.Storage/storageAccounts@2023-05-01' = [for (name, i) in names: {
  name: 'st${name}'
  location: resourceGroup().location
  kind: 'StorageV2'
  sku: {
    name: 'Standard_ZRS'
  }
  properties: {
    allowSharedKeyAccess: false
    allowBlobPublicAccess: i == length(names) - 1 // flagged: st-anonymous-blob
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
  }
}]

output first string = accounts[0].properties.primaryEndpoints.blob
output all array = [for (name, i) in names: {
  name: name
  id: accounts[i].id
}]
