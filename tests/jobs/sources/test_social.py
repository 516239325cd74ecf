"""What formats of platforms share."""

from jobs.sources import social


def test_an_account_told_of_twice_in_a_record_is_one_profile_with_all_that_was_told():
    rows = [
        ("profiles", {"profile_id": 7, "display_name": "Ada", "bio": None}),
        ("posts", {"post_id": "p", "tags": ["a", None, "a", 2], "title": {"x": [1]}}),
        ("profiles", {"profile_id": "7", "display_name": "Ada L.", "bio": "writes"}),
        ("profiles", {"profile_id": "8", "handle": ""}),
    ]
    assert list(social.finished(rows)) == [
        ("posts", {"post_id": "p", "tags": ["a", "2"], "title": '{"x":[1]}'}),
        ("profiles", {"profile_id": "7", "display_name": "Ada", "bio": "writes"}),
    ]


def test_hashtags_are_words_with_a_letter():
    text = "#tee und #Grüner_Tee, a#b https://x/#anchor &#39; #1 (#matcha) #tee"
    assert social.hashtags(text) == ["tee", "Grüner_Tee", "matcha"]


def test_an_interaction_has_an_id_that_is_the_same_each_time():
    ((_, row),) = social.interaction("reaction", "a", "b", "p", "2024-01-01T00:00:00Z")
    assert row["interaction_id"] == "reaction:a:p"
    ((_, row),) = social.interaction("mention", "a", "b", "p", None)
    assert row["interaction_id"] == "mention:a:b:p"
    assert list(social.interaction("follow", None, "b", None, None)) == []
    assert list(social.interaction("follow", "a", None, None, None)) == []
