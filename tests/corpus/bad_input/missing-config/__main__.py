import pulumi

lines = pulumi.Config().require_int("lines")
pulumi.CustomResource("azure-native:resources:ResourceGroup", "plant", {"tags": {"lines": str(lines)}})
