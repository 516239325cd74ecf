"""Jobs that tell which records belong to one person."""
