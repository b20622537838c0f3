"""The command `starter-console`."""
