"""Posts on the microblog: people's own posts, their replies, the company's answers, rivals and bots."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from jobs.simulate import draw
from jobs.simulate.company import (
    CATALOGUE,
    COMPETITORS,
    FAULTY_PRODUCT,
    INTEREST_TERMS,
    INTERESTS,
    NUMBER_OF,
    PRODUCTS,
    SHOP,
)
from jobs.simulate.people import LAPSED, Customers
from jobs.simulate.profiles import BOT, BRAND, COMPETITOR, PERSON, STAFF, Accounts, Persons
from jobs.simulate.slots import SLOTS
from jobs.simulate.texts import (
    BOT_POSTS,
    COMPANY_POSTS,
    COMPANY_REPLIES,
    COMPETITOR_POSTS,
    HASHTAGS,
    REPLIES,
    ROOT_SHARES,
    ROOTS,
)
from jobs.simulate.wording import Kind, by_row, write

_ANSWERS = tuple(
    Kind(f"answer_{name}", "neutral", "other", "brand", sentences) for name, sentences in COMPANY_REPLIES.items()
)
_OTHERS = (
    Kind("company_post", "neutral", "news", "brand", COMPANY_POSTS),
    Kind("competitor_post", "neutral", "news", "competitor", COMPETITOR_POSTS),
    Kind("bot_post", "neutral", "other", "bot", BOT_POSTS),
)
KINDS = (*ROOTS, *REPLIES, *_ANSWERS, *_OTHERS)
_AT = {kind.name: number for number, kind in enumerate(KINDS)}
_TONE = np.array([{"negative": -1, "neutral": 0, "positive": 1}[kind.tone] for kind in KINDS])
_INTENT = np.array([kind.intent for kind in KINDS])
_ABOUT = np.array([kind.about for kind in KINDS])
ROOTS_A_DAY = 0.075  # own posts of an account of a person
ANSWER_MEDIAN_SECONDS = 9_400
INSIDE = 0.9  # share of contacts that stay in one's own community
# How likely the company is to answer a post about it.
_ANSWERED = {"complaint": 0.75, "question": 0.65, "idea": 0.5, "purchase_intent": 0.3, "praise": 0.2}


@dataclass(frozen=True)
class Posts:
    """Posts in order of their time (UTC seconds since the first day).

    author, mentions: account numbers (mentions -1: nobody). kind: position in KINDS. parent, root: rows,
    parent -1 for a post of its own. product: position in the catalogue.
    """

    author: np.ndarray
    at: np.ndarray
    kind: np.ndarray
    product: np.ndarray
    parent: np.ndarray
    root: np.ndarray
    mentions: np.ndarray

    def __len__(self) -> int:
        return len(self.at)

    @property
    def post_id(self) -> pa.Array:
        return draw.ids("s", np.arange(1, len(self) + 1), 9)


def _joined(parts: list[Posts]) -> Posts:
    return Posts(*(np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(Posts)))


@dataclass(frozen=True)
class Complaints:
    """Complaints that something made people write: account and time (UTC seconds since the first day) of each."""

    author: np.ndarray
    at: np.ndarray


NO_COMPLAINTS = Complaints(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))


def posts(
    seed: int, accounts: Accounts, known: Persons, people: Customers, days: int, more: Complaints = NO_COMPLAINTS
) -> Posts:
    """Draws who writes what and when; rows come in order of time. more: complaints beside those that are drawn."""
    end = days * draw.DAY_SECONDS
    roots = _roots(draw.stream(seed, "root posts"), accounts, known, people, days)
    if len(more.at):
        roots = _joined([roots, _complaints(draw.stream(seed, "complaints"), accounts, more, len(roots))])
    rest = _announcements(draw.stream(seed, "company posts"), accounts, days, len(roots))
    started = _joined([roots, rest])
    rng = draw.stream(seed, "replies")
    open_to_replies = np.flatnonzero(accounts.role[started.author] != BOT)
    first = _replies(rng, accounts, started, open_to_replies, round(0.48 * len(roots)), end)
    threads = _joined([started, first])
    second = _replies(rng, accounts, threads, np.arange(len(started), len(threads)), round(0.14 * len(roots)), end)
    threads = _joined([threads, second])
    answers = _company_answers(draw.stream(seed, "company answers"), accounts, started, len(roots), end)
    return _in_time(_joined([threads, answers]))


def _own(size: int, first: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """parent and root of posts that begin a thread."""
    return np.full(size, -1), np.arange(first, first + size)


def _roots(rng: np.random.Generator, accounts: Accounts, known: Persons, people: Customers, days: int) -> Posts:
    counts = rng.poisson(ROOTS_A_DAY * days * accounts.activity)
    author = np.repeat(np.arange(len(accounts)), counts)
    size = len(author)
    at = rng.integers(0, days, size) * draw.DAY_SECONDS + draw.second_of_day(rng, size)
    # Customers on their way out complain more and praise less than the others.
    customer = known.customer[accounts.person[author]]
    is_lapsed = (customer >= 0) & (people.segment[customer] == LAPSED)
    shares = np.array(ROOT_SHARES)
    intents, about = _INTENT[: len(ROOTS)], _ABOUT[: len(ROOTS)]
    sour = np.where(intents == "complaint", 3.0, np.where((intents == "praise") & (about == "brand"), 0.4, 1.0))
    kind = np.where(is_lapsed, draw.weighted(rng, shares * sour, size), draw.weighted(rng, shares, size))
    product = products_of_interest(rng, accounts.community[author])
    is_complaint = (_INTENT[kind] == "complaint") & (_ABOUT[kind] == "brand")
    failing = is_complaint & (rng.random(size) < np.where(at > 0.4 * days * draw.DAY_SECONDS, 0.4, 0.12))
    product[failing] = NUMBER_OF[FAULTY_PRODUCT]
    mentions = np.where(rng.random(size) < 0.2, companions(rng, accounts, author, at), -1)
    return Posts(author, at, kind, product, *_own(size), np.where(mentions == author, -1, mentions))


def _complaints(rng: np.random.Generator, accounts: Accounts, more: Complaints, first: int) -> Posts:
    """Complaints about the company, as roots. first: their first row."""
    size = len(more.at)
    sour = np.flatnonzero((_INTENT[: len(ROOTS)] == "complaint") & (_ABOUT[: len(ROOTS)] == "brand"))
    kind = sour[draw.weighted(rng, np.array(ROOT_SHARES)[sour], size)]
    product = products_of_interest(rng, accounts.community[more.author])
    return Posts(more.author, more.at, kind, product, *_own(size, first), np.full(size, -1))


def products_of_interest(rng: np.random.Generator, community: np.ndarray) -> np.ndarray:
    """Products that people talk about: gear, mostly of their own interest."""
    of = np.array([INTERESTS.index(product.interest) for product in PRODUCTS])
    gear = np.where([product.consumable for product in PRODUCTS], 0.0, 1.0)
    picked = np.zeros(len(community), dtype=np.int64)
    for number in np.unique(community):
        rows = np.flatnonzero(community == number)
        picked[rows] = draw.weighted(rng, gear * np.where(of == number, 6.0, 1.0), len(rows))
    return picked


def companions(
    rng: np.random.Generator, accounts: Accounts, author: np.ndarray, at: np.ndarray | None = None, by: str = "weight"
) -> np.ndarray:
    """An account to turn to for each author, drawn by weight or activity, mostly of the own community.

    at: UTC seconds since the first day, where communities change; None: as they are at first.
    """
    liking = np.where(accounts.role == PERSON, getattr(accounts, by), 0)
    found = np.full(len(author), -1)
    when = np.zeros(len(author)) if at is None else at
    for begins, ends, groups in accounts.spans:
        rows = np.flatnonzero((when >= begins) & (when < ends))
        found[rows] = draw.weighted_within(rng, groups, liking, groups[author[rows]])
    community = accounts.community[author]
    abroad = draw.weighted(rng, liking, len(author))
    return np.where((rng.random(len(author)) < INSIDE) & (community >= 0), found, abroad)


def _announcements(rng: np.random.Generator, accounts: Accounts, days: int, first: int) -> Posts:
    """What the company, its rivals and bots post by themselves. first: their first row."""
    rates = {BRAND: 0.6, COMPETITOR: 0.16, BOT: 0.3}
    kinds = {BRAND: _AT["company_post"], COMPETITOR: _AT["competitor_post"], BOT: _AT["bot_post"]}
    writers = np.flatnonzero(np.isin(accounts.role, list(rates)))
    counts = rng.poisson([rates[int(accounts.role[writer])] * days for writer in writers])
    author = np.repeat(writers, counts)
    size = len(author)
    kind = np.array([kinds[int(role)] for role in accounts.role[author]], dtype=np.int64)
    at = rng.integers(0, days, size) * draw.DAY_SECONDS + draw.second_of_day(rng, size)
    return Posts(author, at, kind, rng.integers(0, len(PRODUCTS), size), *_own(size, first), np.full(size, -1))


def _replies(
    rng: np.random.Generator, accounts: Accounts, threads: Posts, parents: np.ndarray, size: int, end: int
) -> Posts:
    """So many replies by people to the parents; those that fall after the end or to oneself are dropped."""
    parent = parents[draw.weighted(rng, accounts.weight[threads.author[parents]], size)]
    author = companions(rng, accounts, threads.author[parent], threads.at[parent], by="activity")
    at = threads.at[parent] + draw.delays(rng, size, 2_700, 1.3)
    mood = _TONE[threads.kind[parent]]
    likely = np.where(
        mood[:, None] < 0, [0.05, 0.45, 0.5], np.where(mood[:, None] > 0, [0.6, 0.0, 0.4], [0.2, 0.0, 0.8])
    )
    kind = _AT[REPLIES[0].name] + (rng.random(size)[:, None] > np.cumsum(likely, axis=1)[:, :2]).sum(axis=1)
    kept = (at < end) & (author != threads.author[parent])
    # A thread is begun by its first post: rows are those of the joined parts, which keep their places.
    whole = Posts(author, at, kind, threads.product[parent], parent, threads.root[parent], np.full(size, -1))
    return Posts(*(getattr(whole, field.name)[kept] for field in fields(Posts)))


def _company_answers(
    rng: np.random.Generator, accounts: Accounts, started: Posts, people_roots: int, end: int
) -> Posts:
    """The company's first answers to what people say about it, after log-normal delays."""
    roots = np.arange(people_roots)
    intent = _INTENT[started.kind[roots]]
    odds = np.select([intent == name for name in _ANSWERED], list(_ANSWERED.values()), 0.0)
    odds *= (_ABOUT[started.kind[roots]] == "brand") * (np.char.find(_LANGUAGE[started.kind[roots]], "en") == 0)
    parent = roots[rng.random(people_roots) < odds]
    size = len(parent)
    at = started.at[parent] + draw.delays(rng, size, ANSWER_MEDIAN_SECONDS, 1.0)
    desk = np.flatnonzero(np.isin(accounts.role, (BRAND, STAFF)))
    author = desk[draw.weighted(rng, np.array([0.1, 0.6, 0.3]), size)]
    said = _INTENT[started.kind[parent]]
    kind = np.where(
        said == "complaint",
        _AT["answer_complaint"],
        np.where(said == "question", _AT["answer_question"], _AT["answer_other"]),
    )
    kept = at < end
    whole = Posts(author, at, kind, started.product[parent], parent, started.root[parent], np.full(size, -1))
    return Posts(*(getattr(whole, field.name)[kept] for field in fields(Posts)))


