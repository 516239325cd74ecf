"""From a source's columns to canonical ones: mapping, casting, ordering of versions."""
