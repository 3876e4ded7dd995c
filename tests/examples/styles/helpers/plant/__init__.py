from plant.hubs import key_of, make_hub
from plant.vaults import make_vault

__all__ = ["key_of", "make_hub", "make_vault"]
