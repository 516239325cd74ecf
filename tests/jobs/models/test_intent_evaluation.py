import pytest

from jobs.models.intent_evaluation import evaluated
from jobs.models.judged_file import JudgedFile


def test_figures_by_intent_and_over_all():
    texts = [
        "Where can I buy the blue one?",
        "It stopped working after a week",
        "How do I clean it?",
        "The tram is late",
    ]
    judged = JudgedFile(texts, ["en"] * 4, ["purchase_intent", "complaint", "question", "other"], [], 0, "")
    rows = {row["intent"]: row for row in evaluated(judged)}
    assert rows["purchase_intent"]["f1"] == rows["question"]["f1"] == 1
    assert (rows["complaint"]["precision"], rows["complaint"]["recall"]) == (0.5, 1)  # the tram is taken for one
    assert (rows["other"]["precision"], rows["other"]["recall"], rows["other"]["f1"]) == (None, 0, 0)
    assert (rows["all"]["n"], rows["all"]["accuracy"], rows["all"]["baseline"]) == (4, 0.75, 0.25)
    assert rows["all"]["f1"] == pytest.approx((1 + 1 + 2 / 3 + 0) / 4)
