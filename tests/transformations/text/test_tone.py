import pytest

from transformations.text.tone import tone, tone_of


@pytest.mark.parametrize(
    ("score", "name"),
    [(0.05, "positive"), (0.0499, "neutral"), (0.0, "neutral"), (-0.0499, "neutral"), (-0.05, "negative")],
)
def test_bounds(score: float, name: str) -> None:
    assert tone(score) == name


def test_english_of_known_language() -> None:
    assert tone_of("I love it!", "en", 0.9, threshold=0.5) == (0.6696, "positive")


@pytest.mark.parametrize(
    ("text", "language", "confidence"),
    [("I love it!", "en", 0.49), ("Das ist super!", "de", 0.99), ("!!!", None, None), ("  ", "en", 1.0)],
)
def test_no_tone_where_no_lexicon_holds(text: str, language: str | None, confidence: float | None) -> None:
    assert tone_of(text, language, confidence, threshold=0.5) == (None, None)
