"""From a Bicep text to the tree of what it says."""
