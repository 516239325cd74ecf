"""The copies of the data, and what a peer's run is taken for."""

import json

import deltalake
import pyarrow as pa
import pytest

from bench import peer, places
from bench.errors import BenchError, WrongResult

CSV = b"InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"
ROW = b"536365,85123A,HOLDER,6,2010-12-01 08:26:00,2.55,17850.0,United Kingdom\n"
CUSTOMERS = b"id,name\n50a2d1c4-d788-4498-a6f7-dd75d4db588f,Ann Lee\n"
XML = b'<users>\n  <row Id="1" AccountId="2" DisplayName="Az" />\n</users>'


@pytest.fixture
def data(tmp_path):
    """The three sets, a file or two each."""
    files = {
        "online_retail/2010-12-01.csv": CSV + ROW,
        "jaffle_shop/raw_customers.csv": CUSTOMERS,
        "jaffle_shop/raw_products.csv": b"sku,name\nJAF-001,nutellaphone\n",
        "stackexchange_cardano/Users.xml": XML,
    }
    for name, content in files.items():
        path = tmp_path / "data" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return tmp_path / "data"


def test_copies_are_other_orders_of_other_people(peers, data, tmp_path):
    peer.copies(data, tmp_path / "raw", 2)
    assert (tmp_path / "raw/online_retail/2010-12-01.csv").read_bytes().splitlines()[1:] == [
        b"53636500,85123A,HOLDER,6,2010-12-01 08:26:00,2.55,1785000.0,United Kingdom",
        b"53636501,85123A,HOLDER,6,2010-12-01 08:26:00,2.55,1785001.0,United Kingdom",
    ]
    assert (tmp_path / "raw/jaffle_shop/raw_customers.csv").read_bytes().splitlines()[1:] == [
        b"50a2d1c4-d788-4498-a6f7-dd75d4db588f00,Ann Lee",
        b"50a2d1c4-d788-4498-a6f7-dd75d4db588f01,Boo Mff",
    ]
    users = (tmp_path / "raw/stackexchange_cardano/Users.xml").read_text()
    assert '<row Id="101" AccountId="201" DisplayName="Ba" />' in users
    products = tmp_path / "raw/jaffle_shop/raw_products.csv"
    assert products.read_bytes() == (data / "jaffle_shop/raw_products.csv").read_bytes()


def test_one_copy_is_the_data_as_they_are(peers, data, tmp_path):
    peer.copies(data, tmp_path / "raw", 1)
    names = [path.relative_to(data) for path in data.rglob("*") if path.is_file()]
    assert len(names) == 4
    assert all((tmp_path / "raw" / name).read_bytes() == (data / name).read_bytes() for name in names)


def test_data_that_lack_a_set_are_refused_by_name(data, tmp_path):
    (data / "stackexchange_cardano/Users.xml").unlink()
    (data / "stackexchange_cardano").rmdir()
    with pytest.raises(BenchError, match=r"no stackexchange_cardano in .*data; set SCRM_DATA"):
        peer.copies(data, tmp_path / "raw", 2)


def test_the_peer_is_missing_with_a_reason(tmp_path, monkeypatch):
    monkeypatch.setenv("SCRM_PEERS", str(tmp_path))
    assert "no one_script.py, measure.py, requirements.txt in" in peer.missing()
    assert "set SCRM_PEERS" in peer.missing()
    for name in ("one_script.py", "measure.py", "requirements.txt"):
        (tmp_path / name).write_text(name)
    monkeypatch.setattr(peer, "ENVIRONMENT", tmp_path / "environment")
    assert "--setup-peer" in peer.missing()
    monkeypatch.setenv("SCRM_PEERS", str(tmp_path / "nowhere"))
    with pytest.raises(BenchError, match="SCRM_PEERS"):
        peer.set_up()


def test_a_changed_list_of_requirements_makes_the_environment_old(tmp_path, monkeypatch):
    monkeypatch.setenv("SCRM_PEERS", str(tmp_path))
    monkeypatch.setattr(peer, "ENVIRONMENT", tmp_path / "environment")
    for name in ("one_script.py", "measure.py", "requirements.txt"):
        (tmp_path / name).write_text(name)
    (tmp_path / "environment").mkdir()
    (tmp_path / "environment" / ".done").write_text(peer._wanted(places.peers()))
    assert peer.missing() is None
    (tmp_path / "requirements.txt").write_text("polars==9\n")
    assert "older" in peer.missing()


SCRIPT = """
import json, pathlib, sys
out = pathlib.Path(sys.argv[sys.argv.index("--out") + 1])
out.mkdir(parents=True, exist_ok=True)
report = {report}
(out / "report.json").write_text(json.dumps(report))
print("as I found it")
sys.exit({code})
"""
REPORT = {
    "seconds": 3.5,
    "peak_mib": 900,
    "results_as_known": True,
    "stages": {"imports": [1.0, 90], "land": [2.5, 900]},
}


@pytest.fixture
def script(tmp_path, monkeypatch):
    """Puts a script in the peer's place: script(report, exit code)."""
    monkeypatch.setenv("SCRM_PEERS", str(tmp_path))
    monkeypatch.setattr(peer, "ENVIRONMENT", tmp_path / "environment")
    (tmp_path / "environment" / "bin").mkdir(parents=True)
    import sys

    (tmp_path / "environment" / "bin" / "python").symlink_to(sys.executable)
    landed = pa.table({"records": pa.array([3, 4], pa.int64())})
    deltalake.write_deltalake(str(tmp_path / "out" / "lake" / "ops" / "landed"), landed)

    def write(report: dict, code: int = 0) -> None:
        text = SCRIPT.format(report=json.dumps(report).replace("true", "True").replace("false", "False"), code=code)
        (tmp_path / "one_script.py").write_text(text)

    return write


def test_a_peers_run_is_read_from_its_report(script, tmp_path):
    script(REPORT)
    found = peer.run(tmp_path, tmp_path / "out", 1, tmp_path / "peer.log")
    assert found == peer.Run(3.5, {"imports": 1.0, "land": 2.5}, 7, 900)


@pytest.mark.parametrize(("report", "code"), [(REPORT, 1), (REPORT | {"results_as_known": False}, 0)])
def test_a_peer_with_a_wrong_result_has_no_time(script, tmp_path, report, code):
    script(report, code)
    with pytest.raises(WrongResult, match="as I found it"):
        peer.run(tmp_path, tmp_path / "out", 1, tmp_path / "peer.log")
