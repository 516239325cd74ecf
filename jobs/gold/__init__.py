"""Jobs that write gold tables."""
