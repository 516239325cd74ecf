from pathlib import Path

import pyarrow as pa

from jobs.lake.accounts import own_accounts_of, own_on_engine
from jobs.lake.arrow import schema_of
from jobs.lake.tables import Lake
from jobs.settings.company import Company
from transformations.contracts import contract


def test_they_are_those_of_the_profiles_and_of_conf(lake: Lake, tmp_path: Path) -> None:
    rows = [
        {"source": "s", "channel": "forum", "profile_id": "1", "handle": "@Shop"},
        {"source": "s", "channel": "forum", "profile_id": "2", "handle": "ann"},
        {"source": "s", "channel": "forum", "profile_id": "3", "is_bot": True},
    ]
    lake.write("silver.profiles", pa.Table.from_pylist(rows, schema_of(contract("silver.profiles"))))
    company = Company(name="Shop", handles=["shop"], company_profiles={"blog": ["9"]})
    expected = [("blog", "9", True, False), ("forum", "1", True, False), ("forum", "3", False, True)]
    assert [tuple(row.values()) for row in own_accounts_of(lake, company).to_pylist()] == expected
    assert sorted(map(tuple, own_on_engine(lake, company).collect())) == expected
