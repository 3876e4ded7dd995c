"""The program gate: run the user's unmodified Pulumi program with no engine, plugin, login or network."""
