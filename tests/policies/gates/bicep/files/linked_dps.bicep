// quiet: stateful-unprotected, dps-without-logs, hub-without-logs, hub-public-network, hub-unreachable, dps-public-network, hub-without-identity, hub-without-fallback-route, dps-link-keyless-hub
// A link with the owner's key, put together where everybody can read it.
resource hub 'Microsoft.Devices/IotHubs@2023-06-30' existing = {
  name: 'hub-plant'
}

resource dps 'Microsoft.Devices/provisioningServices@2022-12-12' = {
  name: 'dps-plant'
  location: 'westeurope'
  sku: {
    name: 'S1'
    capacity: 1
  }
  properties: { // flagged: dps-unlisted-policy
    iotHubs: [
      {
        location: 'westeurope'
        connectionString: 'HostName=${hub.properties.hostName};SharedAccessKeyName=iothubowner;SharedAccessKey=${hub.listKeys().value[0].primaryKey}' // flagged: dps-link-owner-policy // undecided: dps-unknown-hub
      }
    ]
  }
}
