"""Objectives of the company, of customers, communities and segments, and how far they are fulfilled."""
