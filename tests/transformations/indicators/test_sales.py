from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyspark.sql import DataFrame, SparkSession

from jobs.engine import sessions
from jobs.lake import arrow
from transformations.contracts import contract
from transformations.indicators.sales import sale_indicators
from transformations.value.sales import AMOUNTS, COUNTS, DAILY, daily_sales, order_sales

BEGINNING = date(1970, 1, 1)


def _table(spark: SparkSession, name: str, rows: list[dict]) -> DataFrame:
    return sessions.frame(spark, pa.Table.from_pylist(rows, arrow.schema_of(contract(name))))


def _order(order_id: str, customer: str | None, day: int, **more: object) -> dict:
    at = datetime(2025, 1, day, 23, 30, tzinfo=UTC)  # the next day in Berlin
    return {"source": "erp", "order_id": order_id, "customer_id": customer, "ordered_at": at, "channel": "shop"} | more


def _line(order_id: str, number: int, quantity: str, price: str | None, **more: object) -> dict:
    amount = Decimal(quantity) * Decimal(price) if price else None
    return {
        "source": "erp",
        "order_id": order_id,
        "line_number": number,
        "product_id": "p",
        "quantity": Decimal(quantity),
        "unit_price": Decimal(price) if price else None,
        "amount": amount,
    } | more


def _rows(spark: SparkSession, orders: list[dict], lines: list[dict]) -> dict[tuple, dict]:
    sales = order_sales(_table(spark, "silver.orders", orders), _table(spark, "silver.order_lines", lines), "EUR")
    return {
        (row["indicator_id"], row["grain"], row["period_start"], row["dimension"], row["dimension_value"]): row
        for row in sale_indicators(daily_sales(sales, "Europe/Berlin").toArrow()).to_pylist()
    }


@pytest.fixture(scope="module")
def rows(spark: SparkSession) -> dict[tuple, dict]:
    orders = [
        _order("1", "ada", 30),
        _order("2", "ada", 31),
        _order("3", "bob", 30),
        _order("4", None, 30),
        _order("5", "cyd", 30, total_amount=Decimal(50), channel="web"),  # lines without a price
        _order("6", "cyd", 30, total_amount=Decimal(-20), channel="web"),  # no lines
    ]
    lines = [
        _line("1", 1, "2", "10"),
        _line("1", 2, "1", "0"),
        _line("2", 1, "1", "5.5"),
        _line("3", 1, "-1", "10"),
        _line("4", 1, "1", "100"),
        _line("5", 1, "3", None),
        _line("9", 1, "1", "7"),
    ]
    return _rows(spark, orders, lines)


def _parts(row: dict) -> tuple:
    return row["numerator"], row["denominator"], row["observations_count"], row["unit"]


def test_revenue_is_what_identified_customers_bought(rows: dict) -> None:
    all_ = rows["revenue", "all", BEGINNING, "all", "all"]
    assert _parts(all_) == (Decimal("75.5"), None, 3, "EUR")
    assert all_["coverage_ratio"] == pytest.approx(3 / 4)
    assert _parts(rows["revenue", "all", BEGINNING, "channel", "web"]) == (50, None, 1, "EUR")
    assert _parts(rows["revenue", "day", date(2025, 1, 31), "all", "all"]) == (70, None, 2, "EUR")
    assert _parts(rows["revenue", "month", date(2025, 2, 1), "all", "all"]) == (Decimal("5.5"), None, 1, "EUR")


def test_total_holds_returns_and_anonymous_sales(rows: dict) -> None:
    assert _parts(rows["all_lines_total", "all", BEGINNING, "all", "all"]) == (Decimal("145.5"), None, 7, "EUR")


def test_return_ratio_is_money_back_for_money_spent(rows: dict) -> None:
    ratio = rows["return_ratio", "all", BEGINNING, "all", "all"]
    assert _parts(ratio) == (30, Decimal("75.5"), 5, "ratio")
    assert ratio["value"] == pytest.approx(30 / 75.5)


def test_active_customers_are_distinct_in_each_period(rows: dict) -> None:
    assert rows["active_customers", "all", BEGINNING, "all", "all"]["value"] == 2
    assert rows["active_customers", "day", date(2025, 1, 31), "all", "all"]["value"] == 2
    assert rows["active_customers", "day", date(2025, 2, 1), "all", "all"]["value"] == 1
    assert rows["active_customers", "all", BEGINNING, "channel", "shop"]["value"] == 1


