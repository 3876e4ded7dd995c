// A hub as a team would write it that means it: nothing to find.
metadata description = 'The hub of one plant, with its logs'

@description('Where everything is deployed')
param location string = resourceGroup().location

@minLength(3)
@maxLength(20)
param plant string

@allowed([
  'S1'
  'S2'
])
param tier string = 'S1'

var hubName = 'hub-${plant}-${uniqueString(resourceGroup().id)}'
var tags = {
  plant: plant
  'cost-centre': '4711'
}

resource hub 'Microsoft.Devices/IotHubs@2023-06-30' = {
  name: hubName
  location: location
  tags: tags
  sku: {
    name: tier
    capacity: 1
  }
  identity: {
    type: 'SystemAssigned'
  }
  properties: {
    disableLocalAuth: true
    disableDeviceSAS: true
    disableModuleSAS: true
    minTlsVersion: '1.2'
    publicNetworkAccess: 'Disabled'
    restrictOutboundNetworkAccess: true
    allowedFqdnList: []
    routing: {
      fallbackRoute: {
        name: '$fallback'
        source: 'DeviceMessages'
        condition: 'true'
        endpointNames: [
          'events'
        ]
        isEnabled: true
      }
    }
  }
}

resource workspace 'Microsoft.OperationalInsights/workspaces@2023-09-01' = {
  name: 'logs-${plant}'
  location: location
  properties: {
    retentionInDays: 365
  }
}

resource logs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'audit'
  scope: hub
  properties: {
    workspaceId: workspace.id
    logs: [
      {
        categoryGroup: 'allLogs'
        enabled: true
      }
    ]
  }
}

resource endpoint 'Microsoft.Network/privateEndpoints@2023-11-01' = {
  name: 'pe-${hub.name}'
  location: location
  properties: {
    subnet: {
      id: resourceId('Microsoft.Network/virtualNetworks/subnets', 'plant', 'iot')
    }
    privateLinkServiceConnections: [
      {
        name: 'hub'
        properties: {
          privateLinkServiceId: hub.id
          groupIds: [
            'iotHub'
          ]
        }
      }
    ]
  }
}

resource zone 'Microsoft.Network/privateDnsZones@2020-06-01' existing = {
  name: 'privatelink.azure-devices.net'
}

resource zones 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups@2023-11-01' = {
  parent: endpoint
  name: 'default'
  properties: {
    privateDnsZoneConfigs: [
      {
        name: 'hub'
        properties: {
          privateDnsZoneId: zone.id
        }
      }
    ]
  }
}

resource lock 'Microsoft.Authorization/locks@2020-05-01' = [for one in ['hub', 'logs']: if (one == 'hub') {
  name: 'keep-${one}'
  scope: hub
  properties: {
    level: 'CanNotDelete'
  }
}]

resource workspaceLock 'Microsoft.Authorization/locks@2020-05-01' = {
  name: 'keep-workspace'
  scope: workspace
  properties: {
    level: 'CanNotDelete'
  }
}

output host string = hub.properties.hostName
output hubId string = hub.id
