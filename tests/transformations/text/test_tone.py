import pytest

from transformations.text.tone import score, tone


@pytest.mark.parametrize(
    ("value", "name"),
    [(0.05, "positive"), (0.0499, "neutral"), (0.0, "neutral"), (-0.0499, "neutral"), (-0.05, "negative")],
)
def test_bounds(value: float, name: str) -> None:
    assert tone(value) == name


def test_english_words_have_their_score() -> None:
    assert (score("I love it!"), score("I hate it"), score("table")) == (0.6696, -0.5719, 0.0)
