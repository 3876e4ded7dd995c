"""The command line of hubwarden."""
