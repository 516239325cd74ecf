"""A CSV file of a person, opened: one that cannot be read is named with its reason."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from jobs.errors import ConfError


@contextmanager
def csv_file(path: Path) -> Iterator[TextIO]:
    """The file's text. Raises: ConfError where it cannot be read, also while it is read."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            yield file
    except OSError as error:
        raise ConfError(f"{path} cannot be read ({error.strerror})") from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise ConfError(f"{path} is no CSV in UTF-8: {error}") from None
