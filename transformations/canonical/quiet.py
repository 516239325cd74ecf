"""Libraries whose notices concern those who build on them, not the person at the command."""

from __future__ import annotations

import contextlib
import logging
import warnings
from collections.abc import Iterator


@contextlib.contextmanager
def quiet(library: str, least: int = logging.ERROR) -> Iterator[None]:
    """Keeps warnings, and lines of a library's log below a level, from being shown. Args: library: name of its logger."""
    logger = logging.getLogger(library)
    level = logger.level
    logger.setLevel(least)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(level)
