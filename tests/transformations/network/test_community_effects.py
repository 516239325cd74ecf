from datetime import date

import numpy as np
import pyarrow as pa

from transformations.network.community_effects import community_effects
from transformations.network.windows import periods

JANUARY, LATE = date(2025, 1, 15), date(2025, 2, 20)


def tables(*, chance_of_exposed: float, chance: float, seed: int = 1) -> tuple[pa.Table, pa.Table, pa.Table]:
    """Ten members who bought Tea; of 400 others every second one meets one of them in January, all meet one another."""
    generator = np.random.default_rng(seed)
    members = [f"m{n}" for n in range(10)]
    others = [f"p{n}" for n in range(400)]
    acts = [(members[n], members[(n + 1) % 10], JANUARY) for n in range(10)]
    acts += [(person, members[n % 10] if n % 2 else others[(n + 2) % 400], JANUARY) for n, person in enumerate(others)]
    acts += [
        (members[(n + 1) % 10], person, JANUARY) for n, person in enumerate(others) if n % 2
    ]  # as active as the others
    acts.append(("late", "later", date(2025, 4, 30)))
    bought = [(member, "Tea", date(2025, 1, 2)) for member in members]
    bought += [(person, "Milk", date(2025, 1, 3)) for person in others[:40]]
    is_exposed = np.arange(400) % 2 == 1
    adopts = generator.random(400) < np.where(is_exposed, chance_of_exposed, chance)
    bought += [(person, "Tea", LATE) for person, flag in zip(others, adopts) if flag]
    edges = pa.table(
        {
            "source_person_id": [act[0] for act in acts],
            "target_person_id": [act[1] for act in acts],
            "acted_on": pa.array([act[2] for act in acts], pa.date32()),
            "interactions_count": [1] * len(acts),
        }
    )
    activity = pa.table(
        {
            "person_id": [each[0] for each in bought],
            "kind": ["purchase"] * len(bought),
            "subject": [each[1] for each in bought],
            "acted_on": pa.array([each[2] for each in bought], pa.date32()),
        }
    )
    belonging = [(member, "C", period) for member in members for period in ("2025-01", "all")]
    names = ("person_id", "community_id", "period")
    return edges, activity, pa.table({name: list(column) for name, column in zip(names, zip(*belonging))})


def effects(**chances: float) -> dict[str, dict]:
    edges, activity, members = tables(**chances)
    months = periods(edges["acted_on"], ["month"], 1)[:-1]
    return {row["outcome"]: row for row in community_effects(edges, activity, members, months).to_pylist()}


def test_a_planted_adoption_is_an_effect_within_its_interval():
    row = effects(chance_of_exposed=0.45, chance=0.1)["product_adopted"]
    assert (row["community_id"], row["subject"], row["grade"], row["is_effect"]) == ("C", "Tea", "B", True)
    assert row["confidence_low"] <= 0.35 <= row["confidence_high"]
    assert row["exposed_count"] > 150


def test_the_same_chance_is_no_effect():
    row = effects(chance_of_exposed=0.2, chance=0.2)["product_adopted"]
    assert row["is_effect"] is False
    assert row["confidence_low"] <= 0 <= row["confidence_high"]


def test_without_communities_there_are_none():
    edges, activity, members = tables(chance_of_exposed=0.5, chance=0.1)
    months = periods(edges["acted_on"], ["month"], 1)[:-1]
    assert community_effects(edges, activity, members.slice(0, 0), months).num_rows == 0
    assert community_effects(edges.slice(0, 0), activity, members, []).num_rows == 0
