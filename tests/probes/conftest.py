"""The embedded engine beside Spark's session."""

import pytest
from probes import sessions


@pytest.fixture(scope="module")
def embedded():
    """A session of the embedded engine, stopped after: others of this process would find it as the active one.

    Skips where it is not installed.
    """
    pytest.importorskip("pysail", reason="the embedded engine is not installed (make setup ENGINE=embedded)")
    session = sessions.embedded()
    yield session
    session.stop()
