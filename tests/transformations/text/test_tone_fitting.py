import numpy as np
import pytest

from transformations.text import tone_fitting, tone_model
from transformations.text.tone_fitting import Judged, fit, fit_correction, logits, of_class, of_rating, read

SAID = {
    "positive": ("I love it", "so good, thanks", "great coffee", "lovely shop", "what a nice cup"),
    "negative": ("I hate it", "so bad, never again", "terrible coffee", "awful shop", "what a nasty cup"),
    "neutral": ("it is a cup", "the shop opens at nine", "coffee with milk", "a shop in town", "I bought a cup"),
}
JUDGED = [Judged(text, "en", of_class(name)) for name, texts in SAID.items() for text in texts]


@pytest.fixture(scope="module")
def texts():
    return read([(one.text, one.language) for one in JUDGED])


def test_a_fit_repeats_to_the_last_bit_and_serves_as_it_was_fitted(texts, tmp_path) -> None:
    values = fit([*JUDGED[:-1], JUDGED[-1]._replace(weight=0.5, target=of_rating(0.0), origin="rated")], texts)
    again = fit([*JUDGED[:-1], JUDGED[-1]._replace(weight=0.5, target=of_rating(0.0), origin="rated")], texts)
    assert tone_model.version_of(values) == tone_model.version_of(again)
    tone_model.save(tmp_path / "tone.npz", values)
    model = tone_model.load(tmp_path / "tone.npz")
    found = logits(model, texts).argmax(axis=1)
    assert [tone_model.CLASSES[place] for place in found] == [name for name in SAID for _ in SAID[name]]
    assert [model.score(one.text, "en").likely for one in JUDGED] == [tone_model.CLASSES[place] for place in found]


def test_a_correction_moves_towards_what_a_company_judges(texts) -> None:
    base = logits(tone_model.shipped(), texts)
    targets = np.array([of_class("negative")] * len(JUDGED))
    parameters = fit_correction(texts, base, targets)
    correction = tone_model.Correction.of({**parameters, "languages": ["en"]}, "1")
    assert (logits(tone_model.shipped(), texts, correction).argmax(axis=1) == 0).mean() > (
        base.argmax(axis=1) == 0
    ).mean()


def test_targets_are_distributions() -> None:
    for target in (of_class("neutral"), of_rating(-0.4), of_rating(7)):
        assert sum(target) == pytest.approx(1)
    assert of_class("positive")[2] == pytest.approx(1 - tone_fitting.SMOOTHING * 2 / 3)
