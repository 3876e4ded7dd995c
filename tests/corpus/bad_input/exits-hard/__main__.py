import os

import pulumi

pulumi.CustomResource("azure-native:resources:ResourceGroup", "plant", {})
os._exit(0)
