"""Jobs that enrich silver: language, tone, topics, relevance, intent, interactions."""
