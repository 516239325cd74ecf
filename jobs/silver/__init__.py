"""Content to enrichment: bronze records become accepted rows of canonical tables, or are kept aside with reasons."""
