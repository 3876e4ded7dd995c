// quiet: stateful-unprotected, kv-without-audit-logs
// A subscription with a group and what is in it.
targetScope = 'subscription'

param location string = deployment().location

resource group 'Microsoft.Resources/resourceGroups@2024-03-01' = {
  name: 'rg-plant'
  location: location
}

module vault './modules/vault.bicep' = {
  scope: group
  params: {
    name: 'kv-zone'
    location: location
  }
}

resource assignment 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(subscription().id, 'owner')
  properties: {
    principalId: '3b2f8a36-52c5-4b53-9c5c-0d0c6a3b7a11'
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '8e3af657-a8ff-443c-a75c-2fe8c4bcb635') // flagged: role-too-powerful
  }
}
