"""Indicators: definitions, values by period and group, and the history of what was known when."""
