from datetime import UTC, datetime

from jobs.engine import sessions
from transformations.identity.touchpoints import LINK_COLUMNS
from transformations.social.expertise import TABLES, expertise

T1, T2 = (datetime(2025, 1, day, tzinfo=UTC) for day in (1, 2))


def test_answers_edits_and_tags_are_evidence(spark, frames, link) -> None:
    def tag(number: int, by: str, of: str, word: str, kind: str = "person") -> dict:
        names = {"tagger_profile_id": by, "object_kind": kind, "object_id": of, "tag": word}
        return {"tagging_id": str(number), "created_at": T2, **names}

    rows = {
        "silver.person_links": [link("profile", name.lower(), name) for name in ("Ada", "Bo", "Robot")]
        + [link("profile", "ada2", "Ada")],
        "silver.posts": [
            {"post_id": "q", "profile_id": "bo", "kind": "question", "accepted_answer_id": "a1"},
            {"post_id": "a1", "profile_id": "ada", "kind": "answer", "parent_post_id": "q", "created_at": T1},
            {"post_id": "a2", "profile_id": "bo", "kind": "answer", "parent_post_id": "q", "created_at": T1},
            {"post_id": "a3", "profile_id": "robot", "kind": "answer", "parent_post_id": "q", "created_at": T1},
            {"post_id": "w", "profile_id": "bo", "kind": "wiki_edit", "created_at": T2},
        ],
        "silver.post_enrichments": [
            {"post_id": "q", "topics": ["Espresso"]},
            {"post_id": "a1", "topics": ["Espresso", "milk"]},
            {"post_id": "w", "topics": ["milk"]},
        ],
        "silver.taggings": [
            tag(1, "bo", "ada", "Milk "),
            tag(2, "bo", "ada2", "milk"),  # the same of the same person
            tag(3, "ada2", "ada", "milk"),  # oneself
            tag(4, "bo", "q", "milk", kind="post"),
        ],
    }
    links = frames(rows, {"silver.person_links": LINK_COLUMNS})["silver.person_links"]
    bots = sessions.frame(spark, [("x", "robot")], "channel string, profile_id string")
    found = expertise(frames(rows, TABLES), links, bots).toArrow().to_pylist()
    names = (
        "topic",
        "person_id",
        "answers_count",
        "accepted_answers_count",
        "edits_count",
        "taggers_count",
        "expertise_score",
    )
    assert sorted(tuple(row[name] for name in (*names, "expert_rank")) for row in found) == [
        ("espresso", "Ada", 1, 1, 0, 0, 4, 1),
        ("espresso", "Bo", 1, 0, 0, 0, 1, 2),
        ("milk", "Ada", 1, 1, 0, 1, 6, 1),
        ("milk", "Bo", 0, 0, 1, 0, 1, 2),
    ]
    (best,) = (row for row in found if row["topic"] == "milk" and row["person_id"] == "Ada")
    assert best["evidence"] == ["1 answers", "1 accepted answers", "1 taggers"]
    assert best["last_evidence_at"] == T2
