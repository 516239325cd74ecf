import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


@pytest.fixture
def shared_data() -> Path:
    """The folder of data that nobody in this project made; SCRM_DATA, or beside the repository."""
    folder = Path(os.environ.get("SCRM_DATA") or ROOT.parent / "shared" / "data")
    if not folder.is_dir():
        pytest.skip(f"no shared data at {folder}")
    return folder
