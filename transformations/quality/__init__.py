"""Samples that people judge, and estimates from them for all rows."""
