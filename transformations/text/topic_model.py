"""Topics that are found in posts: groups of words that occur together, by non-negative factors of TF-IDF.

For each language, one model per quarter is fitted on all posts up to its end. A topic of a quarter is the one of the quarter
before whose words are most alike, so ids stay while words drift; a topic that is like none is new. The models, and with them
the ids, are a function of the posts alone: neither of the order in which they landed nor of the runs that saw them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import numpy as np

from transformations.text.topic_words import phrases, terms

LEAST_POSTS = 40
"""Posts of a language, and of a quarter's model, from which topics are looked for."""
MOST_TOPICS = 20
MOST_TERMS = 2_000
LEAST_OF_TOPIC = 5  # posts
NAMED_BY = 3  # terms
SHOWN_TERMS = 8
LIKE = 0.3  # cosine of two topics' terms from which they are one
BELONGS = 0.35  # share of a post's weight that its topic has
RECENT_DAYS = 30
BEFORE_DAYS = 90
RISES = 2.0  # times as many posts as expected
SURELY = 0.01  # or less: the probability of as many by chance


@dataclass(frozen=True)
class Post:
    """A post to find topics in.

    Attributes: created_at: instant, UTC. tone: negative, neutral, positive or None. author: account, or None.
    """

    post_id: tuple[str, str]
    text: str
    created_at: datetime
    tone: str | None
    author: tuple[str, str] | None


@dataclass(frozen=True)
class Topic:
    """A topic of one quarter's model: its weights by term, and its posts by their place."""

    topic_id: str
    first_quarter: datetime
    weights: dict[str, float]
    members: tuple[int, ...] = ()


def topics(
    posts: Sequence[Post], language: str, as_of: datetime, ignored: frozenset[str] = frozenset()
) -> list[dict[str, Any]]:
    """Topics of the posts of a language.

    Args: as_of: instant up to which recency is counted. ignored: words that name no topic.
    Returns: rows of gold.topics, the topics with most posts first.
    """
    posts = sorted(
        (post for post in posts if post.created_at < as_of), key=lambda post: (post.created_at, post.post_id)
    )
    if len(posts) < LEAST_POSTS:
        return []
    said = [Counter(terms(post.text, ignored)) for post in posts]
    quarters = np.array([_quarter(post.created_at) for post in posts])
    found: list[Topic] = []
    starts = sorted(set(quarters.tolist()))
    begun = None
    for start in starts:
        upto = int((quarters <= start).sum())
        if upto >= LEAST_POSTS:
            begun = begun or start
            found = _matched(_fitted(said[:upto]), found, language, start)
    return [
        _row(topic, posts, said, language, as_of, topic.first_quarter > (begun or starts[0]), ignored)
        for topic in found
    ]


