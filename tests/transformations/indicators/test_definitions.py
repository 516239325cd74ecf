from jobs.lake import arrow
from transformations.contracts import CONTRACTS, contract
from transformations.indicators import customers, posts, quarantine, sales, waiting
from transformations.indicators.definitions import CATALOGUE, INDICATORS


def _computed() -> list[str]:
    functions = [posts.PARTS, sales.PARTS, customers.PARTS, quarantine.PARTS, waiting.PARTS, *waiting.MEDIANS.values()]
    return [indicator_id for family in functions for indicator_id in family]


def test_declared_is_what_is_computed() -> None:
    assert sorted(_computed()) == sorted(its.indicator_id for its in INDICATORS)
    assert len(CATALOGUE) == len(INDICATORS)


def test_each_is_computed_by_the_function_of_its_name() -> None:
    for family in (
        posts.PARTS,
        sales.PARTS,
        customers.PARTS,
        quarantine.PARTS,
        waiting.PARTS,
        *waiting.MEDIANS.values(),
    ):
        for indicator_id, function in family.items():
            assert function.__name__ == indicator_id


def test_rows_keep_the_contract() -> None:
    table = contract("gold.indicator_catalogue")
    rows = arrow.pa.Table.from_pylist([its.row() for its in INDICATORS], arrow.schema_of(table))
    for row in rows.to_pylist():
        assert all(row.values()), f"{row['indicator_id']} leaves something empty"
        assert row["aggregation"] in table.field("aggregation").allowed
        assert row["better"] in table.field("better").allowed
        assert set(row["grains"]) <= set(contract("gold.indicator_values").field("grain").allowed)
        assert set(row["source_tables"]) <= set(CONTRACTS)


def test_what_indicators_need_are_columns_that_a_source_fills():
    for indicator in INDICATORS:
        assert indicator.needs
        for need in indicator.needs:
            name, column = need.rsplit(".", 1)
            assert column in CONTRACTS[name].names, need


def test_an_interval_is_declared_where_one_holds() -> None:
    declared = {its.indicator_id: its.interval for its in INDICATORS if its.interval}
    assert declared == {
        "net_tone": "difference",
        "coverage": "wilson",
        "peer_answer_ratio": "wilson",
        "linked_customer_ratio": "wilson",
        "first_response_seconds": "median",
        "first_answer_seconds": "median",
        "first_answer_seconds_answered": "median",
    }
