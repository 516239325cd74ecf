"""Segments: groups of persons with similar value."""
