"""How right linkage is on records whose persons are known."""

from __future__ import annotations

import csv
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from jobs.errors import ConfError
from jobs.persons import opened
from transformations.identity.linkage.attributes import ATTRIBUTES, NAME, comparable, named
from transformations.identity.linkage.clusters import Quality, clusters, quality


@dataclass(frozen=True)
class Evaluation:
    """What linkage found in a file.

    Attributes:
        used: column -> attribute. ignored: columns that name no attribute.
        pairs: of all linked pairs. persons: of all pairs of records that are one person in the end, transitively.
        undated: values of the date of birth that are no dates with the year first, and so are not compared.
        reason: why nothing was linked; empty where something was.
        seconds: of linkage.
        splink: the same by Splink's own training (persons and seconds); None where it was not asked for, or failed.
        splink_failure: why it failed.
    """

    records: int
    used: Mapping[str, str]
    ignored: tuple[str, ...]
    pairs: Quality
    persons: Quality
    undated: int
    reason: str
    seconds: float
    splink: tuple[Quality, float] | None = None
    splink_failure: str = ""


def evaluate(
    path: Path, truth: str, given: Mapping[str, str], least: float, *, beside_splink: bool = False
) -> Evaluation:
    """Links the records of a CSV file without looking at the truth, and holds the result against it.

    Args: truth: column that is the same for the records of a person. given: column -> attribute, where names do not say it.
        least: probability from which on a pair is linked. beside_splink: links by Splink's own training too.
    Raises ConfError where the file, a column or an attribute cannot be used.
    """
    from transformations.identity.linkage.model import linked

    header, rows = _read(path)
    for column in (truth, *given):
        if column not in header:
            raise ConfError(f"{path} has no column {column}; it has {', '.join(header)}")
    if wrong := [attribute for attribute in given.values() if attribute not in (*ATTRIBUTES, NAME)]:
        raise ConfError(f"no attribute {wrong[0]}; attributes are {', '.join((NAME, *ATTRIBUTES))}")
    if len(set(given.values())) < len(given):
        raise ConfError("two columns are said to hold the same attribute; name one of them")
    of_names = named(column for column in header if column != truth and column not in given)
    used = {column: name for column, name in of_names.items() if name not in given.values()} | dict(given)
    if not used:
        raise ConfError(
            f"{path}: no column names an attribute; say --column COLUMN=ATTRIBUTE ({', '.join(ATTRIBUTES)})"
        )
    ids = [f"{place:012}" for place in range(len(rows))]
    records = pa.table(
        {"record_id": ids}
        | {name: pa.array([row.get(column) or None for row in rows], pa.string()) for column, name in used.items()}
    )
    plain = comparable(records)
    is_dated = "birth_date" in plain.column_names
    undated = plain["birth_date"].null_count - records["birth_date"].null_count if is_dated else 0
    begin = time.perf_counter()
    found = linked(plain)
    seconds = time.perf_counter() - begin
    known = [row.get(truth) or None for row in rows]
    places = {name: place for place, name in enumerate(ids)}
    persons = quality(clusters(ids, found.pairs, least).tolist(), known)
    right = linked_pairs = 0
    for left, right_id, probability in zip(
        *(found.pairs[name].to_pylist() for name in ("left_id", "right_id", "probability")), strict=True
    ):
        one, other = known[places[left]], known[places[right_id]]
        if probability >= least and one is not None and other is not None:
            linked_pairs += 1
            right += one == other
    ignored = tuple(column for column in header if column != truth and column not in used)
    splink, splink_failure = None, ""
    if beside_splink:
        begin = time.perf_counter()
        try:
            alone = linked(plain, trained_by_splink=True)
        except ValueError as error:  # its expectation maximisation underflows on some records, and not on every run
            splink_failure = str(error)
        else:
            taken = time.perf_counter() - begin
            splink = quality(clusters(ids, alone.pairs, least).tolist(), known), taken
    return Evaluation(
        len(rows),
        used,
        ignored,
        Quality(linked_pairs, right, persons.true),
        persons,
        undated,
        found.reason,
        seconds,
        splink,
        splink_failure,
    )


def _read(path: Path) -> tuple[list[str], list[dict[str, str]]]:
    with opened.csv_file(path) as file:
        lines = csv.reader(file, skipinitialspace=True)
        header = [name.strip() for name in next(lines, [])]
        return header, [dict(zip(header, map(str.strip, line), strict=False)) for line in lines if line]
