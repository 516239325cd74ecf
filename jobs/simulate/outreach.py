"""Surveys after purchases, campaigns and whom they touched, the contact list, and who read the newsletter."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from jobs.simulate import draw
from jobs.simulate.company import CATALOGUE, CURRENCY, FAULTY_PRODUCT, INTERESTS, NUMBER_OF
from jobs.simulate.names import COUNTRIES
from jobs.simulate.orders import Orders
from jobs.simulate.people import Customers, Names, names
from jobs.simulate.profiles import Persons
from jobs.simulate.support import Tickets
from jobs.simulate.write import Records

_RESPONSES = 0.09  # a purchase
_GOALS = (8, 4, 4)
_QUESTIONS = ("recommend", "product", "service")
_ABOUT = ("firm", "product", "service")
_COMMENTS = ("Not what I hoped for.", "It does its work.", "Glad I bought it, thank you!")
_CAMPAIGN_DAYS = 30
_HELD_OUT = 0.25  # of those who could be written to, so that a campaign's effect can be told
_ISSUE_DAYS = 14
KINDS = ("sent", "delivered", "bounced", "opened", "clicked", "unsubscribed", "converted", "held_out")
SENT, DELIVERED, BOUNCED, OPENED, CLICKED, UNSUBSCRIBED, CONVERTED, HELD_OUT = range(len(KINDS))


# --- surveys --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Responses:
    """Filled-in questionnaires by time; scores has a column for each of _QUESTIONS, -1 where it was not asked."""

    order: np.ndarray
    product: np.ndarray
    at: np.ndarray
    scores: np.ndarray
    is_named: np.ndarray

    def __len__(self) -> int:
        return len(self.order)

    @property
    def response_id(self) -> pa.Array:
        return draw.ids("R", np.arange(1, len(self) + 1), 7)


def responses(seed: int, sold: Orders, asked: Tickets, days: int) -> Responses:
    """Draws who answers: who bought the faulty product is less pleased; who had a ticket is asked about service."""
    rng = draw.stream(seed, "surveys")
    order = np.flatnonzero(~sold.is_return & (rng.random(len(sold.day)) < _RESPONSES))
    at = sold.day[order] * draw.DAY_SECONDS + sold.second[order] + draw.delays(rng, len(order), 2 * 86_400, 0.6)
    kept = np.flatnonzero(at < days * draw.DAY_SECONDS)
    kept = kept[np.argsort(at[kept], kind="stable")]
    order, at = order[kept], at[kept]
    size = len(order)
    is_faulty = np.zeros(len(sold.day), dtype=bool)
    is_faulty[sold.line_order[sold.product == NUMBER_OF[FAULTY_PRODUCT]]] = True
    first_line = np.searchsorted(sold.line_order, np.arange(len(sold.day)))
    product = np.where(is_faulty[order], NUMBER_OF[FAULTY_PRODUCT], sold.product[first_line[order]])
    recommend = np.clip(np.rint(rng.normal(np.where(is_faulty[order], 4.5, 8.4), 1.5)), 0, 10)
    of_product = np.clip(np.rint(recommend / 2 + rng.normal(0, 0.6, size)), 1, 5)
    of_service = np.clip(np.rint(rng.normal(3.8, 1.0, size)), 1, 5)
    scores = np.column_stack([recommend, of_product, np.where(np.isin(order, asked.order), of_service, -1)])
    return Responses(order, product, at, scores.astype(np.int64), rng.random(size) < 0.85)


def response_records(given: Responses, sold: Orders, people: Customers) -> Records:
    """surveys/responses.csv: a row an answer; some respondents do not say who they are."""
    row, question = np.nonzero(given.scores >= 0)
    score = given.scores[row, question]
    customer = pa.array(sold.customer[given.order[row]])
    is_named = given.is_named[row]
    mood = np.digitize(score, [6, 8])
    return Records(
        "surveys/responses.csv",
        {
            "response_id": given.response_id.take(pa.array(row)),
            "question": draw.take(_QUESTIONS, question),
            "survey": draw.take(["after_purchase"], np.zeros(len(row), dtype=np.int8)),
            "about": draw.take(_ABOUT, question),
            "customer_id": draw.keep(people.customer_id.take(customer), is_named),
            "email": draw.keep(people.email.take(customer), is_named),
            "product_id": draw.keep(
                draw.take([product.product_id for product in CATALOGUE], given.product[row]), question == 1
            ),
            "score": pa.array(score),
            "goal": pa.array(np.array(_GOALS)[question]),
            "comment": draw.keep(draw.take(_COMMENTS, mood), (question == 0) & (given.order[row] % 3 == 0)),
            "answered_at": draw.instants(given.at[row]),
        },
    )


def response_truth(given: Responses, sold: Orders, people: Customers) -> Records:
    """truth/surveys.csv: who filled in each questionnaire, named or not, about which order."""
    return Records(
        "truth/surveys.csv",
        {
            "response_id": given.response_id,
            "customer_id": people.customer_id.take(pa.array(sold.customer[given.order])),
            "order_id": sold.order_id.take(pa.array(given.order)),
        },
    )


def response_totals(given: Responses) -> dict[str, object]:
    asked = given.scores >= 0
    return {
        "responses": len(given),
        "answers": dict(zip(_ABOUT, asked.sum(axis=0).tolist(), strict=True)),
        "above_goal": dict(zip(_ABOUT, (given.scores > np.array(_GOALS)).sum(axis=0).tolist(), strict=True)),
    }


# --- contacts -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Contacts:
    """The contact list: customers, people known from their accounts, and strangers. customer, person: -1 for none."""

    names: Names
    customer: np.ndarray
    person: np.ndarray
    interest: np.ndarray
    has_consent: np.ndarray
    since: np.ndarray
    email: pa.Array

    def __len__(self) -> int:
        return len(self.customer)

    @property
    def contact_id(self) -> pa.Array:
        return draw.ids("L", np.arange(1, len(self) + 1), 5)


def contacts(seed: int, people: Customers, known: Persons) -> Contacts:
    rng = draw.stream(seed, "contacts")
    size = max(6, len(people) // 12)
    mailed = np.flatnonzero(people.email.is_valid().to_numpy(zero_copy_only=False))
    buyers = rng.choice(mailed, min(size, len(mailed)), replace=False)
    consumers = np.flatnonzero(known.customer < 0)
    seen = rng.choice(consumers, min(size, len(consumers)), replace=False)
    strangers = names(rng, size)
    address = draw.join(strangers.plain("."), "@", draw.take(["mail.example"], np.zeros(size, dtype=np.int8)))
    total = len(buyers) + len(seen) + size
    order = rng.permutation(total)
    email = pa.concat_arrays([people.email.take(pa.array(buyers)), known.email.take(pa.array(seen)), address])
    customer = np.concatenate([buyers, np.full(total - len(buyers), -1)])
    person = np.concatenate([np.full(len(buyers), -1), seen, np.full(size, -1)])
    interest = np.concatenate([people.interest[buyers], known.interest[seen], rng.integers(0, len(INTERESTS), size)])
    return Contacts(
        names=Names(
            np.concatenate([people.names.given[buyers], known.names.given[seen], strangers.given])[order],
            np.concatenate([people.names.family[buyers], known.names.family[seen], strangers.family])[order],
        ),
        customer=customer[order],
        person=person[order],
        interest=interest[order],
        has_consent=rng.random(total) < 0.75,
        since=-rng.integers(1, 400, total) * draw.DAY_SECONDS + draw.second_of_day(rng, total),
        email=email.take(pa.array(order)),
    )


def contact_records(listed: Contacts) -> Records:
    """campaigns/contacts.csv: a row a contact; nothing in it says who is a customer."""
    number = np.arange(len(listed))
    return Records(
        "campaigns/contacts.csv",
        {
            "contact_id": listed.contact_id,
            "name": listed.names.full,
            "email": listed.email,
            "country": draw.take(COUNTRIES, number % len(COUNTRIES)),
            "list": draw.take(["fair", "newsletter"], (number % 3 > 0).astype(np.int8)),
            "consent": draw.take(["false", "true"], listed.has_consent.astype(np.int8)),
            "since": draw.instants(listed.since),
        },
    )


def contact_truth(listed: Contacts, people: Customers) -> Records:
    """truth/contacts.csv: which customer or person of truth/persons.csv each contact is, and the interest."""
    is_buyer = listed.customer >= 0
    return Records(
        "truth/contacts.csv",
        {
            "contact_id": listed.contact_id,
            "customer_id": draw.keep(people.customer_id.take(pa.array(np.maximum(listed.customer, 0))), is_buyer),
            "person": draw.keep(draw.ids("H", listed.person + 1, 7), listed.person >= 0),
            "interest": draw.take(INTERESTS, listed.interest),
        },
    )


# --- campaigns ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Mailings:
    """Who could be written to by which campaign, and what came of it.

    campaign, customer, contact, is_held_out: of each recipient; customer or contact is -1. touched, kind, at, order:
    of each touch by time, touched being a recipient's row; order is -1 but for a conversion.
    """

    starts: np.ndarray
    campaign: np.ndarray
    customer: np.ndarray
    contact: np.ndarray
    is_held_out: np.ndarray
    touched: np.ndarray
    kind: np.ndarray
    at: np.ndarray
    order: np.ndarray


def mailings(
    seed: int, people: Customers, listed: Contacts, sold: Orders, days: int, *, tells_lots: bool = False
) -> Mailings:
    """One campaign a month, each about one interest: who shares it opens more. A held-out quarter gets nothing.

    tells_lots: the mailing tool tells whom it held out.
    """
    rng = draw.stream(seed, "campaigns")
    starts, campaign, customer, contact, held_out = recipients(rng, people, listed, days)
    size = len(campaign)
    interest = np.where(contact >= 0, listed.interest[contact], people.interest[customer])
    is_sent = ~held_out
    delivered = is_sent & (rng.random(size) > 0.02)
    opened = delivered & (rng.random(size) < np.where(interest == campaign % len(INTERESTS), 0.6, 0.3))
    clicked = opened & (rng.random(size) < 0.3)
    left = opened & (rng.random(size) < 0.01)
    sent_at = starts[campaign] * draw.DAY_SECONDS + 8 * 3600 + rng.integers(0, 3600, size)
    delivered_at = sent_at + rng.integers(1, 60, size)
    opened_at = delivered_at + draw.delays(rng, size, 5 * 3600, 1.0)
    clicked_at = opened_at + rng.integers(5, 120, size)
    order = _next_order(sold, customer, clicked_at, within=7 * draw.DAY_SECONDS)
    order = np.where(clicked & (order >= 0), order, -1)
    bought_at = sold.day[order] * draw.DAY_SECONDS + sold.second[order]
    steps = (
        (is_sent, sent_at),
        (delivered, delivered_at),
        (is_sent & ~delivered, delivered_at),
        (opened, opened_at),
        (clicked, clicked_at),
        (left, clicked_at + 60),
        (order >= 0, bought_at),
        (held_out & tells_lots, sent_at),
    )
    happened = np.column_stack([mask for mask, _ in steps])
    times = np.column_stack([at for _, at in steps])
    touched, kind = np.nonzero(happened & (times < days * draw.DAY_SECONDS))
    at = times[touched, kind]
    by_time = np.lexsort((kind, touched, at))
    touched, kind, at = touched[by_time], kind[by_time], at[by_time]
    return Mailings(
        starts,
        campaign,
        customer,
        contact,
        held_out,
        touched,
        kind,
        at,
        np.where(kind == CONVERTED, order[touched], -1),
    )


def recipients(
    rng: np.random.Generator, people: Customers, listed: Contacts, days: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Days on which campaigns start; and campaign, customer, contact (-1 for none) and who is held out, of each recipient."""
    starts = np.arange(0, days, _CAMPAIGN_DAYS)
    mailed = people.email.is_valid().to_numpy(zero_copy_only=False)
    agreed = np.flatnonzero(listed.has_consent & (listed.customer < 0))
    of_campaign = [np.flatnonzero(mailed & (people.joined < start)) for start in starts]
    campaign = np.concatenate([np.full(len(r) + len(agreed), n) for n, r in enumerate(of_campaign)])
    customer = np.concatenate([part for r in of_campaign for part in (r, np.full(len(agreed), -1))])
    contact = np.concatenate([part for r in of_campaign for part in (np.full(len(r), -1), agreed)])
    return starts, campaign, customer, contact, rng.random(len(campaign)) < _HELD_OUT


