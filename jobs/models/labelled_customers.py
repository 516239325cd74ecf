"""Models of customers held against labels that somebody knows to be true: a file of customers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.csv as csv

from jobs.errors import ConfError
from transformations.segmentation.agreement import agreement
from transformations.segmentation.levels import VERSION
from transformations.value.auc import area, with_interval

if TYPE_CHECKING:
    from jobs.lake.tables import Lake

_LEAST = 20
_NO = ("", "0", "no", "false", "n", "f", "none", "null")
_LABELLED = """
select any_value(l.person_id) as person_id, any_value(trim(c.label)) as label
from labels c join links l on l.record_kind = 'customer' and l.linked_record_id = trim(c.id) and l.valid_to is null
group by l.person_id having count(distinct trim(c.label)) = 1 order by person_id
"""


def segments(lake: Lake, file: Path, customer: str, label: str) -> list[dict[str, Any]]:
    """Agreement of the champion's segments with labels, beside quintiles of monetary value: rows of `agreement`.

    Args: file: CSV. customer, label: its columns. Customers without a segment or a label are left out.
    Raises ConfError where the file cannot be used, or fewer than 20 customers can be compared.
    """
    query = f"""
        select k.label, m.segment_id, v.monetary_score
        from labelled k join members m using (person_id) join worth v using (person_id)
        where m.level = 3 and m.model_version <> '{VERSION}' and k.label <> '' and v.monetary_score is not null
        qualify row_number() over (partition by person_id order by v.as_of_date desc) = 1 order by person_id"""
    tables = {
        "members": lake.arrow("gold.segment_members", ("person_id", "segment_id", "level", "model_version")),
        "worth": lake.arrow("gold.customer_value", ("person_id", "monetary_score", "as_of_date")),
    }
    rows = _asked(lake, file, customer, label, query, tables)
    found = {"champion": rows["segment_id"].to_pylist(), "naive_monetary_quintile": rows["monetary_score"].to_pylist()}
    return [{"model": "segments"} | row for row in agreement(rows["label"].to_pylist(), found)]


def churn(lake: Lake, file: Path, customer: str, label: str) -> list[dict[str, Any]]:
    """AUC of churn_risk for customers who are known to have left or not, beside recency: method, measure (auc, auc_less_naive) …

    Args: as for `segments`; a label that is empty, 0, no or false means that the customer is still there.
    """
    query = """
        select k.label, v.churn_risk, v.recency_days from labelled k join worth v using (person_id)
        where v.churn_risk is not null
        qualify row_number() over (partition by person_id order by v.as_of_date desc) = 1 order by person_id"""
    columns = ("person_id", "churn_risk", "recency_days", "as_of_date")
    rows = _asked(lake, file, customer, label, query, {"worth": lake.arrow("gold.customer_value", columns)})
    has_left = np.array([str(its).lower() not in _NO for its in rows["label"].to_pylist()], dtype=bool)
    if min(has_left.sum(), (~has_left).sum()) < 2:
        raise ConfError(f"{file}: column {label}: expected at least two customers who left and two who did not")
    scores = [rows[name].to_numpy().astype(np.float64) for name in ("churn_risk", "recency_days")]
    areas, covariance = area(has_left, *scores)
    more = with_interval(areas[0] - areas[1], covariance[0, 0] + covariance[1, 1] - 2 * covariance[0, 1])
    measured = [
        ("churn_risk", "auc", with_interval(areas[0], covariance[0, 0])),
        ("churn_risk", "auc_less_naive", more),
        ("naive_recency", "auc", with_interval(areas[1], covariance[1, 1])),
    ]
    return [
        {"model": "churn", "method": method, "measure": measure}
        | dict(zip(("value", "value_low", "value_high"), its, strict=True))
        | {"persons_count": rows.num_rows}
        for method, measure, its in measured
    ]


def _asked(lake: Lake, file: Path, customer: str, label: str, query: str, tables: dict[str, pa.Table]) -> pa.Table:
    links = lake.arrow("silver.person_links", ("record_kind", "linked_record_id", "person_id", "valid_to"))
    with duckdb.connect() as connection:
        connection.register("labels", _labels(file, customer, label))
        connection.register("links", links)
        connection.execute(f"create temp table labelled as {_LABELLED}")
        for name, table in tables.items():
            connection.register(name, table)
        rows = connection.sql(query).to_arrow_table()
    if rows.num_rows < _LEAST:
        raise ConfError(
            f"{file}: {rows.num_rows} of its customers can be compared, fewer than {_LEAST}: are the values of {customer} "
            "those of silver.customers, and has `scrm run --stage models` fitted a model?"
        )
    return rows


def _labels(file: Path, customer: str, label: str) -> pa.Table:
    """Customers and labels of a file, as text: id, label."""
    options = csv.ConvertOptions(column_types={customer: pa.string(), label: pa.string()}, strings_can_be_null=False)
    try:
        rows = csv.read_csv(file, convert_options=options)
    except (OSError, pa.ArrowInvalid) as error:
        raise ConfError(f"{file} cannot be read as CSV: {error}") from None
    if missing := [name for name in (customer, label) if name not in rows.column_names]:
        raise ConfError(f"{file} has no column {', '.join(missing)}; its columns are {', '.join(rows.column_names)}")
    return rows.select([customer, label]).rename_columns(["id", "label"])
