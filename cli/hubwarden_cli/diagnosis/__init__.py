"""What the doctor looks at, a part of the machine a module."""
