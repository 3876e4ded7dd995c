"""What hubwarden refuses: one catalogue of rules, judged over resources in ARM's shape."""
