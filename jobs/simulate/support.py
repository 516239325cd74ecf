"""Support tickets about orders, and what happened to each of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from jobs.simulate import draw
from jobs.simulate.company import CATALOGUE, FAULTY_PRODUCT, NUMBER_OF, SUPPORT_AGENTS
from jobs.simulate.orders import Orders
from jobs.simulate.people import Customers
from jobs.simulate.slots import SLOTS
from jobs.simulate.wording import by_row, lines, write
from jobs.simulate.write import Records

TICKETS = 0.064  # an order
# Subject | text; // ends a line. {order} is the order that the ticket is about.
_MATTERS = {
    "defect": lines("""
        {product} stopped working|Hello,//my {product} stopped {when} ({order}): the {part} broke.//Thanks
        Problem with my {product}|Hi, its {part} is loose, "wobbly" even. Order {order}. What now?
        Warranty, order {order}|The {part} failed after {since}. How do I send the {product} in?
    """),
    "delivery": lines("""
        Where is my parcel?|My order {order} was due {when} and has not come. Could you look into it?
        Parcel damaged|The box of order {order} came open. The {product} is scratched, photos follow.
    """),
    "return": lines("""
        Return of the {product}|I send back the {product} from order {order}, it does not suit {place}.
        Refund for order {order}|When will I see the refund for order {order}? It is {since} now.
    """),
    "how_to": lines("""
        How to clean the {product}|Hello, how often should I clean the {part} of the {product}?
        Spare part|Do you sell the {part} of the {product} on its own, in {colour} if possible?
    """),
}
MATTERS = tuple(_MATTERS)
_STEPS = ("opened", "replied", "replied", "replied", "solved", "reopened", "replied", "solved", "closed")
_KINDS = ("opened", "replied", "solved", "reopened", "closed")
_BY_AGENT = np.array([False, True, False, True, True, False, True, True, True])
_MEDIAN_HOURS = (0.0, 3.5, 9.0, 4.0, 6.0, 20.0, 3.0, 8.0, 96.0)
SLOW_SECONDS, UNSOLVED_SECONDS = 6 * 3600, 10 * 24 * 3600
OPENED, SOLVED, REOPENED, CLOSED = (_KINDS.index(kind) for kind in ("opened", "solved", "reopened", "closed"))


@dataclass(frozen=True)
class Tickets:
    """Tickets by opening; happened and at (UTC seconds) have a column for each possible step."""

    customer: np.ndarray
    order: np.ndarray
    product: np.ndarray
    matter: np.ndarray
    names_customer: np.ndarray
    agent: np.ndarray
    happened: np.ndarray
    at: np.ndarray

    def __len__(self) -> int:
        return len(self.customer)

    @property
    def ticket_id(self) -> pa.Array:
        return draw.ids("T", np.arange(1, len(self) + 1), 7)


def tickets(seed: int, sold: Orders, days: int, share: float = TICKETS) -> Tickets:
    """Draws so many tickets an order: orders with the faulty product give six times as many."""
    rng = draw.stream(seed, "tickets")
    first_line = np.searchsorted(sold.line_order, np.arange(len(sold.day)))
    is_faulty = np.zeros(len(sold.day), dtype=bool)
    is_faulty[sold.line_order[sold.product == NUMBER_OF[FAULTY_PRODUCT]]] = True
    weight = np.where(sold.is_return, 0, np.where(is_faulty, 6.0, 1.0))
    order = draw.weighted(rng, weight, rng.poisson(share * len(sold.day)))
    opened = sold.day[order] * draw.DAY_SECONDS + sold.second[order] + draw.delays(rng, len(order), 3 * 86_400, 0.8)
    kept = opened < days * draw.DAY_SECONDS
    by_time = np.argsort(opened[kept], kind="stable")
    order, opened = order[kept][by_time], opened[kept][by_time]
    size = len(order)
    faulty = is_faulty[order]
    matter = np.where(
        faulty,
        draw.weighted(rng, np.array([0.75, 0.07, 0.12, 0.06]), size),
        draw.weighted(rng, np.array([0.2, 0.35, 0.2, 0.25]), size),
    )
    product = np.where(faulty, NUMBER_OF[FAULTY_PRODUCT], sold.product[first_line[order]])
    eaten = np.array([article.consumable for article in CATALOGUE])[product]
    matter = np.where(eaten, MATTERS.index("delivery") + (matter % 2), matter)  # beans have no motor
    chance = rng.random((size, len(_STEPS)))
    asks_back = chance[:, 2] < 0.4
    solved = chance[:, 4] < 0.92
    reopened = solved & (chance[:, 5] < 0.1)
    whole = np.ones(size, dtype=bool)
    happened = np.column_stack(
        [whole, whole, asks_back, asks_back, solved, reopened, reopened, reopened & (chance[:, 7] < 0.9), solved]
    )
    happened[:, 8] &= ~reopened | happened[:, 7]
    wait = np.column_stack([draw.delays(rng, size, max(1, hours * 3600), 0.9) for hours in _MEDIAN_HOURS])
    wait[:, 0] = 0
    at = opened[:, None] + np.cumsum(np.where(happened, wait, 0), axis=1)
    return Tickets(
        customer=sold.customer[order],
        order=order,
        product=product,
        matter=matter,
        names_customer=rng.random(size) < 0.8,
        agent=rng.integers(0, len(SUPPORT_AGENTS), size),
        happened=happened & (at < days * draw.DAY_SECONDS),
        at=at,
    )


def disappointed_at(drawn: Tickets, end: int) -> np.ndarray:
    """When each ticket leaves its customer unhappy, before the second `end`, else -1: no answer for SLOW_SECONDS, a problem that
    comes back, or one that is not solved for UNSOLVED_SECONDS."""
    opened, never = drawn.at[:, 0], np.iinfo(np.int64).max
    slow = np.where(drawn.at[:, 1] - opened > SLOW_SECONDS, opened + SLOW_SECONDS, never)
    back = np.where(drawn.happened[:, 5], drawn.at[:, 5], never)
    is_solved = drawn.happened[:, 4] & (drawn.at[:, 4] - opened <= UNSOLVED_SECONDS)
    unsolved = np.where(is_solved, never, opened + UNSOLVED_SECONDS)
    first = np.minimum(np.minimum(slow, back), unsolved)
    return np.where(first < end, first, -1)


def _last(drawn: Tickets, kind: int) -> np.ndarray:
    """Time of each ticket's last event of the kind, -1 when it has none."""
    columns = [step for step, name in enumerate(_STEPS) if name == _KINDS[kind]]
    return np.where(drawn.happened[:, columns], drawn.at[:, columns], -1).max(axis=1, initial=-1)


