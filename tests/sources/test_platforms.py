"""What holds for every platform of JSON: whatever comes, rows of its tables or a ParseError that says why."""

from __future__ import annotations

import ast
import importlib
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jobs.sources import social
from jobs.sources.base import ParseError
from transformations.contracts import contract

PLATFORMS = ("discourse", "facebook", "flickr", "hypothesis", "instagram", "pinboard", "reviews", "youtube", "zendesk")
KINDS = {
    "youtube": [
        f"youtube#{kind}"
        for kind in (
            "video",
            "channel",
            "comment",
            "commentThread",
            "playlistItem",
            "activity",
            "searchResult",
            "subscription",
            "videoListResponse",
        )
    ],
    "zendesk": [
        f"zen:event-type:ticket.{what}" for what in ("created", "status_changed", "comment_added", "soft_deleted")
    ],
    "hypothesis": ["annotation-notification"],
}


def of_platform(name: str) -> Any:
    return importlib.import_module(f"jobs.sources.formats.{name}")


def own_words(name: str) -> list[str]:
    """The platform's own keys and values: the words that its parser names."""
    tree = ast.parse(Path(of_platform(name).__file__).read_text(encoding="utf-8"))
    found = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    return sorted(word for word in found if re.fullmatch(r"@?[A-Za-z_][\w@]*", word))


def payloads(name: str) -> st.SearchStrategy[Any]:
    words = st.sampled_from(own_words(name))
    numbers = st.integers(-(2**70), 2**70) | st.floats(allow_nan=False, allow_infinity=False)
    texts = words | st.text(max_size=8) | st.sampled_from(KINDS.get(name, ["1"]))
    scalars = st.none() | st.booleans() | numbers | texts
    things = st.recursive(
        scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=8), max_leaves=30
    )
    beginnings = st.fixed_dictionaries({}, optional={"kind": texts, "type": texts, "id": scalars})
    return st.builds(
        lambda begun, rest: begun | rest, beginnings, st.dictionaries(words, things, min_size=1, max_size=8)
    ) | st.lists(things, max_size=3)


@pytest.mark.parametrize("name", PLATFORMS)
def test_any_object_of_its_own_keys_gives_rows_of_its_tables_or_a_reason(name, assert_readable):
    platform = of_platform(name)

    @settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
    @given(payloads(name))
    def holds(value):
        assert_readable(platform, value)

    holds()


@pytest.mark.parametrize("name", PLATFORMS)
def test_tables_have_columns_of_the_contracts(name):
    for table, columns in of_platform(name).tables.items():
        assert set(columns) <= set(contract(f"silver.{table}").names)
        assert len(columns) == len(set(columns))


@pytest.mark.parametrize("name", PLATFORMS)
@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "empty_file"),
        (b'{"id": "1", "text": "cut o', "malformed_json"),
        (b'{"id": 1, "id": 2}', "duplicate_key"),
        (b'{"id": "\\ud83d"}', "invalid_text"),
        (b'"just a text"', "not_this_format"),
        (b"{}", "not_this_format"),
        (b'{"colour": "red", "wheels": 4}', "not_this_format"),
        (b'{"error": {"message": "expired", "code": 190}}', "not_this_format"),
        (b'{"objectType": "activity", "verb": "post", "id": "tag:x,2024:1"}', "not_this_format"),
        (b'{"$type": "app.bsky.feed.post", "createdAt": "2024-01-01T00:00:00Z"}', "not_this_format"),
    ],
)
def test_what_is_not_the_platforms_own_is_refused_with_a_reason(name, raw, code):
    with pytest.raises(ParseError, match=f"^{code}: "):
        list(of_platform(name).parse(raw, None))


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
