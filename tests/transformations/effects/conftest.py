"""Made-up customers, what they bought, and whom a campaign was sent to, as frames of the engine and as plain rows."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from pyspark.sql import DataFrame

from jobs.engine import sessions
from jobs.lake import arrow
from transformations.contracts import contract
from transformations.effects.arms import ARMS, DAYS, campaign_arms
from transformations.value.sales import order_sales

BEGIN = datetime(2026, 3, 2, 9, tzinfo=UTC)


@dataclass(frozen=True)
class Made:
    """customers: id, arm (sent, held_out, untouched), is_new; orders: customer, day (from the beginning), amount."""

    customers: pd.DataFrame
    orders: pd.DataFrame


@pytest.fixture(scope="session")
def made() -> Callable[..., Made]:
    """made(seed, effect=0.0, loyal=0.0): 240 customers; who is written to buys `effect` more often afterwards.

    loyal: how much more often those who are written to buy at all times: a difference that no campaign made.
    """

    def of(seed: int, effect: float = 0.0, loyal: float = 0.0) -> Made:
        random = np.random.default_rng(seed)
        arm = random.choice(["sent", "held_out", "untouched"], 240, p=[0.5, 0.25, 0.25])
        customers = pd.DataFrame({"id": [f"c{n}" for n in range(240)], "arm": arm, "is_new": random.random(240) < 0.1})
        rows = []
        for customer in customers.itertuples():
            rate = 0.9 + (loyal if customer.arm == "sent" else 0)
            for span in (-2, -1, 0):
                more = effect if customer.arm == "sent" and span == 0 else 0
                if span == 0 or not customer.is_new:
                    for _ in range(random.poisson(rate + more)):
                        rows.append(
                            (customer.id, span * DAYS + int(random.integers(DAYS)), int(random.integers(5, 80)))
                        )
        return Made(customers, pd.DataFrame(rows, columns=["customer", "day", "amount"]))

    return of


@pytest.fixture(scope="session")
def arms_of(spark) -> Callable[[Made], pa.Table]:
    """What the engine adds up of made-up customers."""

    def frame(name: str, rows: list[dict]) -> DataFrame:
        table = contract(name)
        full = pa.Table.from_pylist([{"source": "erp", **row} for row in rows], arrow.schema_of(table))
        return sessions.frame(spark, full, table.ddl)

    def of(its: Made) -> pa.Table:
        touches = [
            {
                "campaign_id": "letter",
                "touch_id": f"{kind}{row.id}",
                "customer_id": row.id,
                "kind": kind,
                "created_at": BEGIN,
            }
            for row in its.customers.itertuples()
            for kind in {"sent": ("sent", "opened"), "held_out": ("held_out",), "untouched": ()}[row.arm]
        ]
        orders, lines = [], []
        for number, row in enumerate(its.orders.itertuples()):
            at = datetime.combine(BEGIN.date() + timedelta(days=row.day), time(20), UTC)
            orders.append({"order_id": str(number), "customer_id": row.customer, "ordered_at": at, "currency": "EUR"})
            price = Decimal(row.amount)
            lines.append({"order_id": str(number), "line_number": 1, "quantity": Decimal(1), "unit_price": price})
            lines[-1]["amount"] = price
        created = [
            {"customer_id": row.id, "created_at": BEGIN - timedelta(days=10 if row.is_new else 200)}
            for row in its.customers.itertuples()
        ]
        rows = campaign_arms(
            frame("silver.campaigns", [{"campaign_id": "letter", "begins_at": BEGIN}]),
            frame("silver.campaign_touches", touches),
            frame("silver.customers", created),
            order_sales(frame("silver.orders", orders), frame("silver.order_lines", lines), "EUR"),
            currency="EUR",
            timezone="UTC",
            before=datetime(2030, 1, 1, tzinfo=UTC),
        )
        return pa.table(rows.toArrow()).select(ARMS.names).cast(ARMS)

    return of