def solved_at(drawn: Tickets) -> np.ndarray:
    """When each ticket was last solved, -1 while it is open."""
    solved = _last(drawn, SOLVED)
    return np.where(solved > _last(drawn, REOPENED), solved, -1)


def ticket_records(seed: int, drawn: Tickets, sold: Orders, people: Customers) -> Records:
    """support/tickets.csv: a row a ticket; a customer who is not named can be known by e-mail."""
    rng = draw.stream(seed, "ticket records")
    templates = [template for sentences in _MATTERS.values() for template in sentences]
    counts = np.array([len(sentences) for sentences in _MATTERS.values()])
    chosen = (np.cumsum(counts) - counts)[drawn.matter] + rng.integers(0, counts[drawn.matter])
    slots = SLOTS | {
        "product": by_row([product.name for product in CATALOGUE], drawn.product),
        "order": by_row(sold.order_id, drawn.order),
    }
    text = pc.replace_substring(write(rng, templates, chosen, slots), "//", "\n")
    parts = pc.split_pattern(text, "|")
    email = people.email.take(pa.array(drawn.customer))
    is_named = _is_named(drawn, people)
    solved = solved_at(drawn)
    state = np.where(_last(drawn, CLOSED) >= 0, 3, np.where(solved >= 0, 2, np.where(drawn.happened[:, 1], 1, 0)))
    return Records(
        "support/tickets.csv",
        {
            "ticket_id": drawn.ticket_id,
            "customer_id": draw.keep(people.customer_id.take(pa.array(drawn.customer)), is_named),
            "email": email,
            "subject": pc.list_element(parts, 0),
            "text": pc.list_element(parts, 1),
            "status": draw.take(["new", "open", "solved", "closed"], state),
            "opened_at": draw.instants(drawn.at[:, 0]),
            "solved_at": draw.keep(draw.instants(solved), solved >= 0),
        },
    )


def _is_named(drawn: Tickets, people: Customers) -> np.ndarray:
    """The ticket gives its customer's id; one without an e-mail address always does."""
    return drawn.names_customer | people.email.is_null().to_numpy(zero_copy_only=False)[drawn.customer]


def ticket_event_records(drawn: Tickets, people: Customers) -> Records:
    """support/ticket_events.csv: a row an event, a ticket's events one after another."""
    ticket, step = np.nonzero(drawn.happened)
    is_agent = _BY_AGENT[step]
    customer = people.customer_id.take(pa.array(drawn.customer[ticket]))
    customer = draw.keep(customer, _is_named(drawn, people)[ticket])
    agent = draw.take(SUPPORT_AGENTS, drawn.agent[ticket])
    return Records(
        "support/ticket_events.csv",
        {
            "ticket_id": drawn.ticket_id.take(pa.array(ticket)),
            "event_id": pa.array(draw.ordinals(drawn.happened.sum(axis=1))),
            "kind": draw.take(_STEPS, step),
            "actor": draw.take(["customer", "agent"], is_agent.astype(np.int8)),
            "actor_id": pc.if_else(pa.array(is_agent), agent, customer),
            "created_at": draw.instants(drawn.at[ticket, step]),
        },
    )


def ticket_truth(drawn: Tickets, sold: Orders, people: Customers) -> Records:
    """truth/tickets.csv: whose each ticket is, about which order and product, and why."""
    return Records(
        "truth/tickets.csv",
        {
            "ticket_id": drawn.ticket_id,
            "customer_id": people.customer_id.take(pa.array(drawn.customer)),
            "order_id": sold.order_id.take(pa.array(drawn.order)),
            "product_id": draw.take([product.product_id for product in CATALOGUE], drawn.product),
            "matter": draw.take(MATTERS, drawn.matter),
        },
    )