_LANGUAGE = np.array([kind.language for kind in KINDS])


def _in_time(drawn: Posts) -> Posts:
    order = np.argsort(drawn.at, kind="stable")
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    parent = np.where(drawn.parent >= 0, rank[drawn.parent], -1)[order]
    return Posts(
        drawn.author[order],
        drawn.at[order],
        drawn.kind[order],
        drawn.product[order],
        parent,
        rank[drawn.root][order],
        drawn.mentions[order],
    )


_SENTENCES = [sentence for kind in KINDS for sentence in kind.templates]
_COUNTS = np.array([len(kind.templates) for kind in KINDS])
NAMES_PRODUCT = np.array(["{product}" in sentence for sentence in _SENTENCES])
_NAMES_MONITORED = NAMES_PRODUCT | np.array(
    [bool(re.search(r"\{topic\}|\{rival|alderwick", s.lower())) for s in _SENTENCES]
)


def is_relevant(drawn: Posts, chosen: np.ndarray, accounts: Accounts) -> np.ndarray:
    """Which posts name what conf/company.yaml monitors: in what they say, or as whom they address."""
    to = addressed(drawn)
    to_monitored = (to >= 0) & np.isin(accounts.role[to], (BRAND, STAFF, COMPETITOR))
    return _NAMES_MONITORED[chosen] | to_monitored


