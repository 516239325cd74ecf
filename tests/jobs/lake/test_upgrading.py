"""Tables of an earlier release take part in a run of this one."""

import deltalake
import pyarrow as pa

from jobs.lake import arrow, upgrading
from transformations.contracts import contract


def older(lake, name: str, *rows: dict) -> None:
    """The table as a release wrote it that had only these columns."""
    plain = pa.Table.from_pylist(list(rows))
    described = pa.schema([field.with_metadata({"comment": "As it was described then."}) for field in plain.schema])
    deltalake.write_deltalake(str(lake.path(name)), plain.cast(described))


def test_columns_that_a_table_lacks_are_added_as_nulls(quiet):
    older(quiet, "silver.profiles", {"channel": "forum", "profile_id": "1"})
    upgrading.complete(quiet)
    (row,) = quiet.sql("select profile_id, is_seen_only from t", t="silver.profiles").to_pylist()
    assert row == {"profile_id": "1", "is_seen_only": None}
    quiet.append("silver.profiles", arrow.schema_of(contract("silver.profiles")).empty_table())
    more = {"channel": "forum", "profile_id": "2", "is_seen_only": True}
    quiet.append("silver.profiles", pa.Table.from_pylist([more], arrow.schema_of(contract("silver.profiles"))))
    quiet.upsert("silver.profiles", [{**more, "profile_id": "3"}])
    assert quiet.count("silver.profiles") == 3
    version = quiet.version("silver.profiles")
    upgrading.complete(quiet)
    assert quiet.version("silver.profiles") == version


def test_rows_from_before_a_column_became_part_of_the_key_go(quiet):
    older(quiet, "silver.web_sessions", {"session_id": "s-1"})
    older(quiet, "ops.nothing", {"x": 1})  # of no contract
    upgrading.complete(quiet)
    assert "source" in contract("silver.web_sessions").key
    assert quiet.rows("silver.web_sessions") == []


def test_a_lake_that_has_been_completed_is_not_looked_at_again(quiet, monkeypatch):
    upgrading.complete(quiet)
    older(quiet, "silver.profiles", {"channel": "forum", "profile_id": "1"})
    upgrading.complete(quiet)
    assert len(quiet.sql("select * from t", t="silver.profiles").column_names) == 2
    monkeypatch.setattr(upgrading, "_hash", lambda: "of another release")
    upgrading.complete(quiet)
    assert set(quiet.sql("select * from t", t="silver.profiles").column_names) == set(contract("silver.profiles").names)
