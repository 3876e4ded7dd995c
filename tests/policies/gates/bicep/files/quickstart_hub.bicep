// quiet: stateful-unprotected, hub-without-logs, hub-without-identity, hub-without-fallback-route
// As most tutorials write a hub.
param iotHubName string = 'hub${uniqueString(resourceGroup().id)}'
param location string = resourceGroup().location
param skuName string = 'S1'
param skuUnits int = 1
param d2cPartitions int = 4

resource IoTHub 'microsoft.devices/iotHubs@2021-07-02' = {
  name: iotHubName
  location: location
  sku: {
    name: skuName
    capacity: skuUnits
  }
  properties: { // flagged: hub-local-auth, hub-unlisted-policy, hub-open-ip-filter
    eventHubEndpoints: {
      events: {
        retentionTimeInDays: 1
        partitionCount: d2cPartitions
      }
    }
    minTlsVersion: '1.0' // flagged: hub-old-tls
    publicNetworkAccess: 'Enabled' // flagged: hub-public-network
  }
}

output name string = IoTHub.name
output resourceId string = IoTHub.id