def test_currencies_are_not_added(spark: SparkSession) -> None:
    orders = [
        _order("1", "ada", 1, currency="EUR"),
        _order("2", "bob", 1, currency="USD", channel="web"),
        _order("3", "bob", 9, currency="EUR"),
    ]
    lines = [_line("1", 1, "1", "10"), _line("2", 1, "1", "20"), _line("3", 1, "1", "4")]
    rows = _rows(spark, orders, lines)
    assert _parts(rows["revenue", "all", BEGINNING, "currency", "EUR"]) == (14, None, 2, "EUR")
    assert _parts(rows["revenue", "all", BEGINNING, "currency", "USD"]) == (20, None, 1, "USD")
    assert _parts(rows["revenue", "all", BEGINNING, "channel", "web"]) == (20, None, 1, "USD")
    # not even in a month of one currency: a chart would add it to the others
    assert not [key for key in rows if key[0] in ("revenue", "all_lines_total", "return_ratio") and key[3] == "all"]
    assert rows["active_customers", "all", BEGINNING, "all", "all"]["value"] == 2


def test_a_ratio_over_nothing_is_null(spark: SparkSession) -> None:
    rows = _rows(spark, [_order("1", "ada", 1)], [_line("1", 1, "-1", "10")])
    ratio = rows["return_ratio", "all", BEGINNING, "all", "all"]
    assert (ratio["numerator"], ratio["denominator"], ratio["value"]) == (10, 0, None)


def test_returns_that_name_no_customer_are_set_against_all_sales(spark: SparkSession) -> None:
    orders = [_order("1", "ada", 1), _order("2", None, 1), _order("3", None, 2)]
    lines = [_line("1", 1, "4", "10"), _line("2", 1, "6", "10"), _line("3", 1, "-1", "10")]
    ratio = _rows(spark, orders, lines)["return_ratio", "all", BEGINNING, "all", "all"]
    assert (ratio["numerator"], ratio["denominator"], ratio["value"]) == (10, 100, 0.1)
    assert ratio["coverage_ratio"] == pytest.approx(1 / 3)  # only one of three lines names a customer


def test_where_returns_name_customers_anonymous_lines_count_on_neither_side(spark: SparkSession) -> None:
    orders = [_order("1", "ada", 1), _order("2", None, 1), _order("3", "ada", 2), _order("4", None, 2)]
    lines = [_line("1", 1, "4", "10"), _line("2", 1, "6", "10"), _line("3", 1, "-1", "10"), _line("4", 1, "-2", "10")]
    ratio = _rows(spark, orders, lines)["return_ratio", "all", BEGINNING, "channel", "shop"]
    assert (ratio["numerator"], ratio["denominator"], ratio["coverage_ratio"]) == (10, 40, 0.5)


def test_what_nobody_tells_is_null_with_its_reason(spark: SparkSession) -> None:
    def found(orders: list[dict], lines: list[dict]) -> dict[str, tuple]:
        rows = _rows(spark, orders, lines).items()
        return {
            key[0]: (row["value"], row["coverage_ratio"], row["missing_reason"])
            for key, row in rows
            if key[1] == "all" and key[3] == "all"
        }

    anonymous = found([_order("1", None, 1)], [_line("1", 1, "1", "10")])
    assert anonymous["revenue"] == (None, 0, "no sale line with a price names a customer")
    assert anonymous["active_customers"] == (None, 0, "no sale line names a customer")
    assert anonymous["all_lines_total"] == (10, 1, None)
    unpriced = found([_order("1", "ada", 1)], [_line("1", 1, "1", None), _line("1", 2, "-1", None)])
    assert unpriced["revenue"] == (None, 0, "no sale line has a price")
    assert unpriced["all_lines_total"] == (None, 0, "no line has an amount")
    assert unpriced["return_ratio"] == (None, 0, "no return line has a price")
    assert unpriced["active_customers"] == (1, 1, None)  # who bought at an unknown price has bought


def test_no_sign_of_a_return_is_no_ratio_of_0_unless_the_source_says_what_is_one(spark: SparkSession) -> None:
    orders = [_order("1", "ada", 1), _order("2", "ada", 1, channel="web"), _order("3", "ada", 2, channel="web")]
    lines = [_line("1", 1, "4", "10"), _line("2", 1, "4", "10"), _line("3", 1, "-1", "10")]
    sales = order_sales(_table(spark, "silver.orders", orders), _table(spark, "silver.order_lines", lines), "EUR")
    daily = daily_sales(sales, "UTC").toArrow()

    def ratio(channel: str, grain: str = "all", day: date = BEGINNING, declared: tuple[str, ...] = ()) -> tuple:
        (row,) = (
            row
            for row in sale_indicators(daily, declared).to_pylist()
            if (row["indicator_id"], row["grain"], row["period_start"]) == ("return_ratio", grain, day)
            and row["dimension_value"] == channel
        )
        return row["value"], row["missing_reason"]

    assert ratio("shop") == (
        None,
        "no source tells of returns: conf maps no is_return, and no quantity or total is negative",
    )
    assert ratio("shop", declared=("erp",)) == (0, None)
    assert ratio("web") == (0.25, None)
    assert ratio("web", "day", date(2025, 1, 1)) == (0, None)  # it tells of them on another day


