// quiet: stateful-unprotected, resource-without-logs
// What holds is looked up in a table by the stage.
@allowed(['dev', 'prod'])
param stage string = 'dev'

var settings = {
  dev: {
    sku: 'Standard_LRS'
    https: false
  }
  prod: {
    sku: 'Standard_ZRS'
    https: true
  }
}

resource account 'Microsoft.Storage/storageAccounts@2023-05-01' = {
  name: 'st${stage}plant'
  location: resourceGroup().location
  kind: 'StorageV2'
  sku: {
    name: settings[stage].sku
  }
  properties: {
    allowSharedKeyAccess: false
    allowBlobPublicAccess: !(stage == 'dev' || stage =~ 'PROD')
    minimumTlsVersion: stage != 'prod' ? 'TLS1_0' : 'TLS1_2' // flagged: st-old-tls
    supportsHttpsTrafficOnly: settings[stage].https // flagged: st-plain-http
  }
}