def addressed(drawn: Posts) -> np.ndarray:
    """The account whose handle begins the post, -1 for none."""
    return np.where(drawn.parent >= 0, drawn.author[drawn.parent], drawn.mentions)


def sentences(seed: int, drawn: Posts) -> np.ndarray:
    """Which sentence each post is made of."""
    return (np.cumsum(_COUNTS) - _COUNTS)[drawn.kind] + draw.stream(seed, "sentences").integers(0, _COUNTS[drawn.kind])


def post_texts(seed: int, drawn: Posts, chosen: np.ndarray, accounts: Accounts) -> pa.Array:
    """What each post says, given its sentence."""
    rng = draw.stream(seed, "post texts")
    community = accounts.community[drawn.author]
    community = np.where(community >= 0, community, rng.integers(0, len(INTERESTS), len(drawn)))
    terms = [terms for terms in INTEREST_TERMS.values()]
    term = community * len(terms[0]) + rng.integers(0, len(terms[0]), len(drawn))
    rivals = [(brand, article) for brand, articles in COMPETITORS.items() for article in articles]
    rival = rng.integers(0, len(rivals), len(drawn))
    slots = SLOTS | {
        "product": by_row([product.name for product in CATALOGUE], drawn.product),
        "topic": by_row([word for words in terms for word in words], term),
        "rival": by_row([article for _, article in rivals], rival),
        "rivalbrand": by_row([brand for brand, _ in rivals], rival),
    }
    text = write(rng, _SENTENCES, chosen, slots)
    to = addressed(drawn)
    handle = draw.join("@", accounts.handle.take(pa.array(np.maximum(to, 0))), " ")
    return draw.join(pc.fill_null(draw.keep(handle, to >= 0), ""), text)


