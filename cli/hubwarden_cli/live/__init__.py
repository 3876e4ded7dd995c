"""What runs in Azure, read by lists and gets of Resource Manager; nothing there is changed."""
