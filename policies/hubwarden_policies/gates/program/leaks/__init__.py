"""Where credentials leave a program in clear, found in what its canary run let out."""
