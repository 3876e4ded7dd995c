"""The process that has Checkov loaded; it talks in JSON with the side that asks."""
