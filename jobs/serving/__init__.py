"""Output for people: quality pages."""
