"""Why things happen: with `scrm simulate --causes`, people leave, buy, come together and answer campaigns for planted reasons.

What the reasons are, and whom they moved, is in truth/causes.
"""

from jobs.simulate.causes.plan import HABITS, LEAST_DAYS, Plan

__all__ = ["HABITS", "LEAST_DAYS", "Plan"]