def _next_order(sold: Orders, customer: np.ndarray, after: np.ndarray, within: int) -> np.ndarray:
    """The customer's first purchase after a time and within so many seconds, -1 for none."""
    bought = np.flatnonzero(~sold.is_return)
    far = np.int64(1) << 32
    place = sold.customer[bought] * far + sold.day[bought] * draw.DAY_SECONDS + sold.second[bought]
    by_place = np.argsort(place, kind="stable")
    bought, place = bought[by_place], place[by_place]
    wanted = customer * far + after
    found = np.minimum(np.searchsorted(place, wanted, side="right"), len(place) - 1)
    is_soon = (customer >= 0) & (place[found] > wanted) & (place[found] <= wanted + within)
    return np.where(is_soon, bought[found], -1)


def campaign_records(made: Mailings, people: Customers) -> Records:
    """campaigns/campaigns.csv: a row a campaign, with the ids that erp/costs.csv names."""
    number = np.arange(len(made.starts))
    begins = made.starts * draw.DAY_SECONDS + 8 * 3600
    subject = draw.take([interest.replace("_", " ") for interest in INTERESTS], number % len(INTERESTS))
    return Records(
        "campaigns/campaigns.csv",
        {
            "campaign_id": draw.ids("CMP-", number + 1, 3),
            "name": draw.join("Letter about ", subject),
            "medium": draw.take(["email"], np.zeros(len(number), dtype=np.int8)),
            "objective": draw.take(["cross_selling", "up_selling"], number % 2),
            "begins_at": draw.instants(begins),
            "ends_at": draw.instants(begins + 14 * draw.DAY_SECONDS),
            "budget": draw.money(np.full(len(number), len(people) * 130)),
            "currency": draw.take([CURRENCY], np.zeros(len(number), dtype=np.int8)),
        },
    )


