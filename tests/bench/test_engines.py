import pytest

from bench import engines, ours, tables
from bench.errors import WrongResult


def a_run(seconds: float, peak: int = 1_000) -> ours.Run:
    return ours.Run(seconds, {}, 500, {}, peak, None)


FOUND = {
    ("shop", 1): {"spark": [a_run(60.0, 3_000), a_run(62.0)], "embedded": [a_run(20.0), a_run(21.0, 1_200)]},
    ("shop", 4): {"spark": [a_run(80.0)], "embedded": [a_run(100.0)]},
    ("forum", 1): {"spark": [a_run(60.0)], "embedded": [a_run(20.0)]},
}


def test_a_row_has_medians_the_ratio_and_the_largest_memory(capsys):
    tables.console().print(engines.table_of(FOUND))
    shop = next(line.split() for line in capsys.readouterr().out.splitlines() if "shop" in line)
    assert [word for word in shop if word != "│"] == ["shop", "1×", "500", "61.0", "20.5", "2.98", "3,000", "1,200"]


def test_where_the_embedded_engine_stops_paying_is_said_for_each_example():
    assert engines.where_it_stops_paying(FOUND) == [
        "shop: the embedded engine is slower from 4× on",
        "forum: the embedded engine is quicker up to 1×, the largest scale that was measured",
    ]


def test_no_figure_counts_where_a_table_differs_or_is_missing():
    same = {"silver.orders": (3, 42), "gold.customer_value": (1, 7)}
    engines.check_equal("shop", 1, {"spark": same, "embedded": dict(same)})
    for other in ({**same, "silver.orders": (3, 43)}, {"gold.customer_value": (1, 7)}):
        with pytest.raises(WrongResult, match=r"shop at 1×: the engines differ in silver\.orders"):
            engines.check_equal("shop", 1, {"spark": same, "embedded": other})


def test_both_engines_hash_person_ids_with_one_secret(monkeypatch, tmp_path):
    given = []

    def run(example, raw, scale, lake, environment):
        given.append(environment)
        return a_run(1.0)

    monkeypatch.setattr(engines.examples, "run", run)
    monkeypatch.setattr(engines.ours, "open_lake", lambda lake: lake)
    monkeypatch.setattr(engines, "hashes_of", lambda lake: {})
    engines._measured(tmp_path, tmp_path, "shop", 1, 1)
    assert [one["SCRM_ENGINE"] for one in given] == ["spark", "embedded"]
    assert len({one["SCRM_IDENTITY_KEY"] for one in given}) == 1
    assert len(given[0]["SCRM_IDENTITY_KEY"]) >= 16
