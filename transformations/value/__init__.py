"""What a customer is worth: sales, recency, frequency, monetary value."""
