import asyncio

import pulumi

group = pulumi.CustomResource("azure-native:resources:ResourceGroup", "plant", {})


async def wait(_):
    await asyncio.get_running_loop().create_future()


pulumi.export("plant", group.id.apply(wait))
