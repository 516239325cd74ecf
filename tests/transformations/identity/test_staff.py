from datetime import UTC, datetime

import pyarrow as pa

from transformations.identity.staff import staff_accounts

STAFF = pa.table(
    {
        "source": ["hr"] * 4,
        "staff_id": ["S1", "S2", "S3", "S4"],
        "email": ["mia@acme.example", None, "odo@acme.example", "odo@acme.example"],
        "department": ["Support", "Support", "Sales", None],
        "joined_at": [None, datetime(2026, 4, 1, tzinfo=UTC), None, None],
        "left_at": [None, None, datetime(2026, 4, 1, tzinfo=UTC), None],
    }
)


def test_accounts_of_the_staff_by_conf_and_by_an_address_of_one() -> None:
    profiles = pa.table(
        {
            "channel": ["forum", "forum", "blog"],
            "profile_id": ["1", "2", "3"],
            "email": ["MIA@acme.example ", "odo@acme.example", None],
        }
    )
    found = staff_accounts(STAFF, profiles, {"support": {"agent-1": "S3"}, "blog": {"3": "S9"}}).to_pylist()
    assert [tuple(row.values()) for row in found] == [
        ("blog", "3", "S9", None),
        ("forum", "1", "S1", "Support"),
        ("support", "agent-1", "S3", "Sales"),
    ]
