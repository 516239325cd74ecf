"""The LDBC SNB dump and its update streams, on made-up lines."""

import io

import pyarrow as pa
import pytest

from jobs.sources import linking
from jobs.sources.base import ParseError, Record, SplitOptions
from jobs.sources.formats import snb

POST = "id|imageFile|creationDate|locationIP|browserUsed|language|content|length"
COMMENT = "id|creationDate|locationIP|browserUsed|content|length"
PERSON = "id|firstName|lastName|gender|birthday|creationDate|locationIP|browserUsed|language|email"
FACTS = {
    "Tag 3": "Espresso",
    "Tag 4": "Milk",
    "Place 8": "Alderton",
    "Place 9": "Alderland",
    "PartOf 8": "9",
    "Country 9": "Alderland",
}
AT = "1290664733756"
AT_ISO = "2010-11-25T05:58:53.756000+00:00"


def parsed(raw: str, context: str | None, *parts: tuple[str, str], facts: dict | None = FACTS) -> list:
    as_bytes = [(part.encode(), header) for part, header in parts]
    return list(snb.parse(raw.encode(), context, SplitOptions(), as_bytes, facts))


def event(raw: str) -> list:
    return parsed(f"{AT}|0|{raw}", snb.UPDATES)


# --- files ----------------------------------------------------------------------------------------------------


def test_the_header_of_a_dump_is_the_context_and_an_update_stream_has_none():
    dump = b"\xef\xbb\xbfPerson.id|Tag.id\r\n1|3\n\n2|4\n"
    assert list(snb.split(io.BytesIO(dump), SplitOptions())) == [
        Record(1, b"1|3", "Person.id|Tag.id"),
        Record(2, b"2|4", "Person.id|Tag.id"),
    ]
    stream = b"1290|0|8|1|2|1290\n1291|0|8|1|3|1291\n"
    assert list(snb.split(io.BytesIO(stream), SplitOptions())) == [
        Record(1, b"1290|0|8|1|2|1290", snb.UPDATES),
        Record(2, b"1291|0|8|1|3|1291", snb.UPDATES),
    ]


def test_a_header_alone_is_an_empty_file_of_the_dump_and_gives_nothing():
    (record,) = snb.split(io.BytesIO(b"Comment.id|Comment.id\n"), SplitOptions())
    assert record == Record(1, b"Comment.id|Comment.id", None)
    assert parsed(record.raw.decode(), None) == []


@pytest.mark.parametrize(
    ("raw", "context", "code"),
    [
        (b"", None, "empty_file"),
        (b"\x89PNG", None, "not_this_format"),
        (b"1,2", "a,b", "not_this_format"),
        (b"1|2|3", "Person.id|Tag.id", "malformed_csv"),
        (b"1|\xff|5", "Person.id|Person.id|creationDate", "invalid_text"),
        (b"1|\0|5", "Person.id|Person.id|creationDate", "nul_byte"),
        (b"1|2|9|5", snb.UPDATES, "not_this_format"),
        (b"1|2|8|5", snb.UPDATES, "malformed_csv"),
        (b"1", snb.UPDATES, "not_this_format"),
        (b"1|" + b"x" * 99 + b"|5", "Person.id|Person.id|creationDate", "too_large"),
    ],
)
def test_what_cannot_be_read_says_why(raw, context, code):
    assert snb.thing(raw, context) is None or context == "Person.id|Tag.id"
    with pytest.raises(ParseError, match=f"^{code}: "):
        list(snb.parse(raw, context, SplitOptions(record_bytes=50)))


# --- what records look up, and which belong together -----------------------------------------------------------


def test_names_of_tags_and_places_are_looked_up_and_classes_of_tags_are_none():
    tag, place, part_of = "id|name|url", "id|name|url|type", "Place.id|Place.id"
    lines = [
        (b"3|Espresso|http://dbpedia.org/resource/Espresso", tag),
        (b"3|Drink|http://dbpedia.org/ontology/Drink", tag),  # the file of classes has the same header
        (b"8|Alderton|http://dbpedia.org/resource/Alderton|city", place),
        (b"9|Alderland|http://dbpedia.org/resource/Alderland|country", place),
        (b"8|9", part_of),
        (b"4|broken", tag),
        (b"1|3", "Person.id|Tag.id"),
    ]
    found = dict(pair for raw, context in lines for pair in snb.facts(raw, context))
    assert found == {key: name for key, name in FACTS.items() if key != "Tag 4"}
    assert [parsed(raw.decode(), context) for raw, context in lines[:5]] == [[]] * 5


