// quiet: stateful-unprotected, kv-without-audit-logs
// The findings are in the file of the module.
param location string = resourceGroup().location

module good './modules/vault.bicep' = {
  name: 'good'
  params: {
    name: 'kv-good'
    location: location
    purgeProtection: true
  }
}

module bad 'modules/vault.bicep' = {
  name: 'bad-${uniqueString(deployment().name)}'
  params: {
    name: 'kv-bad'
    location: location
    purgeProtection: false
  }
}

output uri string = good.outputs.uri
