"""What is costly is made once: tests that share it run in one process."""

import os

import pytest


@pytest.fixture(scope="module")
def shared() -> object:
    return object()


def test_a_group_is_known_to_xdist(request, shared):
    """xdist tells groups by the ends of names; a pytest that hides them lets every process make everything."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        pytest.skip("one process: nothing to share out")
    assert request.node.nodeid.endswith("@tests/architecture/test_groups.py")