def test_relations_to_one_thing_complete_it_and_others_stand_alone():
    things = {
        "1||5|ip|b||Hello|5": (POST, ("Post 1", False)),
        "1|7": ("Post.id|Person.id", ("Post 1", True)),
        "6|1": ("Forum.id|Post.id", ("Post 1", True)),
        "2|1": ("Comment.id|Post.id", ("Comment 2", True)),
        "6|7": ("Forum.id|Person.id", ("Forum 6", True)),
        "6|7|5": ("Forum.id|Person.id|joinDate", None),
        "7|8|5": ("Person.id|Person.id|creationDate", None),
        "5|0|8|7|8|5": (snb.UPDATES, None),
    }
    assert {raw: snb.thing(raw.encode(), context) for raw, (context, _) in things.items()} == {
        raw: expected for raw, (_, expected) in things.items()
    }
    assert snb.thing(b"1|2|3", "Post.id|Person.id") is None
    is_linked = [POST, "Post.id|Person.id", "id|name|url", "Place.id|Place.id"]
    stands_alone = [snb.UPDATES, "Person.id|Person.id|creationDate", "Post.id|Place.id", None]
    assert [snb.is_linked(context) for context in is_linked + stands_alone] == [True] * 4 + [False] * 4


def test_groups_are_never_cut_and_a_part_without_its_thing_says_so():
    def batch(*rows: tuple[str, str, str | None, bool]) -> pa.RecordBatch:
        names = ("raw", "context", "_thing", "_is_part")
        types = (pa.binary(), pa.string(), pa.string(), pa.bool_())
        columns = [[row[place] for row in rows] for place in range(4)]
        columns[0] = [raw.encode() for raw in columns[0]]
        return pa.RecordBatch.from_arrays([pa.array(c, t) for c, t in zip(columns, types)], names=names)

    creator = "Post.id|Person.id"
    given = [
        batch(("7|8|5", "Person.id|Person.id|creationDate", None, False), ("1|7", creator, "Post 1", True)),
        batch(("1|3", "Post.id|Tag.id", "Post 1", True)),
        batch((f"1||{AT}|ip|b||Hello|5", POST, "Post 1", False), ("2|7", creator, "Post 2", True)),
        batch(),
    ]
    groups = [b for b in linking.whole_groups(given) if b.num_rows]
    assert [b["_thing"].to_pylist() for b in groups] == [[None], ["Post 1"] * 3, ["Post 2"]]
    alone, first, second = (list(linking.readers(b, snb, SplitOptions(), FACTS)) for b in groups)
    assert [table for table, _ in alone[0]()] == ["interactions", "interactions"]
    assert [len(list(reader())) for reader in first] == [0, 0, 2]
    ((table, post), _) = first[2]()
    assert (table, post["profile_id"], post["tags"]) == ("posts", "7", ["Espresso"])
    with pytest.raises(ParseError, match=r"^incomplete: the record that this one completes \(Post 2\) is missing"):
        second[0]()


# --- the dump and the same as events ---------------------------------------------------------------------------

PROFILE = (
    "profiles",
    {
        "profile_id": "7",
        "display_name": "Ann Oak",
        "email": "a@alder.example",
        "language": None,
        "location": "Alderton",
        "created_at": AT_ISO,
    },
)
INTEREST = (
    "taggings",
    {
        "tagging_id": "person:7:3",
        "tagger_profile_id": "7",
        "object_kind": "person",
        "object_id": "7",
        "tag": "Espresso",
        "created_at": AT_ISO,
    },
)


def test_a_person_becomes_a_profile_with_its_interests():
    rest = "female|0|" + AT + "|ip|browser"
    dump = parsed(
        f"7|Ann|Oak|{rest}|de;en|a@alder.example;b@alder.example",
        PERSON,
        ("7|8", "Person.id|Place.id"),
        ("7|3", "Person.id|Tag.id"),
    )
    assert dump == [PROFILE, INTEREST]
    added = event(f"1|7|Ann|Oak|{rest}|8|de;en|a@alder.example;b@alder.example|3|5,2008|6,2009;7,2010")
    assert added[:2] == dump
    assert added[2:] == [
        *parsed("7|5|2008", "Person.id|Organisation.id|classYear"),
        *parsed("7|6|2009", "Person.id|Organisation.id|workFrom"),
        *parsed("7|7|2010", "Person.id|Organisation.id|workFrom"),
    ]
    (alone,) = parsed(f"7|Ann||{rest}|en|", PERSON)
    assert {name: alone[1][name] for name in ("display_name", "email", "language", "location")} == {
        "display_name": "Ann",
        "email": None,
        "language": "en",
        "location": None,
    }


