"""The scrm command: one module per sub-command, with its arguments, what it does and what it prints."""
