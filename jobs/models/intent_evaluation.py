"""The rules of intent held against judged texts."""

from __future__ import annotations

from collections import Counter
from typing import Any

from jobs.models.judged_file import JudgedFile
from transformations.text import tone_model
from transformations.text.intent import INTENTS, intent_of
from transformations.text.words import own_words

ALL = "all"


def evaluated(judged: JudgedFile) -> list[dict[str, Any]]:
    """Precision, recall and F1 of each intent, and over all: share of right answers and mean F1.

    baseline: the share that the most frequent intent has, which is right where it is always answered.
    """
    guesses = []
    for text, language in zip(judged.texts, judged.languages, strict=True):
        own = own_words(None, text)
        guesses.append(intent_of(own, None, tone_model.shipped().score(own, language).score))
    pairs = Counter(zip(judged.labels, guesses, strict=True))
    rows: list[dict[str, Any]] = []
    for name in INTENTS:
        right = pairs[name, name]
        labelled = sum(count for (label, _), count in pairs.items() if label == name)
        guessed = sum(count for (_, guess), count in pairs.items() if guess == name)
        if labelled or guessed:
            rows.append(
                {
                    "intent": name,
                    "n": labelled,
                    "precision": right / guessed if guessed else None,
                    "recall": right / labelled if labelled else None,
                    "f1": 2 * right / (labelled + guessed),
                }
            )
    total = len(judged.labels)
    whole = {
        "intent": ALL,
        "n": total,
        "precision": None,
        "recall": None,
        "f1": sum(row["f1"] for row in rows) / len(rows),
    }
    return [
        *({**row, "accuracy": None, "baseline": None} for row in rows),
        {
            **whole,
            "accuracy": sum(count for (label, guess), count in pairs.items() if label == guess) / total,
            "baseline": Counter(judged.labels).most_common(1)[0][1] / total,
        },
    ]