def test_a_post_has_its_creator_forum_and_tags_by_name():
    dump = parsed(
        f"1||{AT}|ip|browser|de|Hallo|5",
        POST,
        ("1|7", "Post.id|Person.id"),
        ("6|1", "Forum.id|Post.id"),
        ("1|3", "Post.id|Tag.id"),
        ("1|99", "Post.id|Tag.id"),
        ("1|3", "Post.id|Tag.id"),
    )
    assert dump[0] == (
        "posts",
        {
            "post_id": "1",
            "kind": "post",
            "profile_id": "7",
            "organisation_id": "forum-6",
            "text": "Hallo",
            "media": None,
            "tags": ["Espresso", "99"],
            "language": "de",
            "created_at": AT_ISO,
            "root_post_id": "1",
        },
    )
    assert [(row["tagging_id"], row["tagger_profile_id"], row["tag"]) for _, row in dump[1:]] == [
        ("post:1:3", "7", "Espresso"),
        ("post:1:99", "7", "99"),
    ]
    assert event(f"6|1||{AT}|ip|browser|de|Hallo|5|7|6|9|3;99") == dump


def test_a_picture_is_a_post_of_kind_media():
    ((_, post),) = event(f"6|1|p.jpg|{AT}|ip|browser|||0|7|6|9|")
    assert (post["kind"], post["media"], post["text"], post["tags"]) == ("media", ["p.jpg"], "", None)


def test_a_comment_knows_what_it_replies_to_and_the_root_where_that_is_a_post():
    to_post = parsed(
        f"2|{AT}|ip|browser|Yes|3", COMMENT, ("2|8", "Comment.id|Person.id"), ("2|1", "Comment.id|Post.id")
    )
    assert to_post == [
        (
            "posts",
            {
                "post_id": "2",
                "kind": "comment",
                "profile_id": "8",
                "text": "Yes",
                "tags": None,
                "created_at": AT_ISO,
                "parent_post_id": "1",
                "root_post_id": "1",
            },
        )
    ]
    assert event(f"7|2|{AT}|ip|browser|Yes|3|8|9|1|-1|") == to_post
    ((_, deeper),) = event(f"7|5|{AT}|ip|browser|Yes|3|8|9|-1|2|")
    assert (deeper["parent_post_id"], deeper["root_post_id"]) == ("2", None)
    given = parsed(
        f"5|{AT}|ip|browser|Yes|3", COMMENT, ("5|8", "Comment.id|Person.id"), ("5|2", "Comment.id|Comment.id")
    )
    assert given == [("posts", deeper)]


def test_a_forum_is_a_group_with_its_moderator_and_tags():
    dump = parsed(
        f"6|Espresso lovers|{AT}", "id|title|creationDate", ("6|7", "Forum.id|Person.id"), ("6|3", "Forum.id|Tag.id")
    )
    group = {"organisation_id": "forum-6", "name": "Espresso lovers", "kind": "group", "created_at": AT_ISO}
    member = {
        "organisation_id": "forum-6",
        "member_kind": "profile",
        "member_id": "7",
        "member_role": "moderator",
        "joined_at": AT_ISO,
    }
    tagging = {
        "tagging_id": "group:forum-6:3",
        "tagger_profile_id": "7",
        "object_kind": "group",
        "object_id": "forum-6",
        "tag": "Espresso",
        "created_at": AT_ISO,
    }
    assert dump == [("organisations", group), ("organisation_members", member), ("taggings", tagging)]
    assert event(f"4|6|Espresso lovers|{AT}|7|3") == dump


def test_members_join_forums_companies_and_schools():
    joined = parsed(f"6|7|{AT}", "Forum.id|Person.id|joinDate")
    assert joined == [
        (
            "organisation_members",
            {
                "organisation_id": "forum-6",
                "member_kind": "profile",
                "member_id": "7",
                "member_role": "member",
                "joined_at": AT_ISO,
            },
        )
    ]
    assert event(f"5|6|7|{AT}") == joined
    ((_, works),) = parsed("7|5|2009", "Person.id|Organisation.id|workFrom")
    assert (works["organisation_id"], works["member_role"], works["joined_at"]) == ("5", "employee", "2009")
    ((_, studied),) = parsed("7|5|2009", "Person.id|Organisation.id|classYear")
    assert (studied["member_role"], studied["left_at"], studied.get("joined_at")) == ("student", "2009", None)


