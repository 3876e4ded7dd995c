"""The project that is checked: its files, its stacks, its interpreter, its sources."""
