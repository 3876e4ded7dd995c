"""Stock Checkov as another process, and the proof that it judged what it was given."""
