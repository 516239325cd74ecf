"""Jobs that publish gold outside the lake."""
