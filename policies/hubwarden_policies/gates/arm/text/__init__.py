"""JSON as Azure Resource Manager takes it, and the place of everything in it."""

from hubwarden_policies.gates.arm.text.document import Document, NotJson, read

__all__ = ["Document", "NotJson", "read"]
