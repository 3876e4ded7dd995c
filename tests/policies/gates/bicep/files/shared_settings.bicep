// quiet: stateful-unprotected, resource-without-logs
// Values, types and functions come from another file.
import { tls, accountName, tierType as tier } from 'modules/shared.bicep'
import * as shared from 'modules/shared.bicep'

param sku tier = 'Standard_LRS'

func short(text string) string => take(toLower(text), 10)

resource account 'Microsoft.Storage/storageAccounts@2023-05-01' = {
  name: accountName(short('Plant-One'))
  location: resourceGroup().location
  kind: 'StorageV2'
  sku: {
    name: sku
  }
  properties: {
    allowSharedKeyAccess: shared.sharedKey
    allowBlobPublicAccess: false
    minimumTlsVersion: tls.lowest // flagged: st-old-tls
    supportsHttpsTrafficOnly: true
  }
}
