"""The embedded engine beside Spark's session."""

import pytest
from probes import sessions


@pytest.fixture(scope="session")
def embedded():
    """A session of the embedded engine. Skips where it is not installed."""
    pytest.importorskip("pysail", reason="the embedded engine is not installed (make setup ENGINE=embedded)")
    return sessions.embedded()
