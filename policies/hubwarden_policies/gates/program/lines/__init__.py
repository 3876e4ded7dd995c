"""Where in the sources something stands."""
