"""One graph of resources out of two recordings."""
