import sys

import pulumi

pulumi.CustomResource("azure-native:resources:ResourceGroup", "plant", {})
sys.exit(0)
pulumi.CustomResource("azure-native:resources:ResourceGroup", "office", {})
