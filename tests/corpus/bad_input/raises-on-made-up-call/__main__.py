import pulumi
from pulumi_azure_native import authorization

COST_CENTRES = {"11111111-2222-3333-4444-555555555555": "plant"}

pulumi.export("cost", COST_CENTRES[authorization.get_client_config().subscription_id])
