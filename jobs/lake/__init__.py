"""The only reader and writer of Delta tables."""

from jobs.lake.opening import open_lake
from jobs.lake.tables import Lake

__all__ = ["Lake", "open_lake"]