def _quarter(at: datetime) -> datetime:
    return datetime(at.year, 3 * ((at.month - 1) // 3) + 1, 1, tzinfo=UTC)


def _fitted(said: Sequence[Counter[str]]) -> list[Topic]:
    """Topics of the posts, without ids."""
    from scipy import sparse
    from sklearn.decomposition import NMF
    from threadpoolctl import threadpool_limits

    with_term = Counter(term for counts in said for term in counts)
    most, least = max(2, len(said) // 4), max(3, len(said) // 1000)
    usual = sorted((-count, term) for term, count in with_term.items() if least <= count <= most)[:MOST_TERMS]
    vocabulary = {term: place for place, term in enumerate(sorted(term for _, term in usual))}
    if len(vocabulary) < 2 * NAMED_BY:
        return []
    rows, columns, values = [], [], []
    for row, counts in enumerate(said):
        for term, count in sorted(counts.items()):
            if term in vocabulary:
                rows.append(row)
                columns.append(vocabulary[term])
                values.append((1 + np.log(count)) * np.log(len(said) / with_term[term]))
    matrix = sparse.csr_matrix((values, (rows, columns)), shape=(len(said), len(vocabulary)))
    length = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    matrix = sparse.diags(1 / np.maximum(length, 1e-12)) @ matrix
    count = min(MOST_TOPICS, max(2, round(np.sqrt(len(said)) / 3)), len(vocabulary) // 2)
    with threadpool_limits(1):
        model = NMF(n_components=count, init="nndsvda", random_state=0, max_iter=200, tol=1e-3)
        of_posts = model.fit_transform(matrix)
    names = sorted(vocabulary)
    total = of_posts.sum(axis=1)
    best = of_posts.argmax(axis=1)
    belongs = (total > 0) & (of_posts.max(axis=1) >= BELONGS * total)
    found = []
    for place, weights in enumerate(model.components_):
        members = tuple(np.flatnonzero(belongs & (best == place)).tolist())
        if len(members) >= LEAST_OF_TOPIC:
            order = sorted((-round(float(weight), 6), names[at]) for at, weight in enumerate(weights) if weight > 1e-6)
            found.append(Topic("", datetime.min, {term: -weight for weight, term in order[:50]}, members))
    return sorted(found, key=lambda topic: (-len(topic.members), next(iter(topic.weights))))


def _matched(found: list[Topic], before: list[Topic], language: str, start: datetime) -> list[Topic]:
    """The topics with the ids of those of the quarter before that they are most like, each once; others get one of their own."""
    alike = sorted(
        (-_cosine(one.weights, other.weights), place, at)
        for place, one in enumerate(found)
        for at, other in enumerate(before)
    )
    given: dict[int, Topic] = {}
    taken: set[int] = set()
    for likeness, place, at in alike:
        if -likeness >= LIKE and place not in given and at not in taken:
            given[place] = before[at]
            taken.add(at)
    ids = {topic.topic_id for topic in before}
    matched = []
    for place, topic in enumerate(found):
        earlier = given.get(place)
        if earlier:
            matched.append(replace(topic, topic_id=earlier.topic_id, first_quarter=earlier.first_quarter))
            continue
        for term in topic.weights:  # the first that no other topic has its id from
            topic_id = sha256(f"{language}\0{start:%Y-%m}\0{term}".encode()).hexdigest()[:12]
            if topic_id not in ids:
                break
        ids.add(topic_id)
        matched.append(replace(topic, topic_id=topic_id, first_quarter=start))
    return matched


def _cosine(one: dict[str, float], other: dict[str, float]) -> float:
    shared = sum(weight * other[term] for term, weight in one.items() if term in other)
    lengths = sum(weight**2 for weight in one.values()) * sum(weight**2 for weight in other.values())
    return round(shared / lengths**0.5, 6) if lengths else 0.0


def _row(
    topic: Topic,
    posts: Sequence[Post],
    said: Sequence[Counter[str]],
    language: str,
    as_of: datetime,
    is_new: bool,
    ignored: frozenset[str],
) -> dict[str, Any]:
    members = [posts[place] for place in topic.members]
    top = _distinct(list(topic.weights))
    recent_from = as_of - timedelta(days=RECENT_DAYS)
    before_from = recent_from - timedelta(days=BEFORE_DAYS)
    recent = sum(post.created_at >= recent_from for post in members)
    before = sum(before_from <= post.created_at < recent_from for post in members)
    expected = before * RECENT_DAYS / BEFORE_DAYS
    is_held = posts[0].created_at <= before_from
    counted = Counter(phrase for post in members for phrase in phrases(post.text, ignored))
    usual = sorted((-count, -len(phrase.split()), phrase) for phrase, count in counted.items() if count >= 3)
    return {
        "topic_id": topic.topic_id,
        "language": language,
        "name": ", ".join(top[:NAMED_BY]),
        "terms": top[:SHOWN_TERMS],
        "keyphrases": _distinct([phrase for _, _, phrase in usual[:30]])[:NAMED_BY],
        "posts_count": len(members),
        "authors_count": len({post.author for post in members if post.author}),
        "posts_ratio": round(len(members) / len(posts), 4),
        "negative_count": sum(post.tone == "negative" for post in members),
        "positive_count": sum(post.tone == "positive" for post in members),
        "first_post_at": members[0].created_at,
        "last_post_at": members[-1].created_at,
        "recent_posts_count": recent,
        "expected_posts": round(expected, 2) if is_held else None,
        "is_new": is_new,
        "is_rising": is_held and _rises(recent, expected),
        "coherence": _coherence(top[:5], said),
    }


def _rises(recent: int, expected: float) -> bool:
    from scipy.stats import poisson

    least = max(expected, 1.0)
    return bool(recent >= LEAST_OF_TOPIC and recent >= RISES * expected and poisson.sf(recent - 1, least) <= SURELY)


def _distinct(found: list[str]) -> list[str]:
    """The terms without those that are a part of an earlier one or contain it."""
    kept: list[str] = []
    for term in found:
        words = set(term.split())
        if not any(words <= set(one.split()) or set(one.split()) <= words for one in kept):
            kept.append(term)
    return kept


def _coherence(top: Sequence[str], said: Sequence[Counter[str]]) -> float | None:
    """Mean normalised pointwise mutual information of pairs of terms over posts, -1 to 1 (Bouma 2009)."""
    having = {term: {place for place, counts in enumerate(said) if term in counts} for term in top}
    values = []
    for place, one in enumerate(top):
        for other in top[place + 1 :]:
            both = len(having[one] & having[other])
            if not both:
                values.append(-1.0)
                continue
            joint = both / len(said)
            expected = len(having[one]) * len(having[other]) / len(said) ** 2
            values.append(float(np.log(joint / expected) / -np.log(joint)) if joint < 1 else 1.0)
    return round(sum(values) / len(values), 4) if values else None
