"""Indicators of customers who come, come back, and stay away."""

from __future__ import annotations

import duckdb
import pyarrow as pa

from transformations.indicators.parts import Family, Parts, indicator_rows
from transformations.indicators.sales import CHANNEL

ACTIVE_DAYS = 90
"""A customer is active while the last purchase is at most so many days ago."""


def new_customers() -> Parts:
    """Customers whose first day of all is in the group."""
    return Parts(
        "if(buyers = 0 and any_bought_lines > 0, null, newcomers)",
        "bought_lines",
        measured="bought_lines",
        in_scope="any_bought_lines",
        persons="persons",
        unmeasured="'no sale line names a customer'",
    )


def repurchase_ratio() -> Parts:
    """Customers who bought after their first day / customers who bought."""
    return Parts(
        "came_back",
        "buyers",
        denominator="buyers",
        measured="bought_lines",
        in_scope="any_bought_lines",
        persons="persons",
    )


def cross_sell_ratio() -> Parts:
    """Customers with two categories or more / customers with a known category."""
    return Parts(
        "if(buyers > 0 and with_category = 0, null, with_several)",
        "with_category",
        denominator="with_category",
        measured="with_category",
        in_scope="buyers",
        persons="persons",
        unmeasured="'no product that was sold has a category'",
    )


def retention_ratio() -> Parts:
    """Customers of the month before who bought again / customers of the month before."""
    return Parts("stayed", "before", denominator="before", persons="before")


def churn_ratio() -> Parts:
    """Active customers who became inactive / active customers."""
    return Parts("lost", "active", denominator="active", persons="active")


_OF_PERIOD = {
    "new_customers": new_customers,
    "repurchase_ratio": repurchase_ratio,
    "cross_sell_ratio": cross_sell_ratio,
}
PARTS = _OF_PERIOD | {"retention_ratio": retention_ratio, "churn_ratio": churn_ratio}

_OF_CUSTOMER = {
    "bought_lines": "sum(its.bought_lines)",
    "is_new": "bool_or(is_first_day)",
    "is_back": "bool_or(its.bought_lines > 0 and not is_first_day)",
    "category_low": "min(its.category_low)",
    "category_high": "max(its.category_high)",
}
_KNOWN = "customer is not null"
_BUYS = f"{_KNOWN} and bought_lines > 0"
_OF_ALL = {
    "any_bought_lines": "sum(bought_lines)",
    "bought_lines": f"coalesce(sum(bought_lines) filter ({_KNOWN}), 0)",
    "persons": f"count(*) filter ({_KNOWN})",
    "buyers": f"count(*) filter ({_BUYS})",
    "newcomers": f"count(*) filter ({_BUYS} and is_new)",
    "came_back": f"count(*) filter ({_BUYS} and is_back)",
    "with_category": f"count(*) filter ({_BUYS} and category_low is not null)",
    "with_several": f"count(*) filter ({_BUYS} and category_low < category_high)",
}
_SALES = f"""
create temp table bought as
    select day, {CHANNEL} as channel, currency, category_low, category_high,
        source || chr(0) || customer_id as customer, sale_lines + unpriced_sales as bought_lines
    from sales;
create temp table days as select distinct customer, day from bought where customer is not null and bought_lines > 0;
create temp table firsts as select customer, min(day) as first_day from days group by customer;
create temp table months as
    select month::date as month, (month + interval 1 month)::date as next
    from (select min(day) as first, max(day) as last from days),
        generate_series(date_trunc('month', first), date_trunc('month', last), interval 1 month) as of(month)
"""
_FACTS = """
select b.*, coalesce(b.bought_lines > 0 and b.day = f.first_day, false) as is_first_day
from bought b left join firsts f on f.customer = b.customer
"""
_RETAINED = """
with monthly as (select distinct customer, date_trunc('month', day)::date as month from days)
select m.month as day, count(*) as before, count(again.customer) as stayed
from months m
    join monthly b on b.month = (m.month - interval 1 month)::date
    left join monthly again on again.customer = b.customer and again.month = m.month
group by m.month order by m.month
"""
_LOST = f"""
with ends as (select min(day) as first, max(day) as last from days),
active as (
    select distinct m.month, m.next, d.customer
    from months m join days d on d.day < m.month and d.day >= m.month - {ACTIVE_DAYS}, ends
    where ends.first <= m.month - {ACTIVE_DAYS} and ends.last >= m.next - 1
)
select a.month as day, count(*) as active,
    count(*) filter (not exists (
        from days d where d.customer = a.customer and d.day < a.next and d.day >= a.next - {ACTIVE_DAYS})) as lost
from active a group by a.month order by a.month
"""


def loyalty_indicators(sales: pa.Table) -> pa.Table:
    """New customers, repurchases, cross-selling, retention and churn.

    Args: sales: from transformations.value.sales.daily_sales.
    Returns: the columns of parts.ROWS.
    """
    with duckdb.connect() as connection:
        connection.register("sales", sales)
        connection.execute(_SALES)
        facts, retained, lost = (connection.sql(query).to_arrow_table() for query in (_FACTS, _RETAINED, _LOST))
    of_period = Family(
        {name: parts() for name, parts in _OF_PERIOD.items()},
        _OF_ALL,
        one=("channel", "currency"),
        by="customer",
        of_each=_OF_CUSTOMER,
    )
    of_months = [
        (Family({"retention_ratio": retention_ratio()}, {n: f"sum(its.{n})" for n in ("before", "stayed")}), retained),
        (Family({"churn_ratio": churn_ratio()}, {n: f"sum(its.{n})" for n in ("active", "lost")}), lost),
    ]
    return pa.concat_tables(
        [indicator_rows(of_period, rows=facts), *(indicator_rows(family, rows=rows) for family, rows in of_months)]
    )
