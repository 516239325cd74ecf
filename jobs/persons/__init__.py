"""Jobs that resolve records to persons."""
