from argparse import Namespace

import pytest

from bench import indicators
from bench.errors import WrongResult
from bench.tables import Ratio
from jobs.lake.tables import Lake


@pytest.fixture
def lake(tmp_path, spark) -> Lake:
    """An empty lake of the engine that runs."""
    return Lake(tmp_path / "lake", lambda: spark)


@pytest.mark.slow
def test_the_script_has_the_same_sums(lake) -> None:
    ratio = indicators.measured(lake, 300, 1)
    assert ratio.stage == "300 posts, orders, views"
    assert (len(ratio.ours), len(ratio.theirs)) == (1, 1)


def test_growth_is_told_and_judged(capsys, monkeypatch) -> None:
    def measured(lake, rows: int, repeats: int) -> Ratio:
        return Ratio(f"{rows}", "DuckDB", [rows**1.2], [rows**1.2], 0.5)

    monkeypatch.setattr(indicators, "measured", measured)
    assert indicators.run(Namespace(rows=[100, 1_000], repeats=1)) == 3
    assert "Growth exponent, 100 to 1,000 rows of each: 1.20" in capsys.readouterr().out


@pytest.mark.slow
def test_other_sums_are_an_error(lake, monkeypatch) -> None:
    monkeypatch.setattr(indicators, "script", lambda lake: {})
    with pytest.raises(WrongResult, match="the script's sums are not ours"):
        indicators.measured(lake, 50, 0)


def test_made_up_rows_are_those_of_the_contracts() -> None:
    found = indicators.made_up(100)
    assert {table.num_rows for table in found.values()} == {100}
    assert found["silver.orders"]["ordered_at"].null_count == 0