def touch_records(made: Mailings, people: Customers, listed: Contacts, sold: Orders) -> Records:
    """campaigns/touches.csv: a row an event of the mailing tool, by time."""
    customer, contact = made.customer[made.touched], made.contact[made.touched]
    is_customer = customer >= 0
    of_customer, of_contact = pa.array(np.maximum(customer, 0)), pa.array(np.maximum(contact, 0))
    return Records(
        "campaigns/touches.csv",
        {
            "touch_id": draw.ids("E", np.arange(1, len(made.touched) + 1), 8),
            "campaign_id": draw.ids("CMP-", made.campaign[made.touched] + 1, 3),
            "kind": draw.take(KINDS, made.kind),
            "customer_id": draw.keep(people.customer_id.take(of_customer), is_customer),
            "contact_id": draw.keep(listed.contact_id.take(of_contact), ~is_customer),
            "email": pc.if_else(pa.array(is_customer), people.email.take(of_customer), listed.email.take(of_contact)),
            "order_id": draw.keep(sold.order_id.take(pa.array(np.maximum(made.order, 0))), made.order >= 0),
            "created_at": draw.instants(made.at),
        },
    )


def campaign_truth(made: Mailings, people: Customers, listed: Contacts) -> Records:
    """truth/campaigns.csv: everybody whom a campaign could write to, and who was held out."""
    is_customer = made.customer >= 0
    return Records(
        "truth/campaigns.csv",
        {
            "campaign_id": draw.ids("CMP-", made.campaign + 1, 3),
            "interest": draw.take(INTERESTS, made.campaign % len(INTERESTS)),
            "customer_id": draw.keep(people.customer_id.take(pa.array(np.maximum(made.customer, 0))), is_customer),
            "contact_id": draw.keep(listed.contact_id.take(pa.array(np.maximum(made.contact, 0))), ~is_customer),
            "is_held_out": draw.take(["false", "true"], made.is_held_out.astype(np.int8)),
        },
    )


