"""Splitting files into records: CSV, JSON, XML, text."""
