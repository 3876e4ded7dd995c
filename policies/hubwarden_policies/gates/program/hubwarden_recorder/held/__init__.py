"""What holds the program: namespaces, or the refusals of Python."""
