"""The person as the company sees it: every source in one row."""
