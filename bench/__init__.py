"""Measures hubwarden against Checkov on the same resources; `make bench` prints the table."""
