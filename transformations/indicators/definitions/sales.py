"""Indicators of sales."""

from __future__ import annotations

from functools import partial

from transformations.indicators.definitions.indicator import Indicator

_SALES = ("silver.orders", "silver.order_lines")
_BOUGHT = (
    "silver.orders.ordered_at",
    "silver.orders.customer_id",
    "silver.order_lines.quantity",
    "silver.order_lines.unit_price",
)

_of_orders = partial(
    Indicator,
    dimensions=("all", "channel", "currency"),
    better="up",
    process="sales trends",
    objective="up_selling",
    source_tables=_SALES,
    needs=_BOUGHT,
    persons_in="active_customers",
)

INDICATORS = (
    Indicator(
        indicator_id="revenue",
        name="Revenue",
        definition="Revenue from identified customers: of the lines, without what was charged or deducted for the order "
        "as a whole "
        "(shipping, tax, discount). An order without a priced line counts as one line of its total, less shipping and tax "
        "where they are known. Voided orders do not count. observations_count is the number of lines, coverage_ratio the "
        "share of all sale lines that have a price and name a customer; where none does the value is null. "
        "Amounts of different currencies are never added: with several there is no total, only the dimension currency.",
        formula="sum of amount over lines with a customer, quantity > 0 and unit price > 0",
        unit="money",
        aggregation="sum",
        dimensions=("all", "channel", "currency"),
        better="up",
        process="sales trends",
        objective="up_selling",
        source_tables=_SALES,
        needs=_BOUGHT,
        persons_in="active_customers",
        caution="Leaves out what anonymous customers bought: coverage_ratio is the share that is in it.",
    ),
    Indicator(
        indicator_id="all_lines_total",
        name="Total of all lines",
        definition="Sum of all order lines: returns, corrections and anonymous sales included. To be compared with the "
        "source's own "
        "total. coverage_ratio is the share of the lines whose amount is known.",
        formula="sum of amount over all lines",
        unit="money",
        aggregation="sum",
        dimensions=("all", "channel", "currency"),
        better="up",
        process="sales trends",
        objective="up_selling",
        source_tables=_SALES,
        needs=("silver.orders.ordered_at", "silver.order_lines.quantity", "silver.order_lines.unit_price"),
        persons_in="active_customers",
        caution="Not revenue: corrections and fees that stand in lines are in it.",
    ),
    Indicator(
        indicator_id="active_customers",
        name="Active customers",
        definition="Distinct customers with at least one sale line in the period, its price known or not. Distinct counts "
        "cannot be "
        "added over periods. coverage_ratio is the share of the sale lines that name a customer; where none does the value "
        "is null.",
        formula="count of distinct customers with a sale line",
        unit="customers",
        aggregation="distinct",
        dimensions=("all", "channel", "currency"),
        better="up",
        process="most valuable customers",
        objective="cross_selling",
        source_tables=_SALES,
        needs=("silver.orders.ordered_at", "silver.orders.customer_id", "silver.order_lines.quantity"),
        persons_in="active_customers",
        caution="One person with two customer records counts twice.",
    ),
    Indicator(
        indicator_id="return_ratio",
        name="Return ratio",
        definition="Value of the goods that identified customers returned, per unit of money that they spent in the same "
        "period. In a "
        "channel whose returns never name a customer, anonymous sales and returns count on both sides. Null where nothing "
        "in a "
        "channel tells of returns: conf maps no is_return, and no quantity or total is negative. coverage_ratio is the "
        "share of all sale and return lines that have a price and name a customer.",
        formula="- sum of amount over return lines / sum of amount over sale lines",
        unit="ratio",
        aggregation="ratio",
        dimensions=("all", "channel", "currency"),
        better="down",
        process="product quality",
        objective="up_selling",
        source_tables=_SALES,
        needs=_BOUGHT,
        persons_in="active_customers",
        caution="Returns fall on the day that they are booked, not on the day of the sale: the ratio of a short period "
        "compares different goods.",
    ),
    _of_orders(
        indicator_id="orders",
        name="Orders",
        definition="Orders with at least one sale line, its price known or not, those of anonymous customers included. "
        "Voided "
        "orders and returns do not count.",
        formula="count of orders with a sale line",
        unit="orders",
        aggregation="sum",
        caution="An order with lines in two currencies counts once in each, and so twice in all.",
    ),
    _of_orders(
        indicator_id="average_order_value",
        name="Average order value",
        definition="Mean amount of the priced sale lines of an order, those of anonymous customers included.",
        formula="sum of amount over priced sale lines / orders with one",
        unit="money",
        aggregation="ratio",
        caution="A mean: a few large orders raise it. Returns are not deducted.",
    ),
    _of_orders(
        indicator_id="margin",
        name="Margin",
        definition="What sale lines brought beyond their cost of goods, over the lines whose unit cost is known; of all "
        "customers, returns not deducted. coverage_ratio is the share of the priced sale lines whose cost is known.",
        formula="sum of (amount - quantity x unit cost) over sale lines with a unit cost",
        unit="money",
        aggregation="sum",
        needs=(*_BOUGHT, "silver.order_lines.unit_cost"),
        caution="Neither service nor acquisition nor campaigns are deducted. Unit cost is taken to be in the line's "
        "currency.",
    ),
)
