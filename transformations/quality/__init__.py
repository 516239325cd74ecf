"""Samples that people judge, and what they say of all rows."""
