"""What a post says and how it feels: language, tone, matches and relevance, intent."""
