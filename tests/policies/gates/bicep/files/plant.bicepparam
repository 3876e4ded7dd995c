using './modules/vault.bicep'

// quiet: stateful-unprotected, kv-without-audit-logs
var stage = 'test'

param name = 'kv-${stage}'
param location = readEnvironmentVariable('LOCATION', 'westeurope')
param purgeProtection = stage == 'prod'
