"""Who leaves for bad service is foreseen by what is known of the service, on customers who left for a planted reason."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from jobs.engine import sessions
from jobs.lake import arrow
from jobs.simulate import draw, outreach
from jobs.simulate.causes import answers
from jobs.simulate.world import World, imagine
from transformations.contracts import contract
from transformations.effects.arms import ARMS
from transformations.effects.cause_effect import Pair, cause_effect
from transformations.value import lifetime
from transformations.value.buying import MBG_NBD, fit, p_no_order
from transformations.value.churn import SERVED, churn, features
from transformations.value.contacts import CONTACTS, TABLES, contacts

FIRST = date(2025, 1, 1)
CUTOFF = FIRST + timedelta(days=275)
STEPS = ("opened", "replied", "replied", "replied", "solved", "reopened", "replied", "solved", "closed")
BY_AGENT = (0, 1, 3, 4, 6, 7, 8)


@pytest.fixture(scope="module")
def world() -> World:
    return imagine(11, 1_500, 365, None, lambda _: None, causes=True)


def _purchases(world: World) -> pd.DataFrame:
    """Days on which customers bought: customer, day, a row each."""
    sold = world.sold
    found = pd.DataFrame({"customer": sold.customer, "day": sold.day})[~sold.is_return]
    return found.drop_duplicates().sort_values(["customer", "day"])


def _visitors(world: World) -> np.ndarray:
    """How many visitors each day had."""
    seen = np.unique(np.stack([world.site.at // draw.DAY_SECONDS, world.site.visitor[world.site.session]]), axis=1)
    return np.bincount(seen[0], minlength=world.days)


def _tickets(world: World) -> tuple[list[dict], list[dict]]:
    tickets, events = [], []
    start = pd.Timestamp(FIRST, tz="UTC")
    for row, number in enumerate(world.asked.ticket_id.to_pylist()):
        at = [start + pd.Timedelta(seconds=int(second)) for second in world.asked.at[row]]
        happened = world.asked.happened[row]
        solved = at[7] if happened[7] else (at[4] if happened[4] and not happened[5] else None)
        tickets.append({"channel": "s", "ticket_id": number, "opened_at": at[0], "solved_at": solved})
        events += [
            {"channel": "s", "ticket_id": number, "kind": kind, "created_at": at[step]}
            | {"actor": "agent" if step in BY_AGENT else "customer"}
            for step, kind in enumerate(STEPS)
            if happened[step]
        ]
    return tickets, events


def test_bad_service_since_the_last_purchase_foretells_who_buys_no_more(spark, world):
    bought = _purchases(world)
    early = bought[bought["day"] <= (CUTOFF - FIRST).days].groupby("customer")["day"].agg(["min", "max", "size"])
    after = set(bought.loc[bought["day"] > (CUTOFF - FIRST).days, "customer"])
    ids = world.buyers.customer_id.to_pylist()
    x, t_x = early["size"].to_numpy() - 1.0, (early["max"] - early["min"]).to_numpy().astype(float)
    T = ((CUTOFF - FIRST).days - early["min"]).to_numpy().astype(float)
    known = lifetime.Persons(x, t_x, T, x * 0, x * 0, np.ones(len(x), dtype=bool))
    history, places = known.histories()
    chances = p_no_order(MBG_NBD, np.asarray(fit(MBG_NBD, history).parameters), history, 90)[places]

    def frame(name: str, rows: list[dict]):
        table = contract(name)
        types = {column: table.field(column).type for column in TABLES[name]}
        found = pa.Table.from_pylist(rows, pa.schema([(its, arrow.type_of(kind)) for its, kind in types.items()]))
        return sessions.frame(spark, found, ", ".join(f"{its} {kind}" for its, kind in types.items()))

    tickets, events = _tickets(world)
    asked_by = [ids[customer] for customer in world.asked.customer]
    links = [("ticket", "s", row["ticket_id"], person, None) for row, person in zip(tickets, asked_by, strict=True)]
    of_links = sessions.frame(
        spark,
        links,
        "record_kind string, record_place string, linked_record_id string, person_id string, valid_to timestamp",
    )
    rows = {"silver.tickets": tickets, "silver.ticket_events": events}
    did = contacts(
        {name: frame(name, rows.get(name, [])) for name in TABLES},
        of_links,
        days=(CUTOFF,),
        recent_days=90,
        timezone="UTC",
    )
    persons = pa.chunked_array([[ids[number] for number in early.index]])
    then = features(known, chances, persons, did.toArrow().cast(CONTACTS), CUTOFF)
    buys = np.array([number in after for number in early.index])
    found = {(row["method"], row["measure"]): row for row in churn(then, buys, chances, None, min_persons=50).rows}
    print({key: round(row["value"], 3) for key, row in found.items()})
    assert found[SERVED, "auc"]["value_low"] > found["p_alive", "auc"]["value_high"]
    assert found[SERVED, "auc_gained_by_contacts"]["value_low"] > 0.02


def test_campaigns_move_orders_after_the_planted_days_and_visits_move_none(world):
    listed = outreach.contacts(world.seed, world.buyers, world.known)
    starts, campaign, _, _, held_out = outreach.recipients(
        draw.stream(world.seed, "campaigns"), world.buyers, listed, world.days
    )
    sold = world.sold
    by_day = {
        "campaign_reach": np.bincount(starts[campaign[~held_out]], minlength=world.days),
        "orders": np.bincount(sold.day[~sold.is_return], minlength=world.days),
        "visitors": _visitors(world),
    }
    values = pa.Table.from_pylist(
        [
            {"indicator_id": name, "period_start": FIRST + timedelta(days=day), "value": float(count)}
            for name, counts in by_day.items()
            for day, count in enumerate(counts[: world.days])
        ]
    )
    pairs = [Pair("sell", "orders", driver) for driver in ("campaign_reach", "visitors")]
    until = FIRST + timedelta(days=world.days)
    rows = cause_effect(pairs, values, ARMS.empty_table(), first_sale=FIRST, until=until).to_pylist()
    (strongest,) = [row for row in rows if row["is_strongest"] and row["method"] == "lagged_regression"]
    assert (strongest["indicator_id"], strongest["lag_days"]) == ("campaign_reach", answers.LAG_DAYS)
    assert strongest["conclusion"] == "associated"
    assert {row["conclusion"] for row in rows if row["indicator_id"] == "visitors"} == {"none_found"}
