import numpy as np
import pytest

from transformations.text import tone_model
from transformations.text.tone_model import NOT_COVERED, NOT_SURE, Correction, inputs, load, save, shipped


@pytest.mark.parametrize(
    ("text", "language", "tone"),
    [
        ("I love this grinder, thank you so much!", "en", "positive"),
        ("Worst coffee I ever had, I want my money back.", "en", "negative"),
        ("Das ist der schlechteste Kundendienst, ich bin wütend.", "de", "negative"),
        ("Muchas gracias, ¡me encanta!", "es", "positive"),
        ("Merci beaucoup, c'est magnifique", "fr", "positive"),
        ("Ik ben heel blij met deze prachtige machine, bedankt!", "nl", "positive"),  # a language without judged texts
        ("The shop opens at nine on Monday.", "en", "neutral"),
    ],
)
def test_plain_statements(text: str, language: str, tone: str) -> None:
    found = shipped().score(text, language)
    assert (found.likely, found.tone, found.reason) == (tone, tone, None)
    assert found.score is not None
    assert {"positive": found.score > 0.2, "negative": found.score < -0.2}.get(tone, abs(found.score) < 0.6)


def test_what_is_not_sure_has_a_score_and_no_tone() -> None:
    found = shipped().score("Kal milte hain", "hi")
    assert (found.tone, found.reason, found.score is None) == (None, NOT_SURE, False)
    assert shipped().score("Habari gani", "sw") == (None, None, None, NOT_COVERED, None)


def test_a_score_depends_on_its_text_alone() -> None:
    texts = ["I love it!", "It is broken.", "Thanks, works now", "No."]
    alone = [shipped().score(text, "en") for text in texts]
    assert [shipped().score(text, "en") for text in reversed(texts)] == alone[::-1]
    assert all(round(one.score or 0, 4) == one.score for one in alone)


@pytest.mark.parametrize(
    "text",
    [
        "a",
        "\0",
        "no\0thing",
        "x" * 25_000_000,
        "😡" * 3000,
        "لا أحب هذا المنتج أبدا، سيء جدا",
        "I love it, aber der Versand war schrecklich",
        "\u202e",
        "…",
        "0",
    ],
    ids=["letter", "NUL", "NUL within", "25 MB", "emoji", "right to left", "mixed", "mark", "dots", "digit"],
)
def test_any_text_has_a_defined_result(text: str) -> None:
    found = shipped().score(text, "ar" if text.startswith("لا") else "en")
    assert (found.score is None) == (found.reason == "no_text")
    assert found.tone in (None, *tone_model.CLASSES)


def test_angry_symbols_are_negative() -> None:
    assert (shipped().score("😡😡😡", "en").score or 0) < (shipped().score("😍😍😍", "en").score or 0)


def test_a_correction_changes_its_languages_alone() -> None:
    weights = np.zeros_like(shipped().shared)
    correction = Correction.of({"languages": ["en"], "weights": weights.tolist(), "intercepts": {"en": [9, 0, 0]}}, "1")
    assert shipped().score("I love it!", "en", correction).tone == "negative"
    assert shipped().score("Ich liebe es!", "de", correction) == shipped().score("Ich liebe es!", "de")


def test_parameters_are_small_and_their_version_is_that_of_their_content(tmp_path) -> None:
    assert tone_model.PARAMETERS.stat().st_size < 1_000_000
    with np.load(tone_model.PARAMETERS, allow_pickle=False) as held:
        values = {name: held[name] for name in held.files}
    assert all(array.dtype.kind in "fU" for array in values.values())
    save(tmp_path / "same.npz", values)
    assert (tmp_path / "same.npz").read_bytes() == tone_model.PARAMETERS.read_bytes()
    changed = load_changed(tmp_path, values)
    assert load(tmp_path / "same.npz").version == shipped().version != changed


def load_changed(folder, values: dict[str, np.ndarray]) -> str:
    save(folder / "other.npz", {**values, "least": values["least"] + 0.01})
    return load(folder / "other.npz").version


def test_what_the_model_reads_is_of_unit_length() -> None:
    dense, bins, counts = inputs("Thanks @ann for the coffee https://example.com/x", "en")
    assert np.allclose((dense[:512] ** 2).sum(), 1, atol=1e-5)
    assert np.isclose((counts**2).sum(), 1)
    assert (np.diff(bins) > 0).all()
    assert (np.abs(dense[512:]) <= 1).all()
