param name string
param keys bool = true

resource hub 'Microsoft.Devices/IotHubs@2023-06-30' = {
  name: name
  location: resourceGroup().location
  sku: { name: 'S1', capacity: 1 }
  properties: {
    disableLocalAuth: !keys
    minTlsVersion: '1.2'
  }
}

output host string = hub.properties.hostName
