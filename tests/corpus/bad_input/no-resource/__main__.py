import pulumi

pulumi.export("lines", 7)
