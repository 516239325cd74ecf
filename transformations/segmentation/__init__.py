"""Segments: groups of persons of like value."""
