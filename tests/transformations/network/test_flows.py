from datetime import date

import pyarrow as pa

from transformations.network.flows import relationship_flows
from transformations.network.windows import periods

JANUARY, FEBRUARY = date(2025, 1, 9), date(2025, 2, 9)


def edges(*rows: tuple) -> pa.Table:
    names = (
        "source_person_id",
        "target_person_id",
        "acted_on",
        "interactions_count",
        "is_from_company",
        "is_to_company",
    )
    columns = {name: list(column) for name, column in zip(names, zip(*rows))}
    return pa.table(columns | {"channel": ["x"] * len(rows), "kind": ["reply"] * len(rows)})


PERSONS = pa.table(
    {"person_id": ["a", "b", "c", "s", "q"], "role": ["consumer", "consumer", "external_customer", "consumer", None]}
)


def test_flows_between_roles_and_their_reciprocity():
    acts = edges(
        ("a", "c", JANUARY, 2, False, False),
        ("b", "c", JANUARY, 1, False, False),
        ("c", "a", FEBRUARY, 1, False, False),
        ("s", "a", FEBRUARY, 4, True, False),
        ("a", "s", FEBRUARY, 1, False, True),
        ("a", "a", FEBRUARY, 7, False, False),
        ("q", "a", FEBRUARY, 7, False, False),
    )
    rows = relationship_flows(acts, PERSONS, periods(acts["acted_on"], ["month"], 1)).to_pylist()
    found = {(row["from_role"], row["to_role"], row["period"]): tuple(row.values())[4:] for row in rows}
    assert found == {
        ("consumer", "external_customer", "2025-01"): (3, 2, 3, 0.0),
        ("external_customer", "consumer", "2025-02"): (1, 1, 2, 0.0),
        ("internal_customer", "consumer", "2025-02"): (4, 1, 2, 1.0),
        ("consumer", "internal_customer", "2025-02"): (1, 1, 2, 1.0),
        ("consumer", "external_customer", "all"): (3, 2, 3, 0.5),
        ("external_customer", "consumer", "all"): (1, 1, 2, 1.0),
        ("internal_customer", "consumer", "all"): (4, 1, 2, 1.0),
        ("consumer", "internal_customer", "all"): (1, 1, 2, 1.0),
    }


def test_no_acts_no_flows():
    nobody = edges(("a", "b", JANUARY, 1, False, False)).slice(0, 0)
    assert relationship_flows(nobody, PERSONS, periods(nobody["acted_on"], ["month"], 1)).num_rows == 0
