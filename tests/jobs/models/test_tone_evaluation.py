import pytest
from sklearn.metrics import accuracy_score, f1_score

from jobs.models.judged_file import JudgedFile
from jobs.models.tone_evaluation import accuracy, correlation, evaluated, macro_f1

LABELS = ["negative", "neutral", "positive", "positive", "neutral"]
GUESSES = ["negative", "positive", "positive", "neutral", "neutral"]


def test_figures_are_those_of_the_books():
    assert macro_f1(LABELS, GUESSES) == pytest.approx(f1_score(LABELS, GUESSES, average="macro"))
    assert accuracy(LABELS, GUESSES) == accuracy_score(LABELS, GUESSES)
    assert (macro_f1([], []), accuracy([], []), correlation([1, 1], [1, 2])) == (None, None, None)
    assert correlation([1, 2, 3], [2, 4, 6]) == pytest.approx(1)


def test_a_row_a_language_and_one_over_all():
    texts = ["I love it, thank you!", "I hate it, it is awful", "Ich hasse es, furchtbar", "Habari gani"]
    judged = JudgedFile(
        texts, ["en", "en", "de", "sw"], ["positive", "negative", "negative", "neutral"], [1, -1, -1, 0], 0, ""
    )
    rows = {row["language"]: row for row in evaluated(judged)}
    assert {name: row["n"] for name, row in rows.items()} == {"de": 1, "en": 2, "sw": 1, "all": 4}
    assert (rows["en"]["accuracy"], rows["en"]["vader_accuracy"], rows["all"]["accuracy"]) == (1, 1, 1)
    assert rows["all"]["labelled"] == 0.75  # the language that is not covered counts as neutral
    assert rows["all"]["correlation"] > rows["all"]["vader_correlation"] > 0.8


def test_without_numbers_there_is_no_correlation():
    (row,) = evaluated(JudgedFile(["hm"], [None], ["neutral"], [], 0, ""))
    assert "correlation" not in row
