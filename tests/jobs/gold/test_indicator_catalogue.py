from jobs.gold.indicator_catalogue import indicator_catalogue
from transformations.indicators.definitions import INDICATORS


def test_catalogue_holds_every_indicator(rows_once) -> None:
    rows = {row["indicator_id"]: row for row in rows_once(indicator_catalogue)}
    assert set(rows) == {its.indicator_id for its in INDICATORS}
    assert rows["linked_customer_ratio"]["grains"] == ["all"]
