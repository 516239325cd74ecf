"""A database of its own for all tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import services


@pytest.fixture(scope="session")
def postgres() -> Iterator[services.Postgres]:
    with services.postgres() as server:
        yield server
