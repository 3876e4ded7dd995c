"""Checkov's own ARM checks as a second opinion on judged stacks, in a process of their own."""
