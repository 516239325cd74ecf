"""scrm models"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from jobs.cli import options
from jobs.cli.console import plain, say, show_rows

if TYPE_CHECKING:
    from jobs.models.judged_file import JudgedFile


_NAME = click.option("--model", "name", type=click.Choice(["segments", "tone"]), default="segments", show_default=True)

ON_TEXTS, ON_THE_LAKE, ON_CUSTOMERS = ("tone", "intent"), ("value", "churn", "offers", "leads"), ("segments", "churn")
"""Models that are evaluated on a file of judged texts, on what the lake held back, and on a file of known customers."""


@click.group(invoke_without_command=True)
@options.conf
@click.pass_context
def models(context: click.Context, conf: str | None) -> None:
    """List, compare, evaluate, train, promote or roll back models."""
    if context.invoked_subcommand is None:
        _list(conf, "segments")


@models.command("list")
@_NAME
@options.conf
def list_models(name: str, conf: str | None) -> None:
    """List the versions, the newest first."""
    _list(conf, name)


@models.command()
@click.argument("version", type=int, required=False)
@_NAME
@options.conf
def compare(version: int | None, name: str, conf: str | None) -> None:
    """Put versions side by side: all of them, or VERSION and the champion."""
    from jobs.models import versions

    numbers = [] if version is None else [str(version)]
    _show("Versions compared", versions.compare(*options.lake_of(conf), numbers, name))


@models.command()
@click.argument("version", type=int)
@_NAME
@options.conf
def promote(version: int, name: str, conf: str | None) -> None:
    """Make VERSION the champion; the next run scores with it."""
    from jobs.models import versions

    _show("Versions", versions.promote(*options.lake_of(conf), str(version), name))


@models.command()
@_NAME
@options.conf
def rollback(name: str, conf: str | None) -> None:
    """Make the previous champion the champion again."""
    from jobs.models import versions

    _show("Versions", versions.rollback(*options.lake_of(conf), name))


_TONE = click.argument("model", type=click.Choice(["tone"]))


def _judged(function: Callable[..., None], *, required: bool = True) -> Callable[..., None]:
    """The options that say where judged texts are."""
    for option in (
        click.option("--language", metavar="COLUMN", help="Column of languages (en, German); by default detected."),
        click.option(
            "--label",
            metavar="COLUMN",
            required=required,
            help="Column of labels; of tone: negative, neutral, positive, or numbers.",
        ),
        click.option("--text", metavar="COLUMN", required=required, help="Column of texts."),
        click.option("--on", "file", metavar="FILE.csv", type=click.Path(), required=required, help="Judged texts."),
    ):
        function = option(function)
    return function


@models.command()
@click.argument("model", type=click.Choice(list(dict.fromkeys([*ON_TEXTS, *ON_THE_LAKE, *ON_CUSTOMERS]))))
@partial(_judged, required=False)
@click.option(
    "--id", "customer", metavar="COLUMN", default="customer_id", show_default=True, help="Column of customers."
)
@options.conf
def evaluate(
    model: str,
    file: str | None,
    text: str | None,
    label: str | None,
    language: str | None,
    customer: str,
    conf: str | None,
) -> None:
    """Hold MODEL against what it has not seen, beside a naive one.

    tone and intent: judged texts of yours (--on, --text, --label). value, churn, offers and leads: what the lake held back, as
    the last run measured it. segments, and churn too: customers whose segment, or whether they left, is known (--on, --label,
    --id).
    """
    if model in ON_CUSTOMERS and file is not None:
        if label is None:
            raise click.UsageError("say --label COLUMN: what is known of each customer")
        _on_customers(model, Path(file), customer, label, conf)
    elif model in ON_THE_LAKE:
        if file is not None:
            raise click.UsageError(f"{model} is evaluated on the lake: leave --on out")
        _on_the_lake(model, conf)
    elif model in ON_CUSTOMERS:
        raise click.UsageError(f"{model} are evaluated on customers that you know: say --on FILE.csv --label COLUMN")
    elif file is None or text is None or label is None:
        raise click.UsageError(f"{model} is evaluated on judged texts: say --on FILE.csv --text COLUMN --label COLUMN")
    else:
        _on_texts(model, Path(file), text, label, language, conf)


def _on_the_lake(model: str, conf: str | None) -> None:
    from jobs.models import evaluations

    lake, _ = options.lake_of(conf)
    found = evaluations.evaluate(lake, model)
    if not found:
        say(f"Nothing has been measured of {model} yet; `scrm run --stage models` does.")
        return
    show_rows(f"{model} on held-out data", found)


def _on_customers(model: str, file: Path, customer: str, label: str, conf: str | None) -> None:
    from jobs.models import labelled_customers

    lake, _ = options.lake_of(conf)
    evaluated = labelled_customers.segments if model == "segments" else labelled_customers.churn
    show_rows(f"{model} against what is known", _rounded(evaluated(lake, file, customer, label)))


def _on_texts(model: str, file: Path, text: str, label: str, language: str | None, conf: str | None) -> None:
    from jobs.models import intent_evaluation, judged_file, tone_evaluation
    from jobs.models.tone import serving

    if model == "intent":
        names = {name: name for name in intent_evaluation.INTENTS}
        judged = judged_file.read(file, text, label, language, names)
        show_rows("Intent against judged texts", _rounded(intent_evaluation.evaluated(judged)))
        _say_read(judged)
        return
    judged = judged_file.read(file, text, label, language)
    has_lake = options.settings_of(conf).base.lake.root.is_dir()
    correction = serving(options.lake_of(conf)[0]) if has_lake else None
    show_rows("Tone against judged texts", _rounded(tone_evaluation.evaluated(judged, correction)))
    _say_read(judged)
    say(
        "accuracy and macro_f1: over all texts, by the most probable tone. labelled: share that is sure enough to be shown."
    )


@models.command()
@_TONE
@_judged
@options.conf
def train(model: str, file: str, text: str, label: str, language: str | None, conf: str | None) -> None:
    """Fit the tone model to your own judged texts; it serves where it beats what serves."""
    from jobs.models import judged_file, tone

    judged = judged_file.read(Path(file), text, label, language)
    show_rows("Held-out third of the judged texts", _rounded(tone.train(*options.lake_of(conf), judged)))
    _say_read(judged)
    say("Where it was promoted, the next run scores all texts of the lake again.")


@models.command()
@_TONE
@click.option("--data", metavar="DIR", type=click.Path(), required=True, help="Folder with umsab and vader_icwsm2014.")
@click.option("--out", metavar="FILE.npz", type=click.Path(), help="By default the file of the shipped parameters.")
def fit(model: str, data: str, out: str | None) -> None:
    """Fit the shipped tone model again: the same texts give the same parameters."""
    from jobs.models import tone
    from transformations.text.tone_model import PARAMETERS

    path = Path(out) if out else PARAMETERS
    say(f"{tone.fit(Path(data), path, say)} in {plain(str(path))}")


def _rounded(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{name: f"{v:.3f}" if isinstance(v, float) else v for name, v in row.items()} for row in rows]


def _say_read(judged: JudgedFile) -> None:
    say(f"{judged.meaning}; {judged.skipped:,} rows without a text or label are left out.")


def _list(conf: str | None, name: str) -> None:
    from jobs.models import versions

    _show("Versions", versions.list_models(*options.lake_of(conf), name))


def _show(title: str, found: list[dict[str, Any]]) -> None:
    if not found:
        say("No model yet; `scrm run --stage models` fits the first, `scrm models train tone` one of tone.")
        return
    show_rows(title, found)
