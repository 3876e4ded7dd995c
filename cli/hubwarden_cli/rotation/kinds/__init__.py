"""The kinds of credentials: where keys are set, and where copies of them are put."""
