"""Consistency and relevance across rows and tables of silver: the same fact has the same value everywhere.

A rule applies only to cases with a value in both places; `cases` has one row each, `broken` selects those that differ.
"""
