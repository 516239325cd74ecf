from datetime import date

import pyarrow as pa

from transformations.network.outreach import outreach_dates

JANUARY, FEBRUARY = date(2025, 1, 1), date(2025, 2, 1)
MONTHS = {"2025-01": JANUARY, "2025-02": FEBRUARY}
ENDS = {"2025-01": FEBRUARY, "2025-02": date(2025, 3, 1), "2025-W01": date(2025, 1, 6), "all": date(2025, 3, 1)}


def test_dates_are_told_from_their_day_on():
    rows = [
        ("a", "2025-W01", "A"),
        ("a", "2025-01", "B"),
        ("a", "2025-02", "C"),
        ("b", "2025-01", "C"),
        ("b", "2025-02", "A"),
        ("c", "all", "A"),
    ]
    influencers = pa.table({name: list(c) for name, c in zip(("person_id", "period", "authority_class"), zip(*rows))})
    acts = [
        ("SHOP", "a", "reply", date(2025, 2, 9), True, False),
        ("SHOP", "a", "reply", date(2025, 2, 5), True, False),
        ("SHOP", "SHOP", "reply", date(2025, 1, 5), True, True),
        ("a", "SHOP", "reaction", date(2025, 2, 6), False, True),
        ("a", "SHOP", "share", date(2025, 2, 4), False, True),
        ("a", "SHOP", "share", date(2025, 2, 7), False, True),
        ("SHOP", "b", "mention", date(2025, 1, 20), True, False),
    ]
    names = ("source_person_id", "target_person_id", "kind", "acted_on", "is_from_company", "is_to_company")
    contacts = pa.table({name: list(column) for name, column in zip(names, zip(*acts))})
    found = [tuple(row.values())[3:] for row in outreach_dates(influencers, MONTHS, ENDS, contacts).to_pylist()]
    assert found == [
        (JANUARY, None, None),
        (JANUARY, None, None),
        (JANUARY, date(2025, 2, 5), date(2025, 2, 7)),
        (None, None, None),
        (FEBRUARY, None, None),
        (None, None, None),
    ]
