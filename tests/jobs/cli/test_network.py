from datetime import date
from itertools import combinations
from pathlib import Path

import pyarrow as pa
import pytest

from jobs.cli import main as cli
from jobs.lake.arrow import schema_of
from jobs.lake.tables import Lake
from jobs.network.periods import by_period
from jobs.settings.base import NetworkSettings
from transformations.contracts import contract

NOTHING = "kind: erp\nformat: csv\npath: /nowhere.csv\ntables: {customers: {columns: {customer_id: id}}}\n"


@pytest.fixture
def conf(write_conf, tmp_path: Path) -> Path:
    """A conf folder whose lake has the network of two groups."""
    folder = write_conf({"none": NOTHING})
    lake = Lake(tmp_path / "lake", lambda: None)  # type: ignore[arg-type,return-value]
    pairs = [*combinations("abcd", 2), *combinations("wxyz", 2)]
    columns = {
        "channel": "x",
        "kind": "reply",
        "is_from_company": False,
        "is_to_company": False,
        "interactions_count": 1,
    }
    edges = pa.Table.from_pylist(
        [{"source_person_id": a, "target_person_id": b, "acted_on": date(2025, 1, 9), **columns} for a, b in pairs],
        schema_of(contract("gold.network_edges")),
    )
    persons = pa.table({"person_id": ["a"], "role": ["consumer"], "followers_count": pa.array([1], pa.int64())})
    tables = by_period(edges, schema_of(contract("gold.person_activity")).empty_table(), persons, NetworkSettings())
    lake.write("gold.network_edges", edges)
    lake.write("gold.network_layouts", tables.layouts)
    lake.write("gold.influencers", tables.influencers)
    lake.write("gold.communities", tables.communities)
    lake.write("gold.community_members", tables.members)
    named = [{"person_id": "a", "name": "Ada Löwe"}]
    lake.write("silver.persons", pa.Table.from_pylist(named, schema_of(contract("silver.persons"))))
    return folder


def call(*words: object) -> int:
    return cli.main([str(word) for word in words])


def test_pictures_and_exports(conf: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = [tmp_path / f"network.{ending}" for ending in ("png", "svg", "html")]
    assert call("network", "draw", *files, "--names", "--conf", conf) == 0
    assert files[0].read_bytes().startswith(b"\x89PNG")
    assert "Ada Löwe" in files[1].read_text("utf-8")
    assert "Ada Löwe" in files[2].read_text("utf-8")
    assert call("network", "draw", files[1], "--person", "a", "--period", "2025-01", "--conf", conf) == 0
    assert "Around a" in files[1].read_text("utf-8")
    assert "Ada Löwe" not in files[1].read_text("utf-8")
    assert call("network", "draw", files[1], "--period", "2025-W02", "--conf", conf) == 0  # placed when it is drawn
    assert "The network, 2025-W02" in files[1].read_text("utf-8")
    assert call("network", "draw", files[1], "--community", "2025-01-0", "--conf", conf) == 0
    assert "Community 2025-01-0" in files[1].read_text("utf-8")
    assert call("network", "export", tmp_path / "n.graphml", tmp_path / "n.gexf", "--conf", conf) == 0
    assert "network.png: " in capsys.readouterr().out
    assert sorted(path.name for path in tmp_path.glob(".*")) == []


def test_the_way_from_one_person_to_another(conf: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("network", "way", "a", "c", "--conf", conf) == 0
    told = capsys.readouterr().out
    assert "1 steps, all" not in told
    assert "1 step, all" in told
    assert "Ada Löwe" in told
    assert call("network", "way", "a", "w", "--conf", conf) == 0
    assert "No way leads from a to w in all: they are in different components." in capsys.readouterr().out
    assert call("network", "way", "a", "nobody", "--conf", conf) == 2
    assert "no person nobody in the network of all" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["draw", "x.jpg"], 2, "expected a name that ends with .png, .svg, .html"),
        (["export", "x.png"], 2, "expected a name that ends with .graphml, .gexf"),
        (["draw", "gone/x.png"], 2, "there is no folder"),
        (["draw", "x.png", "--person", "a", "--community", "c"], 2, "exclude each other"),
        (
            ["draw", "x.png", "--period", "2024-01"],
            2,
            "no period 2024-01 in the network; there are 2025-01, last_90_days, all",
        ),
        (["draw", "x.png", "--person", "nobody"], 2, "no person nobody"),
    ],
)
def test_what_cannot_be_drawn(conf, tmp_path, monkeypatch, capsys, words, code, told) -> None:
    monkeypatch.chdir(tmp_path)
    assert call("network", *words, "--conf", conf) == code
    assert told in " ".join(capsys.readouterr().err.split())
    assert not (tmp_path / "x.png").exists()


def test_before_the_first_run(write_conf, tmp_path, capsys) -> None:
    folder = write_conf({"none": NOTHING})
    (tmp_path / "lake").mkdir()
    assert call("network", "draw", tmp_path / "x.png", "--conf", folder) == 1
    assert "has no network yet; `scrm run` computes it" in " ".join(capsys.readouterr().err.split())
