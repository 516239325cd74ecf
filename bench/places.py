"""Where things lie: this checkout, the real data, the peers' folder, the work folder of a measurement."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

from bench.errors import BenchError
from bench.tables import console

ROOT = Path(__file__).resolve().parent.parent


def data() -> Path:
    """Real data: SCRM_DATA, else ../shared/data. Raises BenchError where it is absent."""
    folder = Path(os.environ.get("SCRM_DATA") or ROOT.parent / "shared" / "data").resolve()
    if not folder.is_dir():
        raise BenchError(f"no data at {folder}; set SCRM_DATA to the folder with online_retail and the other sets")
    return folder


def peers() -> Path:
    """The peers' scripts: SCRM_PEERS, else ../shared/peers. It need not exist."""
    return Path(os.environ.get("SCRM_PEERS") or ROOT.parent / "shared" / "peers").resolve()


def scrm() -> Path:
    """The command of this environment."""
    return Path(sys.executable).with_name("scrm")


@contextmanager
def work_folder(keep: bool) -> Iterator[Path]:
    """A new folder for copies, lakes and logs. It stays, and is named, when asked for or after an error."""
    folder = Path(mkdtemp(prefix="scrm-bench-"))
    try:
        yield folder
    except BaseException:
        keep = True
        raise
    finally:
        if keep:
            console(stderr=True).print(f"kept: {folder}", soft_wrap=True)
        else:
            shutil.rmtree(folder)
