"""Splitting files into records: JSON, XML, text."""
