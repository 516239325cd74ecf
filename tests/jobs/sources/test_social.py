"""What formats of platforms share."""

import pytest

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


@pytest.mark.parametrize(
    "text",
    [
        "[deleted]",
        "[ Removed by Reddit in response to a copyright notice. ]",
        "\\[removed\\]",
        "(post deleted by author)",
        "(topic withdrawn by author, will be automatically deleted in 24 hours unless flagged)",
        "*Permanently Deleted*",
        "removed by mod",
        "This Post was deleted by the Post author. Learn more",
        "This Tweet is from a suspended account.",
        "This content isn\u2019t available right now",
        "This comment has been removed.",
        "Deleted video",
        "This video is private.",
        "[Comment deleted]",
        "(message deleted)",
        "Comment removed by a moderator",
        "[ Removed by Reddit on account of violating the [content policy](/help/contentpolicy). ]",
        "This content isn't available at the moment",
        "[gel\u00f6scht]",
        "Dieser Beitrag wurde vom Autor gel\u00f6scht.",
    ],
)
def test_what_platforms_show_in_place_of_a_post_is_a_deletion(text):
    post = {"post_id": "1", "kind": "comment", "text": text, "created_at": "2024-01-01T00:00:00Z"}
    assert list(social.finished([("posts", post)])) == [
        ("posts", {"post_id": "1", "deleted_at": "2024-01-01T00:00:00Z"})
    ]


@pytest.mark.parametrize(
    "text",
    [
        "I deleted it",
        "deleted",
        "[edited]",
        "This video is available in our shop",
        "This kettle is no longer available",
        "The comment was removed by a colleague",
        "Post deleted",
        "[fixed] message deleted from the outbox",
        "This post was deleted by the author of the best kettle guide, and that is a pity: it had everything. " * 3,
    ],
)
def test_what_people_say_of_deletions_stays(text):
    assert not social.is_removal_notice(text)


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("RE: https://a.example/@b/1\n\nSo true", "So true"),
        ("So true\nRE: https://a.example/@b/1", "So true"),
        ("RE: https://a.example/@b/1", None),
        ("About https://a.example/@b/1", "About https://a.example/@b/1"),
        (None, None),
    ],
)
def test_a_text_without_the_line_that_stands_for_a_quote(text, own):
    assert social.without_quote(text) == own
