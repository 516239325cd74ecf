"""Why things happen: with `scrm simulate --causes`, people leave, buy, come together and answer campaigns for planted reasons.

What the reasons are, and whom they moved, is in truth/causes; nothing of it follows the models that look for it.
"""

from jobs.simulate.causes.plan import HABITS, Plan

__all__ = ["HABITS", "Plan"]
