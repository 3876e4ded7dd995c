import pulumi

group = pulumi.CustomResource("azure-native:resources:ResourceGroup", "plant", {}
pulumi.export("group", group.id)
