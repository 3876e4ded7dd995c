import pulumi

pulumi.CustomResource("azure-native:resources:ResourceGroup", "plant", {})
