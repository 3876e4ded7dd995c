"""Everything by which a program lets values out."""
