"""The forum: questions, answers by staff and by other customers, acceptance, comments and votes."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from jobs.simulate import draw
from jobs.simulate.forum_texts import ANSWER_SHARES, ANSWERS, QUESTION_SHARES, QUESTIONS
from jobs.simulate.posts import companions, products_of_interest
from jobs.simulate.profiles import STAFF, Accounts

QUESTIONS_A_DAY = 0.0195  # by a user
STAFF_MEDIAN_SECONDS, PEER_MEDIAN_SECONDS = 9 * 3600, 5 * 3600
KINDS = (*QUESTIONS, *ANSWERS)
UP, DOWN, ACCEPT, FAVOURITE = 2, 3, 1, 5  # vote types of Stack Exchange


@dataclass(frozen=True)
class Threads:
    """Questions and answers in order of time (UTC milliseconds since the first day).

    author: account number. parent: row of the question, -1 for a question. accepted: row of a question's
    accepted answer, -1 for none. kind: position in KINDS.
    """

    author: np.ndarray
    at: np.ndarray
    kind: np.ndarray
    product: np.ndarray
    parent: np.ndarray
    accepted: np.ndarray

    def __len__(self) -> int:
        return len(self.at)

    @property
    def is_question(self) -> np.ndarray:
        return self.parent < 0


@dataclass(frozen=True)
class Remarks:
    """Comments: the post's row, the writer's account number, time in UTC milliseconds; in order of time."""

    post: np.ndarray
    author: np.ndarray
    at: np.ndarray


@dataclass(frozen=True)
class Votes:
    """Votes in order of day: the post's row, Stack Exchange's vote type, the voter (-1: not told)."""

    post: np.ndarray
    kind: np.ndarray
    day: np.ndarray
    voter: np.ndarray


def threads(seed: int, accounts: Accounts, days: int) -> Threads:
    """Draws questions and their answers; some questions stay open."""
    rng = draw.stream(seed, "forum threads")
    end = days * draw.DAY_SECONDS * 1000
    asker = np.repeat(np.arange(len(accounts)), rng.poisson(QUESTIONS_A_DAY * days * accounts.activity))
    size = len(asker)
    asked = rng.integers(0, days, size) * draw.DAY_SECONDS + draw.second_of_day(rng, size)
    asked = asked * 1000 + rng.integers(0, 1000, size)
    kind = draw.weighted(rng, np.array(QUESTION_SHARES), size)
    product = products_of_interest(rng, accounts.community[asker])
    answerable = rng.random(size) > 0.1

    peers = np.repeat(np.arange(size), np.where(answerable, rng.poisson(1.35, size), 0))
    helper = companions(rng, accounts, asker[peers], by="activity")
    peer_at = asked[peers] + _milliseconds(rng, len(peers), PEER_MEDIAN_SECONDS, 1.4)
    served = np.flatnonzero(answerable & (rng.random(size) < 0.36))
    staff = np.flatnonzero(accounts.role == STAFF)
    staff_at = asked[served] + _milliseconds(rng, len(served), STAFF_MEDIAN_SECONDS, 0.9)

    question = np.concatenate([peers, served])
    answerer = np.concatenate([helper, staff[rng.integers(0, len(staff), len(served))]])
    at = np.concatenate([peer_at, staff_at])
    kept = (at < end) & (answerer != asker[question])
    question, answerer, at = question[kept], answerer[kept], at[kept]
    answer_kind = len(QUESTIONS) + draw.weighted(rng, np.array(ANSWER_SHARES), len(question))
    accepted = _accepted(rng, question, accounts.role[answerer] == STAFF, size)
    drawn = Threads(
        author=np.concatenate([asker, answerer]),
        at=np.concatenate([asked, at]),
        kind=np.concatenate([kind, answer_kind]),
        product=np.concatenate([product, product[question]]),
        parent=np.concatenate([np.full(size, -1), question]),
        accepted=np.concatenate([np.where(accepted >= 0, accepted + size, -1), np.full(len(question), -1)]),
    )
    return _in_time(drawn)


def _milliseconds(rng: np.random.Generator, size: int, median: float, sigma: float) -> np.ndarray:
    return draw.delays(rng, size, median, sigma) * 1000 + rng.integers(0, 1000, size)


def _accepted(rng: np.random.Generator, question: np.ndarray, is_staff: np.ndarray, questions: int) -> np.ndarray:
    """The accepted answer of each question, -1 for none; staff's are preferred a little."""
    liking = rng.random(len(question)) + 0.3 * is_staff
    best = np.full(questions, -1)
    rising = np.argsort(liking, kind="stable")
    best[question[rising]] = rising
    return np.where(rng.random(questions) < 0.6, best, -1)


def _in_time(drawn: Threads) -> Threads:
    order = np.argsort(drawn.at, kind="stable")
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    moved = {field.name: getattr(drawn, field.name)[order] for field in fields(Threads)}
    for pointer in ("parent", "accepted"):
        moved[pointer] = np.where(moved[pointer] >= 0, rank[np.maximum(moved[pointer], 0)], -1)
    return Threads(**moved)


def comments(seed: int, drawn: Threads, accounts: Accounts, days: int) -> Remarks:
    """Draws comments under questions and answers."""
    rng = draw.stream(seed, "forum comments")
    post = np.repeat(np.arange(len(drawn)), rng.poisson(0.7, len(drawn)))
    author = companions(rng, accounts, drawn.author[post], by="activity")
    at = drawn.at[post] + _milliseconds(rng, len(post), 7_200, 1.3)
    kept = np.flatnonzero(at < days * draw.DAY_SECONDS * 1000)
    kept = kept[np.argsort(at[kept], kind="stable")]
    return Remarks(post[kept], author[kept], at[kept])


def votes(seed: int, drawn: Threads, days: int) -> Votes:
    """Draws votes; each acceptance is one too. A dump tells the voter of favourites alone."""
    rng = draw.stream(seed, "forum votes")
    rates = {UP: np.full(len(drawn), 1.9), DOWN: np.full(len(drawn), 0.12), FAVOURITE: 0.12 * drawn.is_question}
    post = [np.repeat(np.arange(len(drawn)), rng.poisson(rate)) for rate in rates.values()]
    kind = np.repeat(list(rates), [len(rows) for rows in post])
    rows = np.concatenate(post)
    day = drawn.at[rows] // 86_400_000 + np.floor(rng.exponential(4, len(rows))).astype(np.int64)
    voter = np.where(
        kind == FAVOURITE, drawn.author[rng.integers(0, max(1, len(drawn)), len(rows))] if len(rows) else 0, -1
    )
    accepted = drawn.accepted[drawn.accepted >= 0]
    accepted_day = drawn.at[accepted] // 86_400_000 + rng.integers(0, 3, len(accepted))
    rows = np.concatenate([rows, accepted])
    kind = np.concatenate([kind, np.full(len(accepted), ACCEPT)])
    day = np.minimum(np.concatenate([day, accepted_day]), days - 1)
    voter = np.concatenate([voter, np.full(len(accepted), -1)])
    order = np.argsort(day, kind="stable")
    return Votes(rows[order], kind[order], day[order], voter[order])
