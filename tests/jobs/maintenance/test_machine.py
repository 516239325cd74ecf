"""What `scrm check` finds."""

from __future__ import annotations

import shutil
from types import SimpleNamespace

import pytest

from jobs.maintenance import machine


@pytest.mark.parametrize(
    ("gib", "shown", "is_good"),
    [(0, "0.00 GiB free", False), (0.99, "0.99", False), (1, "1.00", True), (80.4, "80 ", True)],
)
def test_a_disk_that_is_almost_full_is_not_good(gib, shown, is_good, settings, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: SimpleNamespace(free=gib * 2**30))
    (lake,) = [finding for finding in machine.findings(settings()) if finding.name == "lake"]
    assert shown in lake.found
    assert lake.is_good is is_good
    assert "free some space" in lake.remedy
