"""Follows, reactions, shares and mentions between accounts, and the post records that count them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from jobs.simulate import draw
from jobs.simulate.company import FAULTY_PRODUCT, NUMBER_OF
from jobs.simulate.posts import KINDS, Posts, companions
from jobs.simulate.profiles import BOT, BRAND, COMPETITOR, PERSON, Accounts
from jobs.simulate.write import Records

FOLLOW, REACTION, SHARE, MENTION = range(4)
_KINDS = ("follow", "reaction", "share", "mention")
_FOLLOWS = 15  # of other people, by a person, on average
_REACTIONS, _SHARES = 1.25, 0.44  # a post of a person
_VIRAL_SHARE = 0.03  # of all shares: one complaint's


@dataclass(frozen=True)
class Interactions:
    """Who acted upon whom, in order of UTC seconds since the first day; post is a row, -1 for none."""

    actor: np.ndarray
    target: np.ndarray
    post: np.ndarray
    kind: np.ndarray
    at: np.ndarray

    def __len__(self) -> int:
        return len(self.at)

    def count(self, kind: int, of: np.ndarray, size: int) -> np.ndarray:
        """How often each post or account (of) occurs in interactions of the kind."""
        rows = self.kind == kind
        return np.bincount(of[rows], minlength=size)


def interactions(seed: int, accounts: Accounts, posts: Posts, texts: pa.Array, days: int, viral: int) -> Interactions:
    """Draws what people do besides writing. viral: row of the post shared by far the most, or -1."""
    end = days * draw.DAY_SECONDS
    drawn = [
        _follows(draw.stream(seed, "follows"), accounts, days),
        _on_posts(draw.stream(seed, "reactions"), accounts, posts, REACTION, _REACTIONS, end, -1),
        _on_posts(draw.stream(seed, "shares"), accounts, posts, SHARE, _SHARES, end, viral),
        _mentions(accounts, posts, texts),
    ]
    actor, target, post, kind, at = (np.concatenate(parts) for parts in zip(*drawn, strict=True))
    order = np.argsort(at, kind="stable")
    return Interactions(actor[order], target[order], post[order], kind[order], at[order])


Columns = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]


def _follows(rng: np.random.Generator, accounts: Accounts, days: int) -> Columns:
    people = np.flatnonzero(accounts.role == PERSON)
    # New follows in the run; a longer run than four months adds fewer than its share.
    mean = _FOLLOWS * np.minimum(days / 120, 1) ** 0.5
    eagerness = 0.4 + 0.6 * accounts.activity[people]
    actor = np.repeat(people, rng.poisson(mean * eagerness))
    target = companions(rng, accounts, actor)
    for role, share in ((BRAND, 0.35), (COMPETITOR, 0.08)):
        fans = people[rng.random(len(people)) < share]
        stars = np.flatnonzero(accounts.role == role)
        actor, target = (
            np.concatenate([actor, fans]),
            np.concatenate([target, stars[rng.integers(0, len(stars), len(fans))]]),
        )
    bots = np.flatnonzero(accounts.role == BOT)
    spam = np.repeat(bots, 12)
    actor = np.concatenate([actor, spam])
    target = np.concatenate([target, people[rng.integers(0, len(people), len(spam))]])
    kept = _first_of_each(actor, target, len(accounts))
    actor, target = actor[kept], target[kept]
    at = rng.integers(0, days, len(actor)) * draw.DAY_SECONDS + draw.second_of_day(rng, len(actor))
    if accounts.later:
        between = np.flatnonzero((accounts.role[actor] == PERSON) & (accounts.role[target] == PERSON))
        target[between] = companions(rng, accounts, actor[between], at[between])
        kept = _first_of_each(actor, target, len(accounts))
        actor, target, at = actor[kept], target[kept], at[kept]
    return actor, target, np.full(len(actor), -1), np.full(len(actor), FOLLOW), at


def _first_of_each(actor: np.ndarray, target: np.ndarray, accounts: int) -> np.ndarray:
    """The first row of each pair that is not one account alone."""
    _, first = np.unique(actor * accounts + target, return_index=True)
    return first[actor[first] != target[first]]


def _on_posts(
    rng: np.random.Generator, accounts: Accounts, posts: Posts, kind: int, rate: float, end: int, viral: int
) -> Columns:
    by_people = accounts.role[posts.author] == PERSON
    size = round(rate * int(by_people.sum()))
    # Bots are ignored; the company and its rivals draw as much attention as a well-known person.
    weight = np.where(accounts.role[posts.author] == BOT, 0.02, np.where(by_people, accounts.weight[posts.author], 2.0))
    post = draw.weighted(rng, weight, size)
    actor = companions(rng, accounts, posts.author[post], posts.at[post], by="activity")
    delay = draw.delays(rng, size, 5_400, 1.4)
    if viral >= 0:
        more = max(25, round(size * _VIRAL_SHARE))
        people = np.flatnonzero(accounts.role == PERSON)
        post = np.concatenate([post, np.full(more, viral)])
        actor = np.concatenate([actor, people[rng.integers(0, len(people), more)]])
        delay = np.concatenate([delay, draw.delays(rng, more, 28_000, 0.8)])
    at = posts.at[post] + delay
    target = posts.author[post]
    _, first = np.unique(actor * len(posts) + post, return_index=True)
    first = first[(actor[first] != target[first]) & (at[first] < end)]
    return actor[first], target[first], post[first], np.full(len(first), kind), at[first]


def _mentions(accounts: Accounts, posts: Posts, texts: pa.Array) -> Columns:
    """Every @handle that begins a post of its own, and the company's anywhere in a person's post."""
    named = np.flatnonzero(posts.mentions >= 0)
    brand = int(np.flatnonzero(accounts.role == BRAND)[0])
    says_brand = pc.match_substring_regex(texts, "@alderwick(\\W|$)").to_numpy(zero_copy_only=False)
    to_brand = np.flatnonzero(says_brand & (accounts.role[posts.author] == PERSON))
    post = np.concatenate([named, to_brand])
    target = np.concatenate([posts.mentions[named], np.full(len(to_brand), brand)])
    return posts.author[post], target, post, np.full(len(post), MENTION), posts.at[post]


def viral_post(seed: int, accounts: Accounts, posts: Posts, days: int) -> int:
    """A complaint about the faulty product from the run's third fifth, -1 when there is none."""
    rng = draw.stream(seed, "viral post")
    is_complaint = np.array([kind.name == "complaint" for kind in KINDS])[posts.kind]
    middle = (posts.at > 0.5 * days * draw.DAY_SECONDS) & (posts.at < 0.7 * days * draw.DAY_SECONDS)
    found = np.flatnonzero(is_complaint & middle & (posts.product == NUMBER_OF[FAULTY_PRODUCT]))
    return int(rng.choice(found)) if len(found) else -1


