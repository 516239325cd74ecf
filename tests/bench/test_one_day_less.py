"""The simulated company a day earlier, cut from its files."""

import pytest

from bench import one_day_less
from bench.errors import BenchError
from jobs.simulate import simulate

DAY = "2025-01-14"


def test_a_csv_keeps_its_bytes_but_for_the_day():
    content = (
        b"id,text,opened_at\n"
        b'T1,"two\nlines, and ""quotes""",2025-01-13T23:59:59Z\n'
        b'T2,"2025-01-14 is\nthe day",2025-01-14T00:00:00Z\n'
        b"T3,short\n"
        b"T4,caf\xe9,2025-01-13\n"
    )
    assert one_day_less.without(content, ".csv", "opened_at", DAY) == (
        b'id,text,opened_at\nT1,"two\nlines, and ""quotes""",2025-01-13T23:59:59Z\nT3,short\nT4,caf\xe9,2025-01-13\n'
    )


def test_lines_of_json_and_xml_go_by_their_own_time():
    json = b'{"at":"2025-01-13T09:00:00Z","of":"2025-01-14"}\n{"at":"2025-01-14T09:00:00Z"}\n'
    assert one_day_less.without(json, ".jsonl", "at", DAY) == json.splitlines(keepends=True)[0]
    xml = b'<posts>\r\n  <row CreationDate="2025-01-14T00:00:00" />\r\n  <row LastDate="2025-01-14" />\r\n</posts>'
    assert one_day_less.without(xml, ".xml", "CreationDate", DAY) == (
        b'<posts>\r\n  <row LastDate="2025-01-14" />\r\n</posts>'
    )


@pytest.fixture(scope="module")
def company(tmp_path_factory):
    folder = tmp_path_factory.mktemp("company") / "company"
    simulate(folder, customers=60, days=40, seed=3)
    return folder


def test_every_file_of_the_simulator_that_is_cut_is_there_with_its_time(company):
    for name, time in one_day_less.TIMES.items():
        content = (company / name).read_bytes()
        first = content.splitlines()[0] if name.endswith(".csv") else content
        assert time.encode() in first, name


def test_the_day_is_left_out_and_comes_back(company, tmp_path):
    day = one_day_less.last_day(company)
    assert day == "2025-02-09"  # the fortieth, counted from 2025-01-01
    left_out = one_day_less.write(company, tmp_path / "data", day)
    names = {path.relative_to(company) for path in company.rglob("*") if path.is_file()}
    kept = {path.relative_to(tmp_path / "data") for path in (tmp_path / "data").rglob("*") if path.is_file()}
    assert {str(name) for name in names - kept} == {
        f"erp/orders/{day}.csv",
        f"erp/order_lines/{day}.csv",
        f"microblog/posts/{day}.jsonl",
        f"microblog/interactions/{day}.jsonl",
    }  # nobody came to the web site that day
    lines = {name: (company / name).read_bytes().count(b"\n") for name in names}
    less = {name: (tmp_path / "data" / name).read_bytes().count(b"\n") for name in kept}
    assert left_out == sum(lines.values()) - sum(less.values())
    ledger = next(name for name in kept if name.name == "ledger.csv")
    assert lines[ledger] - less[ledger] == 1
    one_day_less.update(tmp_path / "data", company)
    assert all((tmp_path / "data" / name).read_bytes() == (company / name).read_bytes() for name in names)


def test_a_folder_that_no_simulation_wrote_is_refused(tmp_path):
    with pytest.raises(BenchError, match="no files of orders"):
        one_day_less.last_day(tmp_path)
