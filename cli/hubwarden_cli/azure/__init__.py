"""Clients of Azure for the rotation of credentials; they know nothing of rotation itself."""
