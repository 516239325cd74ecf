"""The causes of one simulated company, in the order in which they work, and their truth."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from jobs.simulate import draw, support
from jobs.simulate.causes import answers, exposure, groups, leaving, needs
from jobs.simulate.causes.changes import Purchases, with_purchases
from jobs.simulate.interactions import Interactions
from jobs.simulate.orders import Orders
from jobs.simulate.people import ONE_TIME, Customers, Habits
from jobs.simulate.posts import Complaints
from jobs.simulate.profiles import Accounts, Persons
from jobs.simulate.support import Tickets
from jobs.simulate.write import Records

HABITS = Habits((0.10, 0.25, 0.45, 0.20, 0.0), (0.06, 0.035, 0.02, 0.0, 0.0), (0.05, 0.05, 0.05, 0.0, 0.0))
"""Buyers who are harder to tell apart: a year has few purchases of most, and none is drawn to lapse."""
LEAST_DAYS = 120
"""In which communities can merge and part, and what people take up can be seen."""


class Plan:
    """Changes what was drawn, step by step; `truth` and `totals` say what it did."""

    def __init__(self, seed: int, days: int) -> None:
        self.seed, self.days = seed, days
        self.truth: list[Records] = []
        self.totals: dict[str, object] = {}
        self._left: leaving.Left | None = None

    def sold(self, people: Customers, sold: Orders) -> tuple[Customers, Orders, Tickets]:
        """What purchases make people need, what goes wrong with them, and who leaves for it."""
        sold = needs.followed(self.seed, sold, people, self.days)
        asked = support.tickets(self.seed, sold, self.days, leaving.TICKETS)
        self._left = leaving.decided(self.seed, asked, people, self.days)
        people = leaving.gone(people, self._left)
        sold, asked = leaving.without(sold, asked, people, self._left)
        self.truth += [needs.records(), leaving.records(self._left, people, self.days)]
        self.totals |= {
            "needed_at_once_ratio": needs.AT_ONCE,
            "left_for_service": len(self._left.customer),
            "left_without_a_cause": int(((people.left < self.days) & (people.segment != ONE_TIME)).sum())
            - len(self._left.customer),
        }
        return people, sold, asked

    def grouped(self, accounts: Accounts) -> Accounts:
        """Communities that change."""
        accounts = groups.regrouped(self.seed, accounts, self.days)
        self.truth.append(groups.records(accounts))
        merges, parts = groups.months_of(self.days)
        self.totals |= {"merged_on": draw.day_name(merges), "parted_on": draw.day_name(parts)}
        return accounts

    @property
    def left(self) -> np.ndarray:
        """Customers who leave for bad service, which nothing that they do before foretells."""
        assert self._left is not None
        return self._left.customer

    def complaints(self, known: Persons, accounts: Accounts) -> Complaints:
        """What those write who leave."""
        assert self._left is not None
        return leaving.complaints(self.seed, self._left, known, accounts, self.days)

    def bought(
        self, people: Customers, known: Persons, accounts: Accounts, acts: Interactions, sold: Orders, asked: Tickets
    ) -> tuple[Orders, Tickets]:
        """What people buy because of whom they met, and of campaigns."""
        met, taken_up = exposure.exposed(self.seed, people, sold, known, accounts, acts, self.days)
        brought, campaign = answers.answered(self.seed, people, known, self.days)
        more = Purchases(
            np.concatenate([taken_up.customer, brought.customer]),
            np.concatenate([taken_up.day, brought.day]),
            np.concatenate([taken_up.product, brought.product]),
        )
        stays = (more.day < people.buys_to[more.customer]) & (more.day > people.joined[more.customer])
        stays &= people.segment[more.customer] != ONE_TIME
        takers = stays[: int(met.adopts.sum())]
        answer = stays[len(taken_up.day) :]
        self.truth += [
            exposure.records(met, people, takers),
            answers.records(brought.where(answer), campaign[answer], people),
        ]
        sold, rows = with_purchases(draw.stream(self.seed, "caused purchases"), sold, more.where(stays))
        self.totals |= {
            "met": len(met.day),
            "take_it_up": int(takers.sum()),
            "only_coincides": dict(exposure.COINCIDES),
            "orders_per_person_sent_to": answers.ANSWERS,
            "campaign_lag_days": answers.LAG_DAYS,
        }
        return sold, replace(asked, order=rows[asked.order])
