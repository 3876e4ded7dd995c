"""What Pulumi keeps of a stack, and what a preview says that it would do."""