def interaction_records(drawn: Interactions, accounts: Accounts, posts: Posts) -> Records:
    """microblog/interactions: a row an act, a file a UTC day."""
    return Records(
        "microblog/interactions/{day}.jsonl",
        {
            "interaction_id": draw.ids("i", np.arange(1, len(drawn) + 1), 9),
            "actor_profile_id": accounts.profile_id.take(pa.array(drawn.actor)),
            "target_profile_id": accounts.profile_id.take(pa.array(drawn.target)),
            "post_id": draw.keep(draw.ids("s", drawn.post + 1, 9), drawn.post >= 0),
            "kind": draw.take(_KINDS, drawn.kind),
            "created_at": draw.instants(drawn.at),
        },
        drawn.at // draw.DAY_SECONDS,
        omitted=frozenset({"post_id"}),
    )


def post_records(
    seed: int,
    posts: Posts,
    texts: pa.Array,
    tags: pa.Array,
    urls: pa.Array,
    accounts: Accounts,
    acts: Interactions,
    days: int,
) -> Records:
    """microblog/posts: a row a post, a file a UTC day, with the counts at the end of the run."""
    rng = draw.stream(seed, "post records")
    size, end = len(posts), days * draw.DAY_SECONDS
    edited = posts.at + rng.integers(60, 1_800, size)
    is_edited = (rng.random(size) < 0.03) & (edited < end)
    is_measured = rng.random(size) < 0.85
    comments = np.bincount(posts.parent[posts.parent >= 0], minlength=size)
    shares = acts.count(SHARE, acts.post, size)
    reactions = acts.count(REACTION, acts.post, size)
    seen = rng.lognormal(3.3, 0.8, size) * (1 + accounts.weight[posts.author])
    impressions = np.floor(seen).astype(np.int64) + 25 * shares + 6 * (reactions + comments)
    language = draw.take([kind.language for kind in KINDS], posts.kind)
    return Records(
        "microblog/posts/{day}.jsonl",
        {
            "post_id": posts.post_id,
            "profile_id": accounts.profile_id.take(pa.array(posts.author)),
            "text": texts,
            "language": draw.keep(language, rng.random(size) < 0.93),
            "created_at": draw.instants(posts.at),
            "edited_at": draw.keep(draw.instants(edited), is_edited),
            "parent_post_id": draw.keep(draw.ids("s", posts.parent + 1, 9), posts.parent >= 0),
            "root_post_id": draw.keep(draw.ids("s", posts.root + 1, 9), posts.parent >= 0),
            "hashtags": tags,
            "url": urls,
            "impressions": draw.keep(pa.array(impressions), is_measured),
            "reactions": draw.keep(pa.array(reactions), is_measured),
            "comments": draw.keep(pa.array(comments), is_measured),
            "shares": draw.keep(pa.array(shares), is_measured),
            "observed_at": draw.keep(draw.instants(np.full(size, end - 1)), is_measured),
        },
        posts.at // draw.DAY_SECONDS,
        raw=frozenset({"hashtags"}),
        omitted=frozenset({"edited_at", "parent_post_id", "root_post_id", "url", "observed_at"}),
    )
