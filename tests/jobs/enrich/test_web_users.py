from datetime import UTC, datetime

import pyarrow as pa

from jobs.enrich.web_users import web_users
from jobs.lake import arrow
from transformations.contracts import contract

AT = datetime(2025, 1, 1, tzinfo=UTC)


def test_sessions_become_users_and_none_become_none(lake, run) -> None:
    web_users(lake, run)
    assert lake.rows("silver.web_users") == []
    row = {
        "source": "site",
        "visitor_id": "v",
        "started_at": AT,
        "ended_at": AT,
        "views_count": 1,
        "engaged_seconds": 5.0,
    }
    rows = [row | {"session_id": session} for session in "ab"]
    lake.write("silver.web_sessions", pa.Table.from_pylist(rows, arrow.schema_of(contract("silver.web_sessions"))))
    web_users(lake, run)
    (user,) = lake.rows("silver.web_users")
    assert (user["web_user_id"], user["is_known"], user["sessions_count"], user["engaged_seconds"]) == (
        "v",
        False,
        2,
        10,
    )
