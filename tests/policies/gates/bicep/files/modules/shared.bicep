@export()
type tierType = 'Standard_LRS' | 'Standard_ZRS'

var lowest = 'TLS1_1'

@export()
var tls = {
  lowest: lowest
}

@export()
var sharedKey = false

@export()
func accountName(plant string) string => 'st${replace(plant, '-', '')}'
