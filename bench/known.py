"""What is known of the real data, times the number of copies, held against what a run left in its lake."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from bench import ours
from jobs.lake import row_accounts
from jobs.lake.tables import Lake


@dataclass(frozen=True)
class Fact:
    """A figure that the run of an example has to find.

    Attributes:
        value: at one copy. grows: whether it is as many times as large as there are copies.
        digits: decimal places to which it is known.
    """

    name: str
    value: float
    find: Callable[[Lake], float]
    grows: bool = True
    digits: int = 0

    def wrong(self, lake: Lake, scale: int) -> str | None:
        """What is wrong, or None."""
        wanted = self.value * scale if self.grows else self.value
        found = self.find(lake)
        tolerance = 0.5 * 10**-self.digits * (scale if self.grows else 1) if self.digits else 0
        if abs(found - wanted) <= tolerance + 1e-9:
            return None
        return f"{self.name}: found {found:,.{self.digits}f}, known {wanted:,.{self.digits}f}"


def _rows(name: str, where: str = "true") -> Callable[[Lake], float]:
    return lambda lake: lake.sql(f"select count(*) as n from t where {where}", t=name).to_pylist()[0]["n"]


def _indicator(name: str, part: str = "value", scale: float = 1) -> Callable[[Lake], float]:
    where = f"indicator_id = '{name}' and grain = 'all' and dimension_value = 'all' and known_to is null"

    def find(lake: Lake) -> float:
        (row,) = lake.rows("gold.indicator_values", where)
        return float(row[part]) / scale

    return find


def _landed(lake: Lake) -> float:
    return sum(row["landed"] or 0 for row in lake.rows("ops.row_accounts"))


def _mistakes(lake: Lake) -> float:
    return len(row_accounts.mistakes(lake))


_ACCOUNTS = Fact("row accounts that do not add up", 0, _mistakes)
_HOUR = 3600
FACTS: Mapping[str, tuple[Fact, ...]] = {
    "online_retail": (
        _ACCOUNTS,
        Fact("invoice lines landed", 541_909, _landed),
        Fact("invoice lines accepted", 541_909, _rows("silver.order_lines")),
        Fact("total of all lines", 9_747_747.93, _indicator("all_lines_total"), digits=2),
        Fact("lines sold to customers", 397_884, _indicator("revenue", "observations_count")),
        Fact("their customers", 4_338, _indicator("active_customers")),
        Fact("their total", 8_911_407.90, _indicator("revenue"), digits=2),
    ),
    "jaffle_shop": (
        _ACCOUNTS,
        Fact("orders", 73_259, _rows("silver.orders")),
        Fact("order lines", 107_284, _rows("silver.order_lines")),
        Fact("customers", 930, _rows("silver.customers")),
        Fact("tweets", 21_611, _rows("silver.posts")),
        Fact("supplies, not copied", 65, _rows("silver.costs"), grows=False),
        Fact("total of all orders", 791_254.88, _indicator("revenue"), digits=2),
        Fact("customers who tweet", 786, _indicator("linked_customer_ratio", "numerator")),
    ),
    "stackexchange_cardano": (
        _ACCOUNTS,
        Fact("questions", 1_042, _rows("silver.posts", "kind = 'question'")),
        Fact("answered", 942, _indicator("first_answer_seconds_answered", "observations_count")),
        Fact(
            "median hours, answered",
            4.2237,
            _indicator("first_answer_seconds_answered", scale=_HOUR),
            grows=False,
            digits=4,
        ),
        Fact(
            "median hours, Kaplan-Meier", 5.2194, _indicator("first_answer_seconds", scale=_HOUR), grows=False, digits=4
        ),
    ),
}


def wrong(example: str, lake: Path, scale: int) -> list[str]:
    """Every known figure of an example that its lake does not hold."""
    opened = ours.open_lake(lake)
    found = (fact.wrong(opened, scale) for fact in FACTS[example])
    return [f"{example}: {text}" for text in found if text]
