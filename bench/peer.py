"""The peer: the pipeline's work as one script without Spark, in an environment of its own; and its copies of the data."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import deltalake
import pyarrow.compute as pc

from bench import places, processes
from bench.errors import BenchError, WrongResult

ENVIRONMENT = places.ROOT / ".venv-peer"
SETS = {"online_retail": "*.csv", "jaffle_shop": "*.csv", "stackexchange_cardano": "*.xml"}
"""The data sets that are copied, and their files."""


@dataclass(frozen=True)
class Run:
    """One run of the script.

    Attributes:
        seconds: of its stages, imports included; making its copies and starting its interpreter are not.
        rows: records it landed.
        peak_mib: of its process and workers, as it reports itself (sampled every 20 ms).
    """

    seconds: float
    stages: dict[str, float]
    rows: int
    peak_mib: int


def missing() -> str | None:
    """Why the peer cannot run, or None."""
    folder = places.peers()
    absent = [name for name in ("one_script.py", "measure.py", "requirements.txt") if not (folder / name).is_file()]
    if absent:
        return f"no {', '.join(absent)} in {folder}; set SCRM_PEERS to the folder with them"
    if not _is_set_up(folder):
        return (
            f"its environment {ENVIRONMENT} is absent or older than {folder / 'requirements.txt'}; "
            'make bench ARGS="pipeline --setup-peer" makes it'
        )
    return None


def set_up() -> None:
    """Makes the peer's environment from its requirements. Raises BenchError where that fails."""
    folder = places.peers()
    if not (folder / "requirements.txt").is_file():
        raise BenchError(f"no requirements.txt in {folder}; set SCRM_PEERS to the peers' folder")
    uv = Path(sys.executable).with_name("uv")
    python = ENVIRONMENT / "bin" / "python"
    requirements = folder / "requirements.txt"
    for command in (
        [uv, "venv", "--quiet", "--clear", "--python", sys.executable, ENVIRONMENT],
        [uv, "pip", "install", "--quiet", "--compile-bytecode", "--python", python, "-r", requirements],
    ):
        if subprocess.run(command, env=os.environ | _index()).returncode:
            raise BenchError(f"{' '.join(map(str, command))} failed")
    _mark().write_text(_wanted(folder), encoding="utf-8")


def run(data: Path, folder: Path, scale: int, log: Path) -> Run:
    """Runs the script on so many copies of the data. Raises WrongResult where it misses a known result."""
    script = places.peers() / "one_script.py"
    command = [ENVIRONMENT / "bin" / "python", script, "--data", data, "--out", folder, "--scale", str(scale)]
    ran = processes.run(command, os.environ | {"PYTHONDONTWRITEBYTECODE": "1"}, log)
    if ran.exit_code:
        raise WrongResult(f"the peer ended with {ran.exit_code}; the end of {log}:\n{processes.tail(log)}")
    report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    if not report["results_as_known"]:
        raise WrongResult(f"the peer misses a known result; the end of {log}:\n{processes.tail(log)}")
    stages = {name: seconds for name, (seconds, _) in report["stages"].items()}
    return Run(report["seconds"], stages, _landed(folder / "lake"), report["peak_mib"])


def copies(data: Path, raw: Path, scale: int) -> None:
    """Writes so many copies of the data sets to `raw`, as the peer makes its own. Raises BenchError without measure.py."""
    files = [path for name, pattern in SETS.items() for path in sorted((data / name).glob(pattern))]
    absent = [name for name in SETS if not (data / name).is_dir()]
    if absent:
        raise BenchError(f"no {', '.join(absent)} in {data}; set SCRM_DATA to the folder with them")
    _measure().make_copies(files, data, raw, scale)


def _measure() -> ModuleType:
    path = places.peers() / "measure.py"
    if not path.is_file():
        raise BenchError(f"no measure.py in {path.parent}, which makes the copies of the data; set SCRM_PEERS")
    spec = importlib.util.spec_from_file_location("measure", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    was, sys.dont_write_bytecode = sys.dont_write_bytecode, True  # the folder may be read by others, or read-only
    try:
        spec.loader.exec_module(module)
    finally:
        sys.dont_write_bytecode = was
    return module


def _landed(lake: Path) -> int:
    accounts = deltalake.DeltaTable(str(lake / "ops" / "landed")).to_pyarrow_table(columns=["records"])
    return pc.sum(accounts["records"]).as_py()


def _mark() -> Path:
    return ENVIRONMENT / ".done"


def _wanted(folder: Path) -> str:
    return hashlib.sha256((folder / "requirements.txt").read_bytes()).hexdigest()


def _is_set_up(folder: Path) -> bool:
    return _mark().is_file() and _mark().read_text(encoding="utf-8") == _wanted(folder)


def _index() -> Mapping[str, str]:
    """uv reads no pip settings: hand on the index they name, as `make setup` does."""
    index = os.environ.get("PIP_INDEX_URL")
    if not index:
        pip = Path(sys.executable).with_name("pip")
        asked = subprocess.run([pip, "config", "get", "global.index-url"], capture_output=True, text=True)
        index = asked.stdout.strip() if asked.returncode == 0 else ""
    return {"UV_DEFAULT_INDEX": index} if index else {}
