"""Data Docs: results of the last validations, kept in the lake as Great Expectations writes them, and built into pages.

A validation is kept as JSON in <folder>/gx/<table>.<stage>.json: its suite and its result. The stage `rows` is about the
candidates of the last load before the split, `table` about the written table. The files contain no values of rows:
examples are added when pages are built, from tables that erasure reaches.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from expectations import gx_import
from expectations.suites import SEVERITY

if TYPE_CHECKING:
    from expectations.gate import Outcome
    from transformations.contracts import Table

STAGES = ("rows", "table")
TEMPLATES = Path(__file__).resolve().parent / "templates"
COLUMNS = ("Overall", "Broken since", "Property", "What is wrong, what to do")
_DROPPED = ("batch_id",)
_SHOWN_VALUES = 12


@dataclass(frozen=True)
class Note:
    """What a page says about a rule beside Great Expectations' own words.

    Attributes:
        overall: how far the rule is kept, over everything judged.
        since: first day on which it was found broken, or empty.
        advice: what is wrong and what to do, or empty where nothing is.
        examples: a few broken cases.
    """

    property: str
    severity: str
    overall: str
    since: str
    advice: str
    examples: tuple[str, ...] = ()


def keep(
    folder: Path,
    table: Table,
    stage: str,
    results: Mapping[str, Any],
    outcomes: Sequence[Outcome],
    run_id: str,
    at: datetime,
    write: Callable[[Path, str], None],
) -> None:
    """Keeps a validation's suite and result, in place of the last one of the table and stage.

    Args:
        write: writes a file of this content, and the folders that it needs.
        results: Great Expectations' result of each rule by code. outcomes: our counts for them.
    """
    judged = {outcome.code: outcome for outcome in outcomes}
    shown = [_counted(results[code], judged[code]) for code in judged if code in results]
    document = {
        "table": table.name,
        "stage": stage,
        "run_id": run_id,
        "run_time": at.isoformat(timespec="seconds"),
        "suite": {"name": table.name, "expectations": [one["expectation_config"] for one in shown]},
        "results": shown,
    }
    write(folder / "gx" / f"{table.name}.{stage}.json", json.dumps(document, indent=1, ensure_ascii=False))


def _counted(result: Any, outcome: Outcome) -> dict[str, Any]:
    """A result as Great Expectations writes it, judged by the rule's threshold and with our counts of cases."""
    document = result.to_json_dict()
    config = document["expectation_config"]
    config["kwargs"] = {key: value for key, value in config["kwargs"].items() if key not in _DROPPED}
    config["meta"] = {**config["meta"], "threshold": outcome.threshold}
    config["severity"] = SEVERITY[outcome.severity]
    if outcome.threshold < 1 and config["type"].startswith("expect_column_values"):
        config["kwargs"]["mostly"] = outcome.threshold
    # Only numbers are kept: any other observed value comes from a row, and erasure would not reach it here.
    observed = document["result"].get("observed_value")
    found = {"observed_value": observed} if isinstance(observed, (int, float)) else {}
    if config["type"] == "unexpected_rows_expectation" or "observed_value" not in found:
        broken = outcome.applicable - outcome.passing
        found |= {
            "element_count": outcome.applicable,
            "unexpected_count": broken,
            "unexpected_percent": 100 * broken / outcome.applicable if outcome.applicable else 0.0,
        }
    return {
        "success": outcome.state != "broken",
        "expectation_config": config,
        "result": found,
        "meta": {},
        "exception_info": {"raised_exception": False, "exception_message": None, "exception_traceback": None},
    }


def kept(folder: Path) -> dict[str, list[dict[str, Any]]]:
    """Kept validations by table, in the order of stages."""
    found: dict[str, list[dict[str, Any]]] = {}
    for path in sorted((folder / "gx").glob("*.json"), key=lambda path: (path.stem.rsplit(".", 1)[0], path.stem)):
        document = json.loads(path.read_text(encoding="utf-8"))
        found.setdefault(document["table"], []).append(document)
    return found


def marked_up(text: str) -> str:
    """Text as HTML, with what is between backticks as code.

    >>> marked_up("run `scrm replay` & wait")
    'run <code>scrm replay</code> &amp; wait'
    """
    parts = escape(text).split("`")
    return "".join(f"<code>{part}</code>" if place % 2 else part for place, part in enumerate(parts))


# --- pages ------------------------------------------------------------------------------------------------------


