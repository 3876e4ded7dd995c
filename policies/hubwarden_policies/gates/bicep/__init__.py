"""The gate for Bicep: a file becomes the ARM template that it stands for, and is judged so."""
