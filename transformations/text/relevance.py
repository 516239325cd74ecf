"""How relevant a post is to what the company monitors.

    relevance_ratio = 1 - product of (1 - weight) over all signs of relevance, each once

so that one strong sign is enough and weak signs add up; 0 where the post has a term of `exclusions`. A post in a
thread is at least THREAD times as relevant as the post that opened it: `thanks, works now` names nothing itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import prod

from transformations.text.matching import Label

WEIGHTS: dict[str, float] = {"brand": 0.9, "competitor": 0.7, "product": 0.6, "topic": 0.5}
OWN_POST = 0.9
"""Weight of a post by an account of the company: answers to it are about the company."""
CONTEXT = 0.5
"""Weight of being posted where people come to talk about the company: the same as a topic."""
CONTEXT_SERVICES = ("forum", "community", "review", "email")
THREAD = 0.8


def relevance(
    found: Iterable[Label],
    *,
    service_type: str | None = None,
    is_own: bool = False,
    nothing_monitored: bool = False,
    root_ratio: float | None = None,
) -> float:
    """Relevance of a post, 0 to 1, four decimals.

    Args:
        found: labels that the post mentions (`Vocabulary.find`).
        service_type: forums, communities, reviews and e-mail are landed because they are about the company,
            so each post there has the sign CONTEXT.
        is_own: the author is an account of the company.
        nothing_monitored: company.yaml names no brand, handle, product, topic or competitor. Then the choice
            of sources defines what is relevant: every post has the sign CONTEXT.
        root_ratio: relevance of the post that opened the thread, by its own content; None for an opening post.

    >>> relevance([Label("topic", "espresso")]), relevance([Label("topic", "espresso"), Label("product", "grinders")])
    (0.5, 0.8)
    >>> relevance([], root_ratio=0.5)
    0.4
    """
    labels = set(found)
    if any(label.kind == "exclusion" for label in labels):
        return 0.0
    signs = [WEIGHTS[label.kind] for label in labels]
    if is_own:
        signs.append(OWN_POST)
    if nothing_monitored or service_type in CONTEXT_SERVICES:
        signs.append(CONTEXT)
    ratio = 1 - prod(1 - sign for sign in signs)
    return round(max(ratio, THREAD * (root_ratio or 0.0)), 4)
