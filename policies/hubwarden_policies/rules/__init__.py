"""The rules: a module per resource and concern, a function per rule."""

from __future__ import annotations

from typing import Final

# What stands before every example in a rule's docstring.
PREAMBLE: Final = """\
import pulumi
from pulumi_azure_native import (
    authorization,
    deviceprovisioningservices as dps,
    eventhub,
    iothub,
    keyvault,
    monitor,
    network,
    operationalinsights,
    resources,
    storage,
    web,
)

config = pulumi.Config()
rg = resources.ResourceGroup("rg")
sku = {"name": "S1", "capacity": 1}
"""
