"""What is said of records that cannot be read."""

from types import SimpleNamespace

import duckdb

from jobs.silver import parsing


def test_reasons_are_those_of_the_files_as_they_are_now():
    with duckdb.connect() as connection:
        connection.sql(
            "create table rows as select * from (values ('b1', 'old'), ('b1', 'old'), ('b2', 'new')) t(batch_id, _problem)"
        )
        part = SimpleNamespace(
            source=None,
            counts=[
                {"batch_id": batch, "landed": 2, "empty": 0, "unparsable": n} for batch, n in (("b1", 2), ("b2", 1))
            ],
            corrected=frozenset({"b1"}),
            rows=SimpleNamespace(sql=lambda sql: connection.sql(sql).to_arrow_table().to_pylist()),
        )
        reading = parsing._reading(part)
    assert reading.reasons == [("new", 1)]
    assert reading.batches == {"b1": (2, 2), "b2": (2, 1)}