@pytest.mark.parametrize(
    ("type_", "place", "kind"), [("company", "9", "company"), ("university", "8", "school"), ("order", "77", "order")]
)
def test_organisations_lie_in_a_country_directly_or_by_their_city(type_, place, kind):
    ((table, row),) = parsed(
        f"5|{type_}|Alder|http://alder.example", "id|type|name|url", (f"5|{place}", "Organisation.id|Place.id")
    )
    country = None if place == "77" else "Alderland"
    assert (table, row) == (
        "organisations",
        {"organisation_id": "5", "name": "Alder", "kind": kind, "url": "http://alder.example", "country": country},
    )


def test_friends_follow_each_other_and_likes_are_reactions():
    friends = parsed(f"7|8|{AT}", "Person.id|Person.id|creationDate")
    assert [(row["interaction_id"], row["actor_profile_id"], row["target_profile_id"]) for _, row in friends] == [
        ("follow:7:8", "7", "8"),
        ("follow:8:7", "8", "7"),
    ]
    assert event(f"8|7|8|{AT}") == friends
    like = [
        (
            "interactions",
            {
                "interaction_id": "reaction:7:1",
                "kind": "reaction",
                "actor_profile_id": "7",
                "post_id": "1",
                "created_at": AT_ISO,
            },
        )
    ]
    assert parsed(f"7|1|{AT}", "Person.id|Post.id|creationDate") == like
    assert parsed(f"7|1|{AT}", "Person.id|Comment.id|creationDate") == like
    assert event(f"2|7|1|{AT}") == event(f"3|7|1|{AT}") == like


def test_rows_have_no_other_columns_than_the_format_says():
    events = [
        f"1|7|Ann|Oak|f|0|{AT}|ip|b|8|en|a@b.example|3|5,2008|6,2009",
        f"2|7|1|{AT}",
        f"4|6|T|{AT}|7|3",
        f"5|6|7|{AT}",
        f"6|1||{AT}|ip|b|de|H|1|7|6|9|3",
        f"7|2|{AT}|ip|b|Y|1|8|9|1|-1|3",
        f"8|7|8|{AT}",
    ]
    rows = [row for raw in events for row in event(raw)]
    assert {table for table, _ in rows} == set(snb.tables)
    assert all(set(row) <= set(snb.tables[table]) for table, row in rows)


def test_a_sample_takes_some_of_every_file_and_what_belongs_to_it():
    def file(context: str, *raws: str):
        columns = {"raw": [raw.encode() for raw in raws], "context": [context] * len(raws)}
        rows = pa.RecordBatch.from_pydict(columns, schema=pa.schema([("raw", pa.binary()), ("context", pa.string())]))
        return lambda: iter([rows.slice(0, 2), rows.slice(2)] if len(raws) > 2 else [rows])

    files = [
        file("id|name|url", *(f"{n}|Tag {n}|http://dbpedia.org/resource/T{n}" for n in (3, 4, 5))),
        file(POST, *(f"{n}||{AT}|ip|b|en|Hello|5" for n in (1, 2, 3, 4))),
        file("Post.id|Person.id", "4|9", "2|9", "1|9", "3|9"),
        file("Post.id|Tag.id", "1|3", "3|4", "1|5"),
        file("Person.id|Person.id|creationDate", f"7|8|{AT}", f"8|9|{AT}", f"9|7|{AT}"),
    ]
    batches, facts = linking.sample(snb, files, limit=4, looked_at=100)
    assert [raw.decode() for batch in batches for raw in batch["raw"].to_pylist()] == [
        f"1||{AT}|ip|b|en|Hello|5",
        f"2||{AT}|ip|b|en|Hello|5",
        f"7|8|{AT}",
        f"8|9|{AT}",
        "2|9",
        "1|9",
        "1|3",
        "1|5",
    ]
    assert facts == {"Tag 3": "Tag 3", "Tag 4": "Tag 4", "Tag 5": "Tag 5"}
    batches, facts = linking.sample(snb, files, limit=4, looked_at=2)
    assert [raw.decode() for batch in batches[2:] for raw in batch["raw"].to_pylist()] == ["2|9", "1|3"]
    assert facts == {"Tag 3": "Tag 3", "Tag 4": "Tag 4"}
