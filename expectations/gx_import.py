"""Great Expectations and what is registered there of our own: imported once, since it takes seconds.

Its packages import each other in circles: two threads that import them at once can each meet modules that are half made.
"""

from __future__ import annotations

import threading

_one_at_a_time = threading.Lock()


def imported() -> None:
    """Imports both. To be called before any other import of Great Expectations; waits for a thread that is at it."""
    with _one_at_a_time:
        import expectations.custom  # noqa: F401