def test_online_retail(spark: SparkSession, shared_data: Path, tmp_path: Path) -> None:
    """The totals that the data set is known for."""
    with duckdb.connect() as connection:
        connection.execute(
            f"create table r as select * from read_csv('{shared_data}/online_retail/*.csv', all_varchar = true)"
        )
        connection.execute(
            f"""copy (select 'erp' source, InvoiceNo order_id, Quantity::decimal(18, 4) quantity,
                UnitPrice::decimal(18, 4) unit_price, null::varchar currency, null::boolean is_return,
                null::decimal(18, 4) unit_cost,
                (Quantity::decimal(18, 4) * UnitPrice::decimal(18, 4))::decimal(38, 4) amount from r)
            to '{tmp_path}/lines.parquet'"""
        )
        connection.execute(
            f"""copy (select 'erp' source, InvoiceNo order_id, min(CustomerID) customer_id, 'shop' channel,
                min(InvoiceDate::timestamp) ordered_at, 'GBP' currency, null::decimal(38, 4) total_amount,
                null::boolean is_return, null::boolean is_voided, null::timestamp voided_at,
                null::decimal(38, 4) shipping_amount, null::decimal(38, 4) tax_amount
                from r group by all) to '{tmp_path}/orders.parquet'"""
        )
    orders, lines = (spark.read.parquet(f"{tmp_path}/{name}.parquet") for name in ("orders", "lines"))
    rows = {
        row["indicator_id"]: row
        for row in sale_indicators(daily_sales(order_sales(orders, lines, "EUR"), "UTC").toArrow()).to_pylist()
        if row["grain"] == "all" and row["dimension"] == "all"
    }
    assert _parts(rows["revenue"]) == (Decimal("8911407.904"), None, 397_884, "GBP")
    assert _parts(rows["all_lines_total"]) == (Decimal("9747747.934"), None, 541_909, "GBP")
    assert rows["revenue"]["value"] == 8911407.904
    assert rows["active_customers"]["value"] == 4_338
    assert rows["return_ratio"]["value"] == pytest.approx(0.0686022, abs=1e-7)


def test_sales_without_a_channel_are_a_channel_where_others_have_one(spark: SparkSession) -> None:
    lines = [_line(number, 1, "1", price) for number, price in (("1", "10"), ("2", "5"), ("3", "2"))]
    orders = [_order("1", "ada", 1), _order("2", "bob", 1, channel=None), _order("3", "bob", 2, channel=None)]
    rows = _rows(spark, orders, lines)
    revenue = {key[1:]: row["value"] for key, row in rows.items() if key[0] == "revenue" and key[3] != "currency"}
    assert revenue["all", BEGINNING, "channel", "(none)"] == 7
    for (grain, start, dimension, _), value in revenue.items():
        if dimension == "all":
            of_channels = [of for key, of in revenue.items() if key[:3] == (grain, start, "channel")]
            assert sum(of_channels) == value, (grain, start)
    assert rows["active_customers", "all", BEGINNING, "channel", "(none)"]["persons_count"] == 1
    alone = _rows(spark, orders[1:], lines)
    assert not [key for key in alone if key[3] == "channel"]


def test_orders_their_value_and_margin(spark: SparkSession) -> None:
    """An order of 30.00 that cost 12.00005 and one of 10 whose cost is not known; a return and one without a price."""
    orders = [_order("1", "ada", 1), _order("2", None, 1), _order("3", "ada", 1), _order("4", "bob", 1)]
    lines = [
        _line("1", 1, "3", "10", unit_cost=Decimal("4.0000")),
        _line("1", 2, "0.5", "2", unit_cost=Decimal("0.0001")),
        _line("2", 1, "1", "10"),
        _line("3", 1, "-1", "10", unit_cost=Decimal(4)),
        _line("4", 1, "1", None, unit_cost=Decimal(4)),
    ]
    rows = _rows(spark, orders, lines)
    total = {key[0]: row for key, row in rows.items() if key[1] == "all" and key[3] == "all"}
    assert _parts(total["orders"])[:2] == (3, None)
    assert (total["average_order_value"]["numerator"], total["average_order_value"]["denominator"]) == (41, 2)
    assert (total["average_order_value"]["value"], total["average_order_value"]["unit"]) == (20.5, "EUR")
    margin = total["margin"]
    assert (margin["numerator"], margin["coverage_ratio"]) == (Decimal("18.9999"), pytest.approx(2 / 3))
    assert total["orders"]["persons_count"] == 2


