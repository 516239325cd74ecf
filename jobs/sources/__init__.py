"""Formats: how bytes become records, and records become rows. One module a format."""
