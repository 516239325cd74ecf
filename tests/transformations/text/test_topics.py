import pyarrow as pa

from transformations.text.topics import top_topics, topics_said


def test_topics_by_the_number_of_posts() -> None:
    said = pa.table(
        {"person_id": ["A", "A", "B", "B", "C", "D"], "topic": ["tea", "coffee", "tea", "milk", "milk", "tea"]}
    )
    groups = pa.table({"person_id": ["A", "B", "C"], "name": ["one", "one", "two"]})
    assert top_topics(said, groups) == {"one": ["tea", "coffee", "milk"], "two": ["milk"]}
    assert top_topics(said, groups, most=1) == {"one": ["tea"], "two": ["milk"]}


def test_who_named_which_topic() -> None:
    posts = pa.table(
        {
            "channel": ["x", "x", "x"],
            "post_id": ["1", "2", "3"],
            "profile_id": ["a", "b", None],
            "month": ["m", "m", "n"],
        }
    )
    enrichments = pa.table(
        {
            "channel": ["x", "x", "x"],
            "post_id": ["1", "2", "3"],
            "topics": pa.array([["tea", "milk"], [], ["tea"]], pa.list_(pa.string())),
        }
    )
    links = pa.table(
        {
            "record_kind": ["profile", "profile"],
            "record_place": ["x", "x"],
            "linked_record_id": ["a", "b"],
            "person_id": ["A", "B"],
        }
    )
    said = topics_said(posts, enrichments, links).sort_by("topic")
    assert said.select(["person_id", "topic", "month"]).to_pylist() == [
        {"person_id": "A", "topic": "milk", "month": "m"},
        {"person_id": "A", "topic": "tea", "month": "m"},
    ]
