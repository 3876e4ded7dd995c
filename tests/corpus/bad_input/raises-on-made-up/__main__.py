import pulumi

COST_CENTRES = {"11111111-2222-3333-4444-555555555555": "plant"}

group = pulumi.CustomResource("azure-native:resources:ResourceGroup", "plant", {})
pulumi.export("cost", group.id.apply(lambda text: COST_CENTRES[text.split("/")[2]]))
