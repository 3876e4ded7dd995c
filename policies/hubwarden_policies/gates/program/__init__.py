"""The program gate: the unmodified Pulumi program, run without engine, plugin, login or network."""
