"""Upkeep: checks of the machine."""
