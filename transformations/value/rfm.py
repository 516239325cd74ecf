"""Recency, frequency and monetary value of persons."""

from __future__ import annotations

from datetime import date

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

LINK_COLUMNS = ("record_kind", "record_place", "linked_record_id", "person_id", "valid_to")
SCHEMA = pa.schema(
    [
        ("person_id", pa.string()),
        ("as_of_date", pa.date32()),
        ("recency_days", pa.float64()),
        ("frequency_count", pa.int64()),
        ("monetary", pa.decimal128(38, 4)),
        ("currency", pa.string()),
        ("tenure_days", pa.float64()),
    ]
)
_MEASURED = """
with bought as (
    select l.person_id, s.day, s.currency, if(s.sale_lines > 0, s.sale_amount, null) as sale_amount
    from sales s join links l on l.record_place = s.source and l.linked_record_id = s.customer_id
    where s.sale_lines + s.unpriced_sales > 0 and s.day <= $as_of_date and l.record_kind = 'customer'
), money as (
    select person_id, currency, sum(sale_amount) as monetary
    from bought group by person_id, currency
    qualify row_number() over (
        partition by person_id order by (currency = $currency) desc, count(distinct day) desc, currency) = 1
)
select person_id, $as_of_date::date as as_of_date,
    ($as_of_date::date - max(day))::double as recency_days,
    count(distinct day) as frequency_count,
    any_value(m.monetary)::decimal(38, 4) as monetary, any_value(m.currency) as currency,
    ($as_of_date::date - min(day))::double as tenure_days
from bought join money m using (person_id) group by person_id order by person_id
"""
_SCORED = """
with cuts as (
    select quantile_cont(recency_days, [0.2, 0.4, 0.6, 0.8]) as recency,
        quantile_cont(frequency_count::double, [0.2, 0.4, 0.6, 0.8]) as frequency,
        quantile_cont(monetary::double, [0.2, 0.4, 0.6, 0.8]) as monetary
    from persons
)
select p.*,
    (5 - len(list_filter(c.recency, lambda cut: p.recency_days > cut)))::integer as recency_score,
    (1 + len(list_filter(c.frequency, lambda cut: p.frequency_count::double > cut)))::integer as frequency_score,
    if(p.monetary is null, null, 1 + len(list_filter(c.monetary, lambda cut: p.monetary::double > cut)))::integer
        as monetary_score
from persons p, cuts c order by person_id
"""


def rfm(sales: pa.Table, links: pa.Table, *, as_of_date: date, currency: str) -> pa.Table:
    """How recently, how often and for how much each person bought.

    Only sales count, returns do not reduce monetary: its sum over persons is the indicator revenue. A person who bought
    in several currencies is measured in the company's own, else in the one with most purchase days; amounts in the
    others are not added. monetary and its score are null where no price of what the person bought is known.

    Args:
        sales: from transformations.value.sales.daily_sales, days in the company's time zone, of orders before the
            instant to which recency is counted.
        links: LINK_COLUMNS of silver.person_links; only current ones count.
        as_of_date: day up to which recency is counted; later sales are left out.
        currency: currency of the company.
    Returns: one row per person with a sale: SCHEMA and the scores of `scored`. recency_days is the time from the
        last sale to as_of_date, tenure_days that from the first, frequency_count the number of purchase days.
    """
    current = links.filter(pc.is_null(links["valid_to"])).drop_columns(["valid_to"])
    with duckdb.connect() as connection:
        connection.register("sales", sales)
        connection.register("links", current)
        measured = connection.sql(_MEASURED, params={"as_of_date": as_of_date, "currency": currency})
        return scored(measured.to_arrow_table().cast(SCHEMA))


def scored(persons: pa.Table) -> pa.Table:
    """Quintile scores, 1 to 5: one more than the number of cut points that the value exceeds.

    Cut points are the exact 20, 40, 60 and 80 % quantiles over all persons, so persons with equal values have equal
    scores and the order of rows does not matter; where many are equal, quintiles differ in size.

    Args: persons: with recency_days, frequency_count, monetary.
    Returns: the same with recency_score (5: the most recent), frequency_score and monetary_score (5: the highest).
    """
    with duckdb.connect() as connection:
        connection.register("persons", persons)
        return connection.sql(_SCORED).to_arrow_table()
