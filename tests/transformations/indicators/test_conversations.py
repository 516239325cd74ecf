import pyarrow as pa

from transformations.indicators.conversations import TALKS, conversation_indicators, daily_talks


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
