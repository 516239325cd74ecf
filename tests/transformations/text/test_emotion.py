import pytest

from transformations.text.emotion import emotion_of


@pytest.mark.parametrize(
    ("text", "tone", "emotion"),
    [
        ("I am furious about this", "negative", "anger"),
        ("I'm worried that it leaks", None, "fear"),
        ("Ich freue mich so!", "positive", "joy"),
        ("Je suis déçu", "negative", "sadness"),
        ("Wow, that was unexpected", None, "surprise"),
        ("Zuverlässig und ehrlich", "positive", "trust"),
        ("😡😡", None, "anger"),
        ("I love waiting three weeks", "negative", None),  # joy in a negative text is irony as a rule
        ("I don't love it", None, None),
        ("happy but worried", None, None),  # neither is named more often
        ("The shop opens at nine", None, None),
        ("", None, None),
    ],
)
def test_an_emotion_is_named_or_there_is_none(text: str, tone: str | None, emotion: str | None) -> None:
    assert emotion_of(text, tone)[0] == emotion


def test_confidence_is_the_share_of_the_words_of_emotion() -> None:
    assert emotion_of("happy, so happy, and a bit worried") == ("joy", 0.6667)
