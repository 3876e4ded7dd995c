"""Runs of a program, from the job to the recordings."""
