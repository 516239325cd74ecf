"""Visits to the company's web site."""
