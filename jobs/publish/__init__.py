"""Jobs that serve gold outside the lake."""
