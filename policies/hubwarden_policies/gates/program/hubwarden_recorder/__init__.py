"""Runs a Pulumi program in the interpreter of its own project and writes down what it does.

It needs the standard library and the project's `pulumi`, nothing of hubwarden: its folder is put
on `sys.path` for the imports only, and taken off before the program runs. So its imports are
relative, and its name is one that no program uses.
"""
