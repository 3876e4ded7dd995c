import pulumi

group = pulumi.CustomResource("azure-native:resources:ResourceGroup", "plant", {})


def number(text):
    raise RuntimeError("the plant has no number")


pulumi.Output.from_input("plant").apply(number)
