from datetime import date
from decimal import Decimal

import numpy as np
import pyarrow as pa

from jobs.lake import arrow
from transformations.contracts import contract
from transformations.segmentation.criteria import CRITERIA, TYPES
from transformations.segmentation.features import FEATURES, MEASURED, TABLES, declared, feature_table, prepared
from transformations.value.contacts import CONTACTS


def test_each_type_and_each_of_the_twelve_criteria_is_declared() -> None:
    assert len(CRITERIA) == 12
    assert {its.criterion for its in FEATURES} == {*TYPES, *CRITERIA}
    rows = {row["feature"]: row for row in declared({"posts": 0.5, "age": 0.0}).to_pylist()}
    assert len(rows) == len(FEATURES)
    assert (rows["posts"]["is_measured"], rows["age"]["is_measured"]) == (True, False)
    unmeasured = rows["market_share_goals"]
    assert (unmeasured["level"], unmeasured["is_measured"], unmeasured["filled_ratio"]) == (3, False, None)
    assert unmeasured["feature_source"] == "sizes of the customers' markets"


def _rows(table: str, columns: tuple[str, ...], *rows: dict) -> pa.Table:
    of = contract(table)
    return pa.Table.from_pylist(list(rows), pa.schema([(name, arrow.type_of(of.field(name).type)) for name in columns]))


def _features(rows: dict[str, list[dict]], contacts: list[dict], channels: dict[str, list]) -> pa.Table:
    tables = {name: _rows(table, columns, *rows.get(name, [])) for name, (table, columns, _) in TABLES.items()}
    tables["persons"] = pa.table({"person_id": ["A", "B", "C"]})
    tables["contacts"] = pa.Table.from_pylist(contacts, CONTACTS)
    tables["channels"] = pa.table(channels, pa.schema([("person_id", pa.string()), ("channels", pa.int64())]))
    return feature_table(tables, date(2025, 3, 1), "EUR")


def test_features_of_persons() -> None:
    worth = {"person_id": "A", "recency_days": 10.0, "frequency_count": 4, "monetary": Decimal(80), "tenure_days": 60.0}
    rows = {
        "worth": [
            worth | {"as_of_date": date(2025, 3, 1)},
            worth | {"as_of_date": date(2025, 2, 1), "frequency_count": 1},
        ],
        "profits": [{"person_id": "A", "revenue": Decimal(80), "contribution": Decimal(20), "orders_count": 4}],
        "places": [{"person_id": "B", "betweenness": 0.5}],
        "person_attributes": [
            {"person_id": "A", "attribute": "country", "value": "DE"},
            {"person_id": "C", "attribute": "country", "value": "DE"},
            {"person_id": "B", "attribute": "country", "value": "FR"},
            {"person_id": "A", "attribute": "birth_date", "value": "1985-03-01"},
            {"person_id": "B", "attribute": "birth_date", "value": "unknown"},
        ],
    }
    contacts = [{"person_id": "B", "posts": 3, "positive_posts": 2, "negative_posts": 1}]
    channels = {"person_id": ["A"], "channels": [2]}
    found = {row["person_id"]: row for row in _features(rows, contacts, channels).to_pylist()}
    assert list(found) == ["A", "B", "C"]
    ann, ben = found["A"], found["B"]
    assert (ann["purchase_days"], ann["basket"], ann["margin"], ann["channels"], ann["repeat_rate"]) == (
        4,
        20,
        0.25,
        2,
        2,
    )
    assert (round(ann["age"]), ben["age"]) == (40, None)
    assert (round(ben["net_tone"], 3), ben["posts"], ann["posts"], ann["net_tone"]) == (0.333, 3, 0, None)
    assert [row["is_from_main_country"] for row in found.values()] == [1, 0, 1]
    assert (ben["purchase_days"], ben["tenure"], ben["betweenness"]) == (0, None, 0.5)


def test_amounts_of_another_currency_are_no_features() -> None:
    currencies = {"A": "EUR", "B": "JPY", "C": None}
    amounts = {"revenue": Decimal(3000), "contribution": Decimal(900), "orders_count": 1}
    rows = {
        "worth": [
            {"person_id": its, "as_of_date": date(2025, 3, 1), "currency": currency, "monetary": Decimal(3000)}
            for its, currency in currencies.items()
        ],
        "profits": [{"person_id": its, "currency": currency} | amounts for its, currency in currencies.items()],
    }
    found = _features(rows, [], {"person_id": [], "channels": []})
    assert found.select(["basket", "contribution", "monetary", "margin"]).to_pydict() == {
        "basket": [3000, None, 3000],
        "contribution": [900, None, 900],
        "monetary": [3000, None, 3000],
        "margin": [0.3, 0.3, 0.3],
    }


def test_of_countries_with_equally_many_the_first_by_name_is_the_main_one() -> None:
    lives = [("A", "FR"), ("B", "DE"), ("elsewhere", "FR"), ("C", None)]
    attributes = [{"person_id": its, "attribute": "country", "value": country} for its, country in lives]
    for order in (attributes, attributes[::-1]):
        found = _features({"person_attributes": order}, [], {"person_id": [], "channels": []})
        assert found["is_from_main_country"].to_pylist() == [0, 1, None]


def test_how_features_are_prepared() -> None:
    many = np.arange(200.0)
    columns = {its.name: np.ones(200) for its in MEASURED}
    columns |= {"posts": many, "tenure": np.where(many < 90, np.nan, many), "age": np.where(many < 110, np.nan, many)}
    columns["visits"] = np.where(many == 0, 1e9, many % 2)
    used, points = prepared(columns, ["posts", "tenure", "age", "visits", "tickets"])
    assert used == ["posts", "tenure", "visits"]  # age is mostly unknown, tickets are the same for all
    assert np.allclose(points.mean(axis=0), 0)
    assert np.allclose(points.std(axis=0), 1)
    assert len(np.unique(points[:90, 1])) == 1  # the median stands for what is missing
    assert points[:, 2].max() < 3  # one visitor's 1e9 visits are cut
    assert prepared(columns, ["tickets"])[0] == []
