"""Cases from the field: how bytes of tabular files become typed rows."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import field_cases as field
import pytest
from conftest import ROOT

from jobs import settings as conf
from jobs.errors import ConfError
from jobs.runner import preflight


def only(case: str) -> None:
    """Skips a case that SCRM_ONLY_CASES leaves out."""
    cases = field.folder_of(ROOT)
    if cases and case not in field.numbers(cases):
        pytest.skip("left out by SCRM_ONLY_CASES")


def orders(field_cases, source: str) -> dict[str, dict]:
    return {row["order_id"]: row for row in field_cases.rows("silver.orders", f"source = '{source}'")}


def test_10_excel_zero_padded_ids(field_cases):
    only("10")
    for source in ("c10", "c10mac"):
        found = {row["customer_id"]: row for row in field_cases.rows("silver.customers", f"source = '{source}'")}
        assert {name: row["postcode"] for name, row in found.items()} == {"0004711": "01067", "0000815": "20095"}
        assert found["0004711"]["created_at"] == datetime(2024, 3, 1, 13, 30, tzinfo=UTC)
        assert found["0000815"]["created_at"] == datetime(2024, 3, 1, 23, 0, tzinfo=UTC)
    assert orders(field_cases, "c10")["X1"]["customer_id"] == "0004711"


def test_14_csv_trailing_delimiter(field_cases):
    only("14")
    for source in ("c14", "c14b"):
        found = [row["total_amount"] for row in orders(field_cases, source).values()]
        assert sorted(found) == [Decimal("5.0000"), Decimal("6.0000")]


def test_15_null_tokens(field_cases):
    only("15")
    found = orders(field_cases, "c15")
    assert {name: row["customer_id"] for name, row in found.items()} == {"N1": "k1", "N2": "k2", "N3": None, "N4": None}
    customers = field_cases.rows("silver.customers", "source = 'c15'")
    assert {row["customer_id"] for row in customers} == {"k1", "k2"}


def test_17_csv_backslash_quotes(field_cases):
    only("17")
    found = field_cases.rows("silver.survey_responses", "source = 'c17'")
    scores = {row["response_id"]: row["score"] for row in found}
    assert scores == {"1": 5, "4": 2, "5": 1, "6": 4, "7": 9}  # 6 is right by RFC 4180
    refused = field_cases.rows("quarantine.c17")
    assert sorted(bytes(row["raw"])[:1] for row in refused) == [b"2", b"3"]
    assert all("escape: '\\'" in row["reasons"][0]["message"] for row in refused)


def test_18_a_name_with_a_space_is_refused_with_a_word_on_backticks(tmp_path, shared_cases):
    folder = field.make_conf(shared_cases, ["18"], tmp_path)
    (case,) = shared_cases.glob("18-*")
    text = (case / "sources" / "c18s.yaml").read_text().replace("${SCRM_CASES}", str(tmp_path / "cases"))
    (folder / "sources" / "c18s.yaml").write_text(text)
    with pytest.raises(ConfError, match=r"c18s.yaml: key tables.order_lines.columns.discount .*'`Lineitem discount`'"):
        preflight.check_settings(conf.load(folder))


def test_18_shopify_orders_refund(field_cases):
    only("18")
    lines = field_cases.rows("silver.order_lines", "source = 'c18'")
    sold = [row["quantity"] * row["unit_price"] - (row["discount"] or 0) for row in lines if not row["is_return"]]
    back = [row["quantity"] * row["unit_price"] for row in lines if row["is_return"]]
    assert (len(sold), sum(sold), sum(back)) == (3, 49, -15)


def test_23_columns_of_any_name(field_cases):
    only("23")
    assert {name: row["channel"] for name, row in orders(field_cases, "c23a").items()} == {
        "#3001": "web",
        "#3002": "pos",
    }
    lines = field_cases.rows("silver.order_lines", "source = 'c23b'")
    assert {row["line_number"]: row["unit_price"] for row in lines} == {7: 4, 9: 5}
    assert orders(field_cases, "c23ok")["K1"]["total_amount"] == 9


def test_23_a_column_context_of_json(field_cases):
    only("23")
    if not any(source.name == "c23c" for source in field_cases.settings.sources):
        pytest.skip("the embedded engine refuses get_json_object")
    (event,) = field_cases.rows("silver.web_events", "source = 'c23c'")
    assert event["page_url"] == "https://shop.example/a"


def test_27_json_array(field_cases):
    only("27")
    for source in ("c27a", "c27b"):
        assert [
            row["total_amount"] for row in sorted(orders(field_cases, source).values(), key=lambda r: r["order_id"])
        ] == [1, 2, 3]


def test_31_ids_as_floats(field_cases):
    only("31")
    assert [row["post_id"] for row in field_cases.rows("silver.posts", "channel = 'c31'")] == ["1791405000000000003"]
    refused = field_cases.rows("quarantine.posts", "source = 'c31'")
    assert [{reason["code"] for reason in row["reasons"]} for row in refused] == [{"post_id.exact"}] * 2
    found = orders(field_cases, "c31")
    assert found["F1"]["flags"] == ["customer_id.plausible"]  # 17.0 stands beside 17, and says so
    assert found["F2"]["flags"] == []


def test_35_lines_above_the_header(field_cases):
    only("35")
    assert set(orders(field_cases, "c35")) == {"D-1", "D-2"}
    lines = field_cases.rows("silver.order_lines", "source = 'c35'")
    assert sorted((row["order_id"], row["product_id"], row["quantity"]) for row in lines) == [
        ("D-1", "A1", 2),
        ("D-1", "A2", 1),
        ("D-2", "A1", 5),
    ]
    contexts = {row["context"] for row in field_cases.rows("bronze.c35")}
    assert [context.split("\x1e")[0] for context in contexts] == ["Sales report,,,,"]


def test_40_a_source_that_is_lost_whole_is_not_quiet(field_cases):
    only("40")
    for report in field_cases.reports:
        accounts = field_cases.rows("ops.row_accounts", "table_name = 'bronze.c40'")
        if all(row["parsed"] == 0 for row in accounts):
            assert report.exit_code == 1
            assert "c40: none of" in report.message
            break
