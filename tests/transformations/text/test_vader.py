import string
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from vaderSentiment.vaderSentiment import BOOSTER_DICT, NEGATE, SPECIAL_CASES, SentimentIntensityAnalyzer

from transformations.text import tone, vader

ORACLE = SentimentIntensityAnalyzer()


@pytest.mark.parametrize(
    ("text", "score"),
    [
        ("VADER is smart, handsome, and funny.", 0.8316),
        ("VADER is VERY SMART, handsome, and FUNNY!!!", 0.9342),
        ("VADER is not smart, handsome, nor funny.", -0.7424),
        ("At least it isn't a horrible book.", 0.431),
        ("The plot was good, but the characters are uncompelling and the dialog is not great.", -0.7042),
        ("Catch utf-8 emoji such as 💘 and 💋 and 😁", 0.875),
        ("The bus leaves at nine.", 0.0),
        ("", 0.0),
    ],
)
def test_published_examples(text: str, score: float) -> None:
    assert vader.compound(text) == score


WORDS = [
    *("good", "BAD", "great", "horrible", "no", "kind", "of", "least", "at", "very", "but", "so", "this"),
    *("never", "without", "doubt", "SUX", "lol", ":)", ":-(", "table", "Order", "it's", "don't", "or"),
    *("nor", "😁", "x😡y", "?", "!!"),
    *(word for case in SPECIAL_CASES for word in case.split()),
    *list(BOOSTER_DICT)[:6],
    *NEGATE[:6],
]


@given(st.lists(st.sampled_from(WORDS), max_size=14), st.sampled_from([" ", "  ", "\n", ", ", "! ", "?? "]))
def test_any_words_score_as_in_the_package(words: list[str], between: str) -> None:
    text = between.join(words)
    assert vader.compound(text) == ORACLE.polarity_scores(text)["compound"]


@given(st.text(alphabet=string.ascii_letters + string.punctuation + " \t💘é中", max_size=40))
def test_any_text_scores_as_in_the_package(text: str) -> None:
    assert vader.compound(text) == ORACLE.polarity_scores(text)["compound"]


@pytest.mark.parametrize(
    ("file", "correlation"),
    [
        ("tweets", 0.872),
        ("amazonReviewSnippets", 0.590),
        ("movieReviewSnippets", 0.427),
        ("nytEditorialSnippets", 0.503),
    ],
)
def test_agrees_with_human_ratings_as_published(shared_data: Path, file: str, correlation: float) -> None:
    lines = (shared_data / "tone" / "vader_icwsm2014" / f"{file}_GroundTruth.txt").read_text("utf-8", "replace")
    rows = [line.split("\t", 2) for line in lines.splitlines() if line]
    ratings = [float(rating) for _, rating, _ in rows]
    scores = [tone.score(text) for _, _, text in rows]
    assert np.corrcoef(ratings, scores)[0, 1] == pytest.approx(correlation, abs=0.0005)
    some = rows[::25]
    assert [vader.compound(text) for _, _, text in some] == [
        ORACLE.polarity_scores(text)["compound"] for _, _, text in some
    ]
