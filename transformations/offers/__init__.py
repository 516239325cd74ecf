"""Offers: what a person is likely to buy next, by what is bought together."""
