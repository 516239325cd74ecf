"""People who are not customers and may become some: what they did, how well that foretells it, and their score."""
