"""What can be wrong of ERP files: customers, products, orders, their lines, ledgers and costs."""

from __future__ import annotations

from jobs.simulate.faults.nothing import NO_CUSTOMER, OTHER_CURRENCY
from jobs.simulate.kinds import (
    Good,
    Kind,
    Source,
    Values,
    alternate,
    bad_bytes,
    changed,
    having,
    invalid,
    missing,
    more,
    named_in,
    of_order,
    once,
    orphan,
    repeated,
    set_to,
    unlike,
    unparsable,
    where,
)


def _other_line(row: Values, number: int, good: Good) -> None:
    row["line_number"] = 51


def _no_order(row: Values, number: int, good: Good) -> None:
    row |= {"order_id": f"O{999_999_999 - number}", "line_number": 51}


def _earlier_day(row: Values, number: int, good: Good) -> None:
    row["ledger_date"] = f"{2000 + number // 336}-{number // 28 % 12 + 1:02d}-{number % 28 + 1:02d}"


SOURCES = (
    Source(
        "customers",
        "customers",
        ("customer_id",),
        "customer_id",
        (
            changed("city_of_another_postcode", "accuracy", set_to(city="Elsewhere"), having("customers", "postcode")),
            missing("customer_without_id", customer_id=None),
            invalid("customer_born_too_early", birth_date="1850-03-01"),
            unparsable("invalid_utf8_in_csv", bad_bytes),
            unparsable("nul_byte", lambda line: line.replace(b" ", b"\0", 1)),
            repeated("duplicate_customer"),
        ),
    ),
    Source(
        "products",
        "products",
        ("product_id",),
        "product_id",
        (
            changed("list_price_off", "accuracy", more("list_price", "1.00")),
            changed(
                "product_in_another_currency",
                "consistency",
                set_to(currency=OTHER_CURRENCY),
                named_in("products", "product_id", "order_lines", "product_id"),
            ),
            missing("product_without_id", product_id=None),
            invalid("list_price_below_zero", list_price="-1.00"),
            repeated("duplicate_product"),
        ),
    ),
    Source(
        "order_lines",
        "order_lines",
        ("order_id", "line_number"),
        _other_line,
        of_order(
            missing("line_without_product", product_id=None),
            invalid("price_with_comma", unit_price="1.234,56"),
            invalid("quantity_zero", quantity=0),
            unparsable("broken_csv_row", lambda line: b",".join(line.split(b",")[:3])),
            repeated("duplicate_order_line"),
        ),
    ),
    Source("order_lines", "order_lines", ("order_id", "line_number"), _no_order, of_order(orphan("orphan_order_line"))),
    Source(
        "orders",
        "orders",
        ("order_id",),
        "order_id",
        (
            *of_order(
                changed("order_total_off", "consistency", more("total_amount", "10.00")),
                changed(
                    "order_in_another_currency",
                    "consistency",
                    set_to(currency=OTHER_CURRENCY),
                    once("orders", "order_id", in_="order_lines"),
                ),
                repeated("duplicate_order"),
            ),
            missing("order_without_date", ordered_at=None),
            invalid("impossible_date", ordered_at="2025-02-30 10:15:00"),
            Kind("unknown_currency", "validity", "quarantined", alternate("currency", "XQZ", "EURO")),
            orphan("order_of_nobody", customer_id=NO_CUSTOMER, total_amount=None),
        ),
    ),
    Source(
        "ledger_totals",
        "ledger_totals",
        ("ledger_date", "currency"),
        _earlier_day,
        (
            changed("ledger_off", "accuracy", more("amount", "37.50")),
            missing("booking_without_amount", amount=None),
            invalid("booking_with_comma", amount="1.234,56"),
            repeated("duplicate_booking"),
        ),
    ),
    Source(
        "costs",
        "costs",
        ("cost_id",),
        "cost_id",
        (
            missing("cost_without_amount", amount=None),
            invalid("cost_of_unknown_kind", kind="tax"),
            orphan(
                "cost_of_nobody",
                where("costs", "kind", "service", "acquisition"),
                customer_id=NO_CUSTOMER,
                amount="0.00",
            ),
            orphan("cost_of_no_campaign", where("costs", "kind", "campaign"), campaign_id="CMP-999", amount="0.00"),
            unlike(
                "cost_in_another_currency",
                set_to(currency=OTHER_CURRENCY, amount="0.00"),
                where("costs", "kind", "campaign"),
            ),
            repeated("duplicate_cost"),
        ),
    ),
)
