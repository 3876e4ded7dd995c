"""Rotation of credentials with two slots: a pure machine, a journal, and the edge that acts."""