def hashtags(seed: int, drawn: Posts) -> pa.Array:
    """Hashtags of each post as JSON text."""
    rng = draw.stream(seed, "hashtags")
    abouts = list(HASHTAGS)
    words = [tags for about in abouts for tags in HASHTAGS[about]]
    counts = np.array([len(HASHTAGS[about]) for about in abouts])
    about = np.array([abouts.index(kind.about) for kind in KINDS])[drawn.kind]
    chosen = (np.cumsum(counts) - counts)[about] + rng.integers(0, counts[about])
    return pc.if_else(pa.array(drawn.parent >= 0), "[]", draw.take(words, chosen))


def links(seed: int, drawn: Posts) -> pa.Array:
    """Address that a post links to, mostly none."""
    rng = draw.stream(seed, "links")
    shop = draw.join(f"{SHOP}/shop/", draw.take([product.product_id for product in CATALOGUE], drawn.product))
    deal = draw.join("https://deals.example.net/", draw.ids("", rng.integers(0, 10_000, len(drawn)), 4))
    is_bot = drawn.kind == _AT["bot_post"]
    about_brand = (_ABOUT[drawn.kind] == "brand") & (drawn.parent < 0) & (rng.random(len(drawn)) < 0.08)
    return draw.keep(
        pc.if_else(pa.array(is_bot), deal, shop), is_bot | about_brand | (drawn.kind == _AT["company_post"])
    )
