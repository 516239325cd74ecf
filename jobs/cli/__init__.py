"""The scrm command: one module per sub-command, with its arguments, what it does and what it prints."""

from jobs.cli import ending

if ending.is_command():  # before the rest is imported, so that Ctrl-C at any moment ends with one line
    ending.on_signals()
