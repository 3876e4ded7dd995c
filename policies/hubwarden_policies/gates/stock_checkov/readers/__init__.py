"""What a file declares, read without Checkov: what must be in Checkov's report."""
