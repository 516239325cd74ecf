from pathlib import Path

import pytest

from transformations.text.language import language_of, normalised_code

ENGLISH = "The delivery came three days late and nobody at the shop could tell me why that happened to my order."
GERMAN = "Die Lieferung kam drei Tage zu spät, und niemand im Laden konnte mir sagen, woran das gelegen hat."


@pytest.mark.parametrize(
    ("declared", "code"),
    [
        ("en", "en"),
        ("EN-us", "en"),
        ("pt_BR", "pt"),
        ("arz", "ar"),
        ("und", None),
        ("zxx", None),
        ("", None),
        (None, None),
    ],
)
def test_declared_codes(declared: str | None, code: str | None) -> None:
    assert normalised_code(declared) == code


@pytest.mark.parametrize(("text", "language"), [(ENGLISH, "en"), (GERMAN, "de")])
def test_long_posts_are_detected(text: str, language: str) -> None:
    found, confidence = language_of(text)
    assert found == language
    assert confidence is not None
    assert 0.8 < confidence <= 1


def test_a_short_post_is_of_the_declared_language() -> None:
    assert language_of("Super!", "de") == ("de", 1.0)


def test_a_long_post_that_is_surely_something_else_is_not_of_the_declared_language() -> None:
    assert language_of(GERMAN, "en")[0] == "de"
    assert language_of(GERMAN, "de-AT") == ("de", 1.0)


def test_nothing_to_read() -> None:
    assert language_of("") == (None, None)
    assert language_of("@shop #2024 https://example.com/une-page-francaise 123") == (None, None)
    assert language_of("☕ 10/10", "en") == ("en", 1.0)


def test_line_ends_do_not_matter() -> None:
    assert language_of(ENGLISH.replace(" ", "\n")) == language_of(ENGLISH)


def test_full_width_letters_say_nothing_of_the_language() -> None:
    assert language_of("ｇｒｉｎｄｅｒ x-200？") == language_of("grinder x-200?")
    assert language_of("Ｔｈｅ ｇｒｉｎｄｅｒ ｉｓ ｇｒｅａｔ")[0] == "en"
    assert language_of("这个ＡＢＣ磨豆机很好，谢谢！")[0] == "zh"


@pytest.mark.parametrize(
    ("folder", "language", "share"),
    [
        ("english", "en", 0.99),
        ("french", "fr", 0.98),
        ("german", "de", 0.90),
        ("italian", "it", 0.96),
        ("spanish", "es", 0.97),
        ("portuguese", "pt", 0.89),
        ("arabic", "ar", 0.98),
    ],
)
def test_short_tweets_of_known_language(shared_data: Path, folder: str, language: str, share: float) -> None:
    texts = (shared_data / "tone" / "umsab" / folder / "val_text.txt").read_text("utf-8").splitlines()
    right = sum(language_of(text)[0] == language for text in texts)
    assert right / len(texts) >= share
