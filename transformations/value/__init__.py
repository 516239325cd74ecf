"""Customer value: sales, recency, frequency, monetary value."""
