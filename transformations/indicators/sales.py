"""Indicators about sales: revenue, total, active customers, returns."""

from __future__ import annotations

import pyarrow as pa

from transformations.indicators.parts import Family, Parts, indicator_rows

_ONE_CURRENCY = "if(currency_low = currency_high, currency_low, null)"


def revenue() -> Parts:
    """Amount of the sale lines of identified customers."""
    return Parts("sale_amount", "sale_lines", measured="sale_lines", in_scope="any_sale_lines", currency=_ONE_CURRENCY)


def all_lines_total() -> Parts:
    """Amount of all lines."""
    return Parts("amount", "lines", measured="lines_with_amount", in_scope="lines", currency=_ONE_CURRENCY)


def active_customers() -> Parts:
    """Distinct customers with a sale line."""
    return Parts("buyers", "sale_lines", measured="sale_lines", in_scope="any_sale_lines")


def return_ratio() -> Parts:
    """Amount returned by identified customers / amount sold to them."""
    return Parts("return_amount", "sale_lines + return_lines", denominator="sale_amount", currency=_ONE_CURRENCY)


PARTS = {
    "revenue": revenue,
    "all_lines_total": all_lines_total,
    "active_customers": active_customers,
    "return_ratio": return_ratio,
}

_OF_CUSTOMERS = "coalesce(sum({name}) filter (customer_id is not null), 0)"
_SUMS = {
    "lines": "sum(its.lines)",
    "lines_with_amount": "sum(its.lines_with_amount)",
    "amount": "sum(its.amount)",
    "any_sale_lines": "sum(its.sale_lines)",
    **{
        name: _OF_CUSTOMERS.format(name=f"its.{name}")
        for name in ("sale_lines", "sale_amount", "return_lines", "return_amount")
    },
    "buyers": "count(distinct source || chr(0) || customer_id) filter (its.sale_lines > 0)",
    "low": "min(currency)",
    "high": "max(currency)",
}
_EVER = "over (partition by dimension, dimension_value)"  # a month in one currency has no total either


def sale_indicators(sales: pa.Table) -> pa.Table:
    """Revenue, total of all lines, active customers and return ratio.

    Args: sales: from transformations.value.sales.daily_sales.
    Returns: the columns of parts.ROWS.
    """
    family = Family(
        {name: parts() for name, parts in PARTS.items()},
        _SUMS,
        one=("channel", "currency"),
        over_groups={"currency_low": f"min(low) {_EVER}", "currency_high": f"max(high) {_EVER}"},
    )
    return indicator_rows(family, rows=sales)
