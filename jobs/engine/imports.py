"""Imports by threads that run side by side: one after the other.

scikit-learn, Great Expectations, narwhals and others import their own modules in circles, some only when they are first used.
Where two threads do so at once, Python ends one of them (`_DeadlockError`), hands it a module that is half made, or both wait
for ever.
"""

from __future__ import annotations

import importlib._bootstrap
import threading
from functools import cache
from types import ModuleType
from typing import Any

_imports: Any = importlib._bootstrap
"""What every import of a module that is not there yet goes through, by a statement or by name."""
_lock = threading.RLock()


@cache
def one_at_a_time() -> None:
    """From now on a thread of this process that imports a module waits for another one that does.

    To be called before there are threads that import. What has been imported is found as before, without waiting.
    """
    find_and_load = _imports._find_and_load

    def waiting(name: str, import_: Any) -> ModuleType:
        with _lock:
            return find_and_load(name, import_)

    _imports._find_and_load = waiting
