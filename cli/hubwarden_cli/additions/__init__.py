"""What `hubwarden init` adds to a project, a kind of addition a module."""