# --- newsletter -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Reads:
    """Who read which issue, by time; contact is a row of the contact list."""

    issues: int
    issue: np.ndarray
    contact: np.ndarray
    at: np.ndarray
    is_forwarded: np.ndarray


def reads(seed: int, listed: Contacts, days: int) -> Reads:
    """Every other week an issue about one interest goes to who agreed; who shares the interest reads more."""
    rng = draw.stream(seed, "newsletter")
    agreed = np.flatnonzero(listed.has_consent)
    issues = len(range(3, days, _ISSUE_DAYS))
    issue, contact = np.repeat(np.arange(issues), len(agreed)), np.tile(agreed, issues)
    shares = listed.interest[contact] == issue % len(INTERESTS)
    at = (3 + issue * _ISSUE_DAYS) * draw.DAY_SECONDS + 7 * 3600 + draw.delays(rng, len(issue), 6 * 3600, 1.1)
    is_read = (rng.random(len(issue)) < np.where(shares, 0.75, 0.3)) & (at < days * draw.DAY_SECONDS)
    forwarded = rng.random(len(issue)) < 0.06
    kept = np.flatnonzero(is_read)
    kept = kept[np.argsort(at[kept], kind="stable")]
    return Reads(issues, issue[kept], contact[kept], at[kept], forwarded[kept])


def read_records(found: Reads, listed: Contacts) -> Records:
    """newsletter/reads.jsonl: an object a reader and issue; readers go by their contact_id."""
    return Records(
        "newsletter/reads.jsonl",
        {
            "issue": draw.ids("N-", found.issue + 1, 2),
            "reader": listed.contact_id.take(pa.array(found.contact)),
            "at": draw.instants(found.at),
            "forwarded": pa.array(found.is_forwarded),
        },
    )


def issue_truth(found: Reads) -> Records:
    """truth/newsletter.csv: what each issue is about."""
    number = np.arange(found.issues)
    return Records(
        "truth/newsletter.csv",
        {"issue": draw.ids("N-", number + 1, 2), "interest": draw.take(INTERESTS, number % len(INTERESTS))},
    )
