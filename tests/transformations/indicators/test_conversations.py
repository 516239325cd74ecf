import random

import pyarrow as pa
from hypothesis import given
from recounted import (
    FEW,
    SEEDS,
    ZONES,
    Group,
    assert_adds_up,
    assert_agree,
    collected,
    local_day,
    moment,
    recounted,
    some,
)

from transformations.indicators.conversations import PARTS, TALKS, conversation_indicators, daily_talks


def test_directions_of_conversations(frame, at, by_group) -> None:
    directions = [
        ("two_way", "customer", "ada", "forum"),
        ("two_way_with_consumer", "other", "bob", "forum"),
        ("unanswered", "customer", "ada", "forum"),
        ("broadcast", "company", "care", None),
        ("customer_to_customer", "other", "bob", "forum"),
        (None, None, None, "forum"),  # only bots
    ]
    talks = daily_talks(
        frame(
            "silver.conversations",
            *(
                {
                    "conversation_id": str(place),
                    "direction": direction,
                    "began_by_role": role,
                    "began_by_profile_id": who,
                    "service_type": service,
                    "started_at": at(2),
                }
                for place, (direction, role, who, service) in enumerate(directions)
            ),
        ),
        "UTC",
    )
    rows = by_group(conversation_indicators(pa.table(talks.toArrow()).select(TALKS.names).cast(TALKS)))
    total = {key[0]: (row["numerator"], row["denominator"]) for key, row in rows.items() if key[1] == key[3] == "all"}
    assert total == {
        "two_way_ratio": (2, 5),
        "unanswered_ratio": (1, 3),
        "customer_to_customer_ratio": (1, 5),
        "broadcast_ratio": (1, 5),
    }
    assert rows["two_way_ratio", "all", None, "all", "all"]["persons_count"] == 2
    assert {key[4] for key in rows if key[3] == "service_type"} == {"forum", "(none)"}
    assert {key[1] for key in rows} == {"all", "month"}


DIRECTIONS = ("two_way", "two_way_with_consumer", "unanswered", "customer_to_customer", "broadcast")


def _conversation(draw: random.Random, number: int) -> dict:
    return {
        "conversation_id": str(number),
        "channel": draw.choice(("x", "forum", "mail")),
        "service_type": some(draw, "forum", "microblog"),
        "started_at": moment(draw),
        "direction": some(draw, *DIRECTIONS),
        "began_by_role": some(draw, "company", "customer", "other"),
        "began_by_profile_id": some(draw, "ada", "bob", "cyd", "care"),
    }


def _shares(group: Group, directions: tuple[str, ...], among: tuple[str, ...]) -> dict:
    begun = {
        (row["channel"], row["began_by_profile_id"])
        for row in group.rows
        if row["began_by_profile_id"] and row["began_by_role"] != "company"
    }
    whole = group.count(lambda row: row["direction"] in among)
    return {
        "numerator": group.count(lambda row: row["direction"] in directions),
        "denominator": whole,
        "observations_count": whole,
        "persons_count": len(begun),
    }


@FEW
@given(SEEDS)
def test_random_conversations_agree_with_a_second_count(frame, seed: int) -> None:
    draw = random.Random(seed)
    zone = draw.choice(ZONES)
    rows = [_conversation(draw, number) for number in range(300)]
    talks = collected(daily_talks(frame("silver.conversations", *rows), zone), TALKS)
    found = conversation_indicators(talks)
    directed = [
        row | {"day": local_day(row["started_at"], zone), "service_type": row["service_type"] or "(none)"}
        for row in rows
        if row["direction"]
    ]
    two_way = DIRECTIONS[:2]
    assert_agree(
        found,
        recounted("two_way_ratio", directed, lambda of: _shares(of, two_way, DIRECTIONS)),
        recounted("unanswered_ratio", directed, lambda of: _shares(of, ("unanswered",), (*two_way, "unanswered"))),
        recounted(
            "customer_to_customer_ratio", directed, lambda of: _shares(of, ("customer_to_customer",), DIRECTIONS)
        ),
        recounted("broadcast_ratio", directed, lambda of: _shares(of, ("broadcast",), DIRECTIONS)),
    )
    for indicator in PARTS:
        assert_adds_up(found, indicator, "channel", "service_type")
