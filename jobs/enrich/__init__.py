"""Jobs that read more out of what was landed: language, tone, topics, relevance, intent, interactions."""
