"""Rows of the ops tables as typed dictionaries, so that a misspelt column or a wrong type is found before a run.

Each has the columns of its table in `ops.py`, in their order. A row to write may leave out everything but the key: missing
columns are null, and run_id and computed_at are filled in. `| None` means that readers of the column have to expect null;
columns that are null only in rows where nobody reads them (the path of a database's batch) are without it.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Literal, Required, TypedDict

from transformations.contracts.model import Property, Severity


class BatchRow(TypedDict, total=False):
    batch_id: Required[str]
    source: str
    file: Required[str]
    path: str
    file_version: str
    bytes_count: int
    modified_at_ns: int | None
    records_count: int
    batch_state: Literal["landed", "repeated"]
    columns: list[str] | None
    notice: str | None
    split_by: str | None
    first_offset: int | None
    end_offset: int | None
    cursor: str | None
    bronze_version: int
    run_id: str
    landed_at: datetime


class PollRow(TypedDict, total=False):
    source: Required[str]
    file: Required[str]
    polled_at: datetime
    status: int | None
    error: str | None
    etag: str | None
    last_modified: str | None
    bytes_count: int | None
    run_id: str


class ProgressRow(TypedDict, total=False):
    job: Required[str]
    input: Required[str]
    to_version: int | None
    fingerprint: str
    done_batch_id: Required[str]
    run_id: Required[str]
    computed_at: datetime


class RowAccountRow(TypedDict, total=False):
    batch_id: Required[str]
    source: str
    file: Required[str]
    table_name: Required[str]
    landed: int
    parsed: int
    unparsable: int
    repeated: int
    emitted: int
    accepted: int
    superseded: int
    duplicate: int
    quarantined: int
    not_applicable: int
    run_id: str | None
    computed_at: datetime | None


class RuleCountRow(TypedDict, total=False):
    batch_id: Required[str]
    table_name: Required[str]
    rule: Required[str]
    passing: int
    applicable: int
    examples: list[str]
    run_id: str
    computed_at: datetime


class RuleHistoryRow(TypedDict, total=False):
    day: Required[date]
    table_name: Required[str]
    rule: Required[str]
    property: Property
    severity: Severity
    threshold: float
    passing: int
    applicable: int
    ratio: float | None
    confidence_low: float | None
    confidence_high: float | None
    total_passing: int
    total_applicable: int
    run_id: str
    computed_at: datetime


class PublicationRow(TypedDict, total=False):
    day: Required[date]
    table_name: Required[str]
    passing: int
    applicable: int
    examples: list[str]
    run_id: str
    computed_at: datetime


class JudgementRow(TypedDict, total=False):
    table_name: Required[str]
    column_name: Required[str]
    row_key: Required[str]
    judge: Required[str]
    stratum: str
    stratum_rows: int
    value: str
    judged_value: str | None
    is_right: bool
    judged_at: datetime
    run_id: str
    computed_at: datetime


class PersonDecisionRow(TypedDict, total=False):
    left_kind: Required[Literal["customer", "profile", "ticket"]]
    left_place: Required[str]
    left_record_id: Required[str]
    right_kind: Required[Literal["customer", "profile", "ticket"]]
    right_place: Required[str]
    right_record_id: Required[str]
    is_same: bool | None
    judge: str
    judged_at: datetime


class RunRow(TypedDict, total=False):
    run_id: Required[str]
    started_at: datetime
    seconds: float
    exit_code: int
    as_of_date: date
    report: str


class ServedModelRow(TypedDict, total=False):
    model: Required[str]
    model_version: str | None
    parameters: str | None
    run_id: str | None
    computed_at: datetime | None


ROWS: Mapping[str, type] = {
    "ops.batches": BatchRow,
    "ops.polls": PollRow,
    "ops.progress": ProgressRow,
    "ops.row_accounts": RowAccountRow,
    "ops.rule_counts": RuleCountRow,
    "ops.rule_history": RuleHistoryRow,
    "ops.publications": PublicationRow,
    "ops.judgements": JudgementRow,
    "ops.person_decisions": PersonDecisionRow,
    "ops.runs": RunRow,
    "ops.served_models": ServedModelRow,
}
"""Type of the rows of each ops table."""
