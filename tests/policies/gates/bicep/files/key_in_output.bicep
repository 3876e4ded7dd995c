// A key leaves by an output; behind a variable and a ternary it is still a key.
param withKey bool = true

resource hub 'Microsoft.Devices/IotHubs@2023-06-30' existing = {
  name: 'hub-plant'
  scope: resourceGroup('rg-plant')
}

var keys = hub.listKeys()
var owner = keys.value[0].primaryKey

output connection string = withKey ? 'HostName=${hub.name}.azure-devices.net;SharedAccessKey=${owner}' : '' // flagged: credential-in-output

@secure()
output hidden string = owner
output host string = hub.properties.hostName
