// quiet: stateful-unprotected, resource-without-logs
// A resource behind a condition that does not hold is none; one that exists is not declared.
param legacy bool = false

resource old 'Microsoft.Storage/storageAccounts@2023-05-01' = if (legacy) {
  name: 'stold'
  location: resourceGroup().location
  kind: 'StorageV2'
  sku: { name: 'Standard_LRS' }
  properties: {
    allowBlobPublicAccess: true
  }
}

resource there 'Microsoft.Storage/storageAccounts@2023-05-01' existing = {
  name: 'stthere'

  resource blobs 'blobServices' existing = {
    name: 'default'

    resource open 'containers' = {
      name: 'open'
      properties: {
        publicAccess: 'Container' // flagged: st-public-container
      }
    }
  }
}

resource now 'Microsoft.Storage/storageAccounts@2023-05-01' = if (!legacy) {
  name: 'stnow'
  location: resourceGroup().location
  kind: 'StorageV2'
  sku: { name: 'Standard_LRS' }
  properties: {
    allowSharedKeyAccess: true // flagged: st-shared-key
    allowBlobPublicAccess: false
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
  }
}
