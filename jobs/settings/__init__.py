"""Typed conf: base.yaml, company.yaml and sources/*.yaml, read once and checked."""

from jobs.settings.loading import SHIPPED, Settings, load

__all__ = ["SHIPPED", "Settings", "load"]
