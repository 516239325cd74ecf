import pytest

from transformations.text.intent import intent_of


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("Where can I buy the blue kettle?", "purchase_intent"),
        ("Thinking of getting a new grinder for the office", "purchase_intent"),
        ("Can't wait to try the new blend", "purchase_intent"),
        ("It would be great if you had an oat option", "idea"),
        ("Suggestion: sell the lid separately", "idea"),
        ("Please add a dark mode", "idea"),
        ("Feature request: offline maps", "idea"),
        ("My parcel still hasn't arrived", "complaint"),
        ("The lid broke after two days. Never again!", "complaint"),
        ("Why does my app keep saying it is not working?", "complaint"),
        ("I want my money back", "complaint"),
        ("Does anyone know the opening hours", "question"),
        ("What is the opening time?", "question"),
        ("¿A qué hora abre?", "question"),
        ("几点开门？", "question"),
        ("how do I reset the timer", "question"),
        ("Thanks so much for the quick help", "praise"),
        ("Just loved the soup. Best lunch in town", "praise"),
        ("Acme announces a new plant in Leeds", "news"),
        ("Version 3 now available", "news"),
        ("Ordered a nutellaphone who dis?. And a coffee.", "other"),
        ("see https://example.com/?q=1", "other"),
        ("On the train", "other"),
        ("   ", "other"),
    ],
)
def test_words_alone(text: str, intent: str) -> None:
    assert intent_of(text) == intent


@pytest.mark.parametrize(
    ("score", "intent"), [(-0.5, "complaint"), (-0.4999, "other"), (0.4999, "other"), (0.5, "praise")]
)
def test_strong_tone_alone(score: float, intent: str) -> None:
    assert intent_of("The soup of the day", tone_score=score) == intent


def test_tone_alone_says_nothing_where_no_brand_or_product_is_named() -> None:
    assert intent_of("The soup of the day", tone_score=0.9, names_offer=False) == "other"
    assert intent_of("The soup of the day", tone_score=-0.9, names_offer=False) == "other"
    assert intent_of("My parcel is broken", tone_score=-0.9, names_offer=False) == "complaint"


def test_tone_against_words() -> None:
    assert intent_of("The awful weather made the soup even better", tone_score=0.6) == "praise"
    assert intent_of("Great job, it leaks again", tone_score=-0.2) == "other"


def test_what_the_platform_says() -> None:
    assert intent_of("The wallet does not work", kind="question", tone_score=-0.7) == "question"
    assert intent_of("Please add staking to the wallet", kind="question") == "idea"
    assert intent_of("Our spring on the river", kind="article", tone_score=0.9) == "news"