def build(folder: Path, notes: Mapping[tuple[str, str], Note]) -> dict[str, str]:
    """Builds a page for each table's validation and one for its suite with Great Expectations' site builder.

    Args:
        folder: contains gx/; pages are written beside it: suites.html, validations/, expectations/.
        notes: what to add about a rule, by table and code.
    Returns: address of each table's validation page, relative to the folder.
    Raises: RuntimeError where a page could not be built.
    """
    gx_import.imported()  # ours too, so that they are rendered
    import great_expectations as gx
    from great_expectations.render.renderer.site_builder import SiteBuilder

    context = gx.get_context(mode="ephemeral")
    for table, documents in kept(folder).items():
        _put(context, table, documents, notes)
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".building-", dir=folder) as aside:
        view = {"module_name": "expectations.data_docs_view", "class_name": "OfflinePageView"}
        results = {
            "class_name": "ValidationResultsPageRenderer",
            "column_section_renderer": {
                "class_name": "ValidationResultsColumnSectionRenderer",
                "table_renderer": {"module_name": "expectations.data_docs_view", "class_name": "TableWithNotes"},
            },
        }
        builder = SiteBuilder(
            context,
            store_backend={"class_name": "TupleFilesystemStoreBackend", "base_directory": aside},
            site_name="data quality",
            show_how_to_buttons=False,
            site_section_builders={
                "expectations": {"view": view},
                "validations": {"view": view, "renderer": results},
                "profiling": "None",
            },
            site_index_builder={
                "class_name": "DefaultSiteIndexBuilder",
                "view": {"module_name": "expectations.data_docs_view", "class_name": "OfflineIndexPageView"},
            },
        )
        _, links = builder.build()
        pages = {
            link["expectation_suite_name"]: link["filepath"] for link in (links or {}).get("validations_links", ())
        }
        missing = [name for name in kept(folder) if name not in pages or not (Path(aside) / pages[name]).is_file()]
        if missing:  # the builder logs errors and goes on
            raise RuntimeError(f"Great Expectations built no page for {', '.join(missing)}")
        _replace(Path(aside), folder)
    return pages


def _put(context: Any, table: str, documents: Sequence[dict[str, Any]], notes: Mapping[tuple[str, str], Note]) -> None:
    """Adds a table's suite and its last result, all stages together, to a context."""
    import great_expectations as gx
    from great_expectations.core import RunIdentifier
    from great_expectations.core.expectation_validation_result import (
        ExpectationSuiteValidationResult,
        expectationSuiteValidationResultSchema,
    )
    from great_expectations.data_context.types.resource_identifiers import (
        ExpectationSuiteIdentifier,
        ValidationResultIdentifier,
    )

    suite = gx.ExpectationSuite(
        name=table,
        expectations=[_plain(config) for document in documents for config in document["suite"]["expectations"]],
    )
    context.suites.add(suite)
    last = max(documents, key=lambda document: document["run_time"])
    results = [
        _with_note(one, notes.get((table, one["expectation_config"]["meta"]["code"])))
        for document in documents
        for one in document["results"]
    ]
    results.sort(key=lambda one: one["success"])
    good = sum(one["success"] for one in results)
    document = {
        "success": good == len(results),
        "results": results,
        "suite_name": table,
        "suite_parameters": {},
        "statistics": {
            "evaluated_expectations": len(results),
            "successful_expectations": good,
            "unsuccessful_expectations": len(results) - good,
            "success_percent": 100 * good / len(results) if results else None,
        },
        "meta": {
            "great_expectations_version": gx.__version__,
            "run_id": {"run_name": last["run_id"], "run_time": last["run_time"]},
            "batch_kwargs": {"data_asset_name": table},
        },
    }
    loaded = expectationSuiteValidationResultSchema.load(document)
    result = (
        loaded if isinstance(loaded, ExpectationSuiteValidationResult) else ExpectationSuiteValidationResult(**loaded)
    )
    run = RunIdentifier(run_name=last["run_id"], run_time=datetime.fromisoformat(last["run_time"]))
    key = ValidationResultIdentifier(ExpectationSuiteIdentifier(name=table), run, "last")
    context.validation_results_store.set(key, result)


def _plain(config: dict[str, Any]) -> dict[str, Any]:
    """An expectation as a suite contains it. Its description would replace Great Expectations' own rendering."""
    return {key: value for key, value in config.items() if key in ("type", "kwargs", "meta", "severity")} | {
        "notes": config.get("description") or ""
    }


def _with_note(one: dict[str, Any], note: Note | None) -> dict[str, Any]:
    """A result with the note of its rule."""
    config = {key: value for key, value in one["expectation_config"].items() if key not in ("id", "description")}
    if note:
        added = {
            "Overall": note.overall,
            "Property": f"{note.property} / {note.severity}",
            "Broken since": note.since,
            "What is wrong, what to do": note.advice,
        }
    else:
        added = dict.fromkeys(COLUMNS, "") | {"Overall": "the rule no longer exists"}
    config["meta"] = {**config["meta"], "scrm": added}
    values = config["kwargs"].get("value_set")
    if isinstance(values, list) and len(values) > _SHOWN_VALUES:  # the suite's page lists them all
        rest = len(values) - _SHOWN_VALUES
        config["kwargs"] = {**config["kwargs"], "value_set": [*values[:_SHOWN_VALUES], f"… and {rest} more"]}
    result = dict(one["result"])
    if note and note.examples and result.get("unexpected_count"):
        # Cells of this table are put into the page unescaped.
        result["partial_unexpected_list"] = [escape(example) for example in note.examples]
    return {**one, "expectation_config": config, "result": result}


def _replace(aside: Path, folder: Path) -> None:
    """Moves the built pages to their place; the fonts and images copied with them are not used."""
    shutil.rmtree(aside / "static", ignore_errors=True)
    (aside / "index.html").rename(aside / "suites.html")
    for path in aside.iterdir():
        target = folder / path.name
        if target.is_dir():
            shutil.rmtree(target)
        os.replace(path, target)
