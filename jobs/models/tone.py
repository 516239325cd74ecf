"""Fits the shipped tone model, and a company's correction of it on its own judged posts."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from jobs.errors import ConfError
from jobs.lake import ops
from jobs.lake.served_models import TONE, tone_correction_of
from jobs.models import tone_corpora
from jobs.models.judged_file import JudgedFile
from jobs.models.tone_evaluation import macro_f1
from jobs.models.tracking import Models
from transformations.text import tone_correction, tone_fitting, tone_model
from transformations.text.tone_model import CLASSES, Correction

if TYPE_CHECKING:
    from jobs.lake.tables import Lake
    from jobs.settings import Settings

LEAST_OF_LANGUAGE = 50
"""Judged posts of a language from which a correction is fitted and held against the serving model."""
_PASSED = "passed"


def models(root: Path, settings: Settings) -> Models:
    """The registry of the corrections."""
    return Models(TONE, root, settings.base.models.tracking_uri)


def serving(lake: Lake) -> Correction | None:
    """The correction that runs score with, or None."""
    return tone_correction_of(lake)


def fit(data: Path, out: Path, step: Callable[[str], None] = lambda line: None) -> str:
    """Fits the shipped model again. Args: data: folder with the judged texts. Returns: the version of the parameters."""
    judged = tone_corpora.judged(tone_corpora.examples(data, held_out=False))
    step(f"{len(judged):,} judged texts are read; this takes a minute or two")
    texts = tone_fitting.read([(one.text, one.language) for one in judged])
    step("fitting")
    values = tone_fitting.fit(judged, texts)
    tone_model.save(out, values)
    return tone_model.version_of(values)


def train(lake: Lake, settings: Settings, judged: JudgedFile) -> list[dict[str, Any]]:
    """Fits a correction on a company's judged posts and promotes it where it beats what serves.

    Two thirds of the posts are fitted on, the rest (by the hash of the text) is held out: in each language the correction
    is used only where its macro-F1 there is higher.
    Returns: one row per language: n, held_out, macro_f1, serving_macro_f1, state. Raises ConfError where no language has
    LEAST_OF_LANGUAGE posts.
    """
    serving = tone_correction_of(lake)
    languages = np.array([language or "" for language in judged.languages])
    counts = {name: int((languages == name).sum()) for name in sorted(set(languages.tolist()))}
    enough = [name for name, n in counts.items() if n >= LEAST_OF_LANGUAGE and tone_model.covers(name)]
    if not enough:
        seen = ", ".join(f"{name or 'unknown'} {n}" for name, n in counts.items())
        raise ConfError(
            f"a correction needs at least {LEAST_OF_LANGUAGE} judged posts of a language that is covered; found {seen}"
        )
    chosen = [i for i, name in enumerate(languages) if name in enough]
    texts = tone_fitting.read([(judged.texts[i], str(languages[i])) for i in chosen])
    labels = [judged.labels[i] for i in chosen]
    is_held = np.array([int(sha256(judged.texts[i].encode()).hexdigest(), 16) % 3 == 0 for i in chosen])
    base = tone_fitting.logits(tone_model.shipped(), texts)
    targets = np.array([tone_fitting.of_class(label) for label in labels])
    parameters = tone_fitting.fit_correction(texts.chosen(~is_held), base[~is_held], targets[~is_held])
    candidate = Correction.of({**parameters, "languages": enough}, "candidate")
    rows: list[dict[str, Any]] = []
    better = []
    for name in enough:
        held = np.flatnonzero(is_held & (texts.languages == name))
        truth = [labels[i] for i in held]
        guessed, served = (
            [
                CLASSES[place]
                for place in tone_fitting.logits(tone_model.shipped(), texts.chosen(held), of).argmax(axis=1)
            ]
            for of in (candidate, serving)
        )
        found, before = macro_f1(truth, guessed) or 0.0, macro_f1(truth, served) or 0.0
        better += [name] if found > before else []
        state = "promoted" if found > before else "not better: the serving model stays"
        figures = {"macro_f1": found, "serving_macro_f1": before, "state": state}
        rows.append({"language": name, "n": counts[name], "held_out": len(held), **figures})
    _keep(lake, settings, parameters, better, serving, rows)
    return rows


def _keep(
    lake: Lake,
    settings: Settings,
    parameters: dict[str, Any],
    better: list[str],
    serving: Correction | None,
    rows: list[dict[str, Any]],
) -> None:
    """Logs the correction, and promotes it where it is better in any language."""
    if serving and better and set(serving.languages) - set(better):
        dropped = ", ".join(sorted(set(serving.languages) - set(better)))
        raise ConfError(
            f"the serving correction is used for {dropped} too, where this sample is no better or has too few posts: train on "
            "one file with the judged posts of all languages"
        )
    kept = {**parameters, "languages": better}
    metrics = {
        f"{name}_{row['language']}": row[name] or 0.0 for row in rows for name in ("macro_f1", "serving_macro_f1")
    }
    registry = models(lake.root, settings)
    number = registry.log(
        kept,
        Path(tone_correction.__file__),
        inputs=tone_correction.columns(len(parameters["weights"])),
        params={"penalty": tone_fitting.CORRECTION_PENALTY, "base": tone_model.shipped().version},
        metrics=metrics | {"languages": float(len(better))},
        tags={"gate": _PASSED if better else "not better in any language"},
    )
    if better:
        registry.promote(number)
        serve(lake, number, kept)


def serve(lake: Lake, number: str, parameters: dict[str, Any] | None) -> None:
    """Makes the next run score with these parameters; with the shipped model alone where there are none."""
    ops.SERVED_MODELS.upsert(
        lake,
        [
            {
                "model": TONE,
                "model_version": number if parameters else None,
                "parameters": json.dumps(parameters, sort_keys=True) if parameters else None,
                "run_id": None,
                "computed_at": datetime.now(UTC),
            }
        ],
    )
