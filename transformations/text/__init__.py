"""The content of a post: language, tone, matches, relevance and intent."""
