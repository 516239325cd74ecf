from datetime import UTC, datetime, timedelta

from jobs.engine import sessions
from transformations.social.experience import TABLES, experience_maps

BEGIN = datetime(2025, 1, 1, tzinfo=UTC)
SCHEMA = "person_id string, touchpoint string, channel string, place string, record_id string, occurred_at timestamp"


def test_a_journey_ends_where_nothing_follows_and_its_steps_say_what_came_of_them(spark, frames) -> None:
    def at(day: float) -> datetime:
        return BEGIN + timedelta(days=day)

    touched = sessions.frame(
        spark,
        [
            ("Ada", "visit", "web", "erp", "s1", at(0)),
            ("Ada", "post", "x", "x", "p1", at(1)),
            ("Ada", "order", None, "erp", "o1", at(2)),
            ("Ada", "ticket", "x", "x", "t1", at(32)),
            ("Ada", "survey", "survey", "erp", "r1", at(62.5)),
            ("Ada", "campaign", "campaign", "erp", "c:1", at(62.5)),
            ("Ada", "act", "x", "x", "f", at(63)),
            ("Bo", "post", "x", "x", "p2", at(0)),
            ("Bo", "post", "x", "x", "p3", at(0)),
        ],
        SCHEMA,
    )
    rows = {
        "silver.posts": [{"post_id": name} for name in ("p1", "p2", "p3")],
        "silver.post_enrichments": [
            {"post_id": "p1", "intent": "purchase_intent", "emotion": "joy"},
            {"post_id": "p2", "intent": "other"},
            {"post_id": "p3", "intent": "complaint", "emotion": "anger"},
        ],
        "silver.conversations": [
            {"conversation_id": "p1", "direction": "two_way_with_consumer"},
            {"conversation_id": "p2", "direction": "unanswered"},
        ],
        "silver.tickets": [{"ticket_id": "t1", "solved_at": at(33)}],
        "silver.web_sessions": [{"session_id": "s1", "has_conversion": False, "is_engaged": True}],
        "silver.survey_responses": [
            {"response_id": "r1", "question": "a", "score": 5, "goal": 4},
            {"response_id": "r1", "question": "b", "score": 4, "goal": 4},
        ],
        "silver.campaign_touches": [{"campaign_id": "c", "touch_id": "1", "kind": "clicked"}],
    }
    found = experience_maps(touched, frames(rows, TABLES), gap_days=30).toArrow().to_pylist()
    names = ("person_id", "journey", "step", "touchpoint", "goal", "emotion", "outcome")
    assert sorted(tuple(row[name] for name in names) for row in found) == [
        ("Ada", 1, 1, "visit", "learn", None, "engaged"),
        ("Ada", 1, 2, "post", "buy", "joy", "answered"),
        ("Ada", 1, 3, "order", "buy", None, "bought"),
        ("Ada", 1, 4, "ticket", "solve_a_problem", None, "solved"),  # 30 days later
        ("Ada", 2, 1, "campaign", "learn", None, "clicked"),  # more than 30 days later
        ("Ada", 2, 2, "survey", "give_an_opinion", None, "not_satisfied"),
        ("Ada", 2, 3, "act", "talk", None, None),
        ("Bo", 1, 1, "post", "talk", None, "unanswered"),
        ("Bo", 1, 2, "post", "solve_a_problem", "anger", None),
    ]
    assert {row["channel"] for row in found if row["touchpoint"] == "order"} == {None}
