"""Runs in a process of its own: the real Checkov over one framework, held and listened to."""
