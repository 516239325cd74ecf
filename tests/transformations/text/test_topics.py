import pyarrow as pa

from transformations.text.topics import top_topics


def test_topics_by_the_number_of_posts() -> None:
    said = pa.table(
        {
            "person_id": ["A", "A", "B", "B", "C", "D"],
            "topic": ["tea", "coffee", "tea", "milk", "milk", "tea"],
            "acts_count": [1, 1, 1, 1, 1, 9],
        }
    )
    groups = pa.table({"person_id": ["A", "B", "C"], "name": ["one", "one", "two"]})
    assert top_topics(said, groups) == {"one": ["tea", "coffee", "milk"], "two": ["milk"]}
    assert top_topics(said, groups, most=1) == {"one": ["tea"], "two": ["milk"]}
