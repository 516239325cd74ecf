"""Lakes with a conf folder beside them, and topics of a test's own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from places import Place, make_place
from services import Broker


@pytest.fixture
def place(tmp_path: Path, spark) -> Callable[..., Place]:
    """place("name", base="", shop=yaml text) -> a Place in a folder of that name."""
    return lambda name, base="", **sources: make_place(tmp_path / name, spark, base, **sources)


@pytest.fixture
def topic(broker: Broker, request: pytest.FixtureRequest) -> str:
    """A topic of the test's own with two partitions."""
    return broker.topic(request.node.name.replace("[", ".").replace("]", ""), partitions=2)