def test_without_unit_costs_margin_is_unknown(spark: SparkSession) -> None:
    rows = _rows(spark, [_order("1", "ada", 1)], [_line("1", 1, "1", "10")])
    row = rows["margin", "all", BEGINNING, "all", "all"]
    assert (row["value"], row["missing_reason"]) == (None, "no sale line with a price has a unit cost")


def test_categories_are_those_of_what_was_sold(spark: SparkSession) -> None:
    products = [{"source": "erp", "product_id": name, "category": name} for name in ("beans", "mills", "cups")]
    lines = [
        _line("1", 1, "1", "10", product_id="mills"),
        _line("1", 2, "1", None, product_id="beans"),
        _line("1", 3, "-1", "10", product_id="cups"),
        _line("1", 4, "1", "1", product_id="gone"),
    ]
    sales = order_sales(
        _table(spark, "silver.orders", [_order("1", "ada", 1)]),
        _table(spark, "silver.order_lines", lines),
        "EUR",
        products=_table(spark, "silver.products", products),
    )
    (row,) = daily_sales(sales, "UTC").toArrow().to_pylist()
    assert (row["category_low"], row["category_high"]) == ("beans", "mills")


sold = st.fixed_dictionaries(
    {
        "day": st.dates(date(2026, 1, 28), date(2026, 3, 3)),
        "source": st.just("erp"),
        "customer_id": st.sampled_from(("a", "b", "c", None)),
        "channel": st.sampled_from(("shop", "web", None)),
        "currency": st.just("EUR"),
        "sale_lines": st.integers(0, 3),
        "orders": st.integers(1, 2),
        "cents": st.integers(1, 99_999),
        "cost_cents": st.integers(0, 9_999),
    }
)


@settings(max_examples=15, deadline=None)
@given(st.lists(sold, min_size=1, max_size=20))
def test_random_sales_agree_with_pandas_and_add_up(sold: list[dict]) -> None:
    """Each row has sale lines of `cents` in all, that cost `cost_cents`; without a line it is of a return."""
    rows = []
    for one in sold:
        amount = Decimal(one["cents"]) / 100 if one["sale_lines"] else Decimal(0)
        cost = Decimal(one["cost_cents"]) / 100 if one["sale_lines"] else Decimal(0)
        orders = one["orders"] if one["sale_lines"] else 0
        counts = dict.fromkeys(COUNTS, 0) | {"sale_lines": one["sale_lines"], "costed_lines": one["sale_lines"]}
        amounts = dict.fromkeys(AMOUNTS, Decimal(0))
        amounts |= {"sale_amount": amount, "costed_amount": amount, "cost_amount": cost}
        kept = {name: one[name] for name in ("day", "source", "customer_id", "channel", "currency")}
        rows.append(kept | counts | amounts | {"orders": orders, "priced_orders": orders})
    found = sale_indicators(pa.Table.from_pylist(rows, DAILY)).to_pandas()
    frame = pd.DataFrame(rows)
    frame["month"] = pd.to_datetime(frame["day"]).dt.to_period("M")
    total = found[found["dimension"] == "all"].set_index(["indicator_id", "grain", "period_start"])
    for month, of in frame[frame["sale_lines"] > 0].groupby("month"):
        key = ("month", month.start_time.date())
        known = of[of["customer_id"].notna()]
        if len(known):
            assert total.loc[("revenue", *key), "numerator"] == known["sale_amount"].sum()
            assert total.loc[("active_customers", *key), "value"] == known["customer_id"].nunique()
        assert total.loc[("orders", *key), "value"] == of["orders"].sum()
        assert total.loc[("margin", *key), "numerator"] == of["sale_amount"].sum() - of["cost_amount"].sum()
        average = total.loc[("average_order_value", *key)]
        assert average["value"] == pytest.approx(float(of["sale_amount"].sum()) / of["orders"].sum())
    for indicator in ("orders", "margin"):
        of = found[(found["indicator_id"] == indicator) & found["numerator"].notna()]
        by_grain = {grain: rows["numerator"].sum() for grain, rows in of[of["dimension"] == "all"].groupby("grain")}
        assert len(set(by_grain.values())) <= 1  # days, weeks and months add up to all
        by_dimension = {name: rows["numerator"].sum() for name, rows in of[of["grain"] == "all"].groupby("dimension")}
        assert len(set(by_dimension.values())) <= 1  # and so do channels and currencies
