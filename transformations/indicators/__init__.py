"""Indicators: what each one counts, for which periods and groups, and what was known of it when."""
