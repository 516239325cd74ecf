import random
from datetime import UTC, datetime, timedelta

import pytest

from transformations.text.topic_model import LEAST_POSTS, Post, _coherence, _distinct, topics

BEGIN = datetime(2025, 1, 5, tzinfo=UTC)
ABOUT = {
    "delivery": (
        "parcel courier late",
        "courier lost parcel",
        "parcel arrived late courier",
        "late parcel courier depot",
    ),
    "taste": (
        "espresso bitter beans",
        "bitter beans espresso roast",
        "beans roast bitter",
        "espresso beans roast dark",
    ),
    "price": (
        "price rise subscription",
        "subscription price higher",
        "price higher rise",
        "rise subscription fee price",
    ),
    "manual": ("manual page missing", "page missing leaflet", "manual leaflet page", "missing manual page print"),
    "repair": ("seal leaks machine", "machine seal broken pump", "pump leaks seal machine", "broken pump machine seal"),
}


def _posts(days: dict[str, list[int]], first: int = 0) -> list[Post]:
    """Posts about a subject on each of these days, numbered from `first` on."""
    posts = []
    for subject, found in sorted(days.items()):
        for n, day in enumerate(found):
            key, text = ("x", f"{subject}{first + n}"), ABOUT[subject][n % 4]
            tone = "negative" if n % 2 else None
            posts.append(Post(key, text, BEGIN + timedelta(days=day), tone, ("x", f"a{n % 7}")))
    return posts


SUBJECTS = ("delivery", "taste", "price", "manual")
USUAL = _posts({name: list(range(place, 80, 3))[:26] + [79] * 4 for place, name in enumerate(SUBJECTS)})


def _by_name(rows: list[dict]) -> dict[str, dict]:
    subjects = {"courier": "delivery", "beans": "taste", "seal": "repair", "price": "price", "page": "manual"}
    return {next(subjects[term] for term in subjects if any(term in one for one in row["terms"])): row for row in rows}


def test_topics_are_found_named_and_counted() -> None:
    rows = topics(USUAL, "en", BEGIN + timedelta(days=80))
    found = _by_name(rows)
    assert set(found) == set(SUBJECTS)
    assert [found[name]["posts_count"] for name in SUBJECTS] == [30] * 4
    delivery = found["delivery"]
    assert (delivery["authors_count"], delivery["negative_count"], delivery["positive_count"]) == (7, 15, 0)
    assert (delivery["first_post_at"], delivery["last_post_at"]) == (BEGIN, BEGIN + timedelta(days=79))
    assert (delivery["is_new"], delivery["is_rising"], delivery["expected_posts"]) == (False, False, None)
    assert set(delivery["name"].split(", ")) <= {
        "courier",
        "parcel",
        "late",
        "parcel courier",
        "lost",
        "arrived",
        "depot",
    }
    assert delivery["coherence"] > 0


def test_neither_order_nor_runs_change_a_topic() -> None:
    as_of = BEGIN + timedelta(days=80)
    shuffled = USUAL[:]
    random.Random(1).shuffle(shuffled)
    assert topics(shuffled, "en", as_of) == topics(USUAL, "en", as_of)


def test_ids_stay_in_the_next_quarter_and_what_is_like_none_is_new_and_rises() -> None:
    before = _by_name(topics(USUAL, "en", BEGIN + timedelta(days=80)))
    later = _posts({**{name: list(range(90, 150, 4)) for name in SUBJECTS}, "repair": [130, 140] * 12}, 100)
    after = _by_name(topics([*USUAL, *later], "en", BEGIN + timedelta(days=150)))
    assert {name: after[name]["topic_id"] for name in before} == {name: before[name]["topic_id"] for name in before}
    assert {name: (row["is_new"], row["is_rising"]) for name, row in after.items()} == {
        **dict.fromkeys(SUBJECTS, (False, False)),
        "repair": (True, True),
    }
    assert (after["repair"]["recent_posts_count"], after["repair"]["expected_posts"]) == (24, 0.0)
    assert len({row["topic_id"] for row in after.values()}) == 5


@pytest.mark.parametrize("texts", [[""] * 60, ["🙂"] * 60, ["same words here"] * 60, ["a"] * (LEAST_POSTS - 1)])
def test_texts_without_topics_have_none(texts: list[str]) -> None:
    posts = [Post(("x", str(n)), text, BEGIN, None, None) for n, text in enumerate(texts)]
    assert topics(posts, "en", BEGIN + timedelta(days=1)) == []


def test_posts_after_as_of_do_not_count() -> None:
    assert topics(USUAL, "en", BEGIN) == []


def test_a_term_within_another_is_shown_once() -> None:
    assert _distinct(["seal", "seal leaks", "pump", "leaks"]) == ["seal", "pump", "leaks"]


def test_coherence_is_that_of_the_book() -> None:
    said = [dict.fromkeys(words.split(), 1) for words in ("a b", "a b", "c", "d")]
    assert _coherence(["a", "b"], said) == 1.0  # never one without the other
    assert _coherence(["a", "c"], said) == -1.0  # never together
