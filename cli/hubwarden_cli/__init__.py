"""How people act on it: the command `hubwarden`, a file a command."""

__version__ = "0.1.0"
