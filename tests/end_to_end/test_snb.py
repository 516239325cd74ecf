"""The LDBC SNB dump and then its updates, against what pandas joins together from the same files."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from jobs import settings as conf
from jobs.lake import row_accounts
from jobs.lake.tables import Lake
from jobs.runner.execution import Choice, execute

EXAMPLES = Path(__file__).resolve().parents[2] / "conf" / "examples"
TABLES = ("profiles", "posts", "interactions", "taggings", "organisations", "organisation_members")
KEYS = {
    "profiles": ("profile_id",),
    "posts": ("post_id",),
    "interactions": ("interaction_id",),
    "taggings": ("tagging_id",),
    "organisations": ("organisation_id",),
    "organisation_members": ("organisation_id", "member_id", "member_role"),
}
Files = dict[str, pd.DataFrame]
Rows = dict[str, list[dict[str, Any]]]


# --- what pandas makes of the files ---------------------------------------------------------------------------


def dump(folder: Path) -> Files:
    """The files of the dump by their names without numbers."""
    return {
        path.name.removesuffix("_0_0.csv"): pd.read_csv(path, sep="|", dtype=str, keep_default_na=False, quoting=3)
        for path in sorted(folder.glob("*/*.csv"))
    }


def with_updates(files: Files, folder: Path) -> Files:
    """The files as they would be had they been dumped after the updates: each event is lines of several files."""
    lines = [line for path in sorted(folder.glob("*.csv")) for line in path.read_text(encoding="utf-8").splitlines()]
    more: dict[str, list[list[str]]] = {}

    def add(name: str, *values: str) -> None:
        more.setdefault(name, []).append(list(values))

    for _, _, number, *of in (line.split("|") for line in lines):
        if number == "1":
            add("person", *of[:8], of[9], of[10])
            add("person_isLocatedIn_place", of[0], of[8])
            for tag in filter(None, of[11].split(";")):
                add("person_hasInterest_tag", of[0], tag)
            for name, entries in (("studyAt", of[12]), ("workAt", of[13])):
                for entry in filter(None, entries.split(";")):
                    add(f"person_{name}_organisation", of[0], *entry.split(","))
        elif number in "238":
            add({"2": "person_likes_post", "3": "person_likes_comment", "8": "person_knows_person"}[number], *of)
        elif number == "4":
            add("forum", *of[:3])
            add("forum_hasModerator_person", of[0], of[3])
            for tag in filter(None, of[4].split(";")):
                add("forum_hasTag_tag", of[0], tag)
        elif number == "5":
            add("forum_hasMember_person", *of)
        elif number in "67":
            name = "post" if number == "6" else "comment"
            size = 8 if number == "6" else 6
            add(name, *of[:size])
            add(f"{name}_hasCreator_person", of[0], of[size])
            if number == "6":
                add("forum_containerOf_post", of[9], of[0])
            else:
                for place, kind in ((8, "post"), (9, "comment")):
                    if of[place] != "-1":
                        add(f"comment_replyOf_{kind}", of[0], of[place])
            for tag in filter(None, of[-1].split(";")):
                add(f"{name}_hasTag_tag", of[0], tag)
    return files | {
        name: pd.concat([files[name], pd.DataFrame(rows, columns=files[name].columns)], ignore_index=True)
        for name, rows in more.items()
    }


def expected(files: Files) -> Rows:
    """Rows of the silver tables, those columns that mean something."""
    named = files["tag"].set_index("id")["name"]
    place = files["place"].set_index("id")
    part_of = files["place_isPartOf_place"].set_index("Place.id")["Place.id.1"]

    def one(name: str, of: str, other: str) -> pd.Series:
        """The other id of a relation that a thing has once, by the thing's id."""
        return files[name].set_index(of)[other]

    def when(milliseconds: pd.Series) -> pd.Series:
        return pd.to_datetime(pd.to_numeric(milliseconds), unit="ms", utc=True)

    person = files["person"]
    languages = person["language"].str.split(";")
    profiles = pd.DataFrame(
        {
            "profile_id": person["id"],
            "display_name": person["firstName"] + " " + person["lastName"],
            "email": person["email"].str.split(";").str[0].str.lower(),
            "language": languages.str[0].where(languages.str.len() == 1),
            "location": person["id"].map(one("person_isLocatedIn_place", "Person.id", "Place.id")).map(place["name"]),
            "created_at": when(person["creationDate"]),
        }
    )

    def tags(name: str, of: str) -> pd.Series:
        relation = files[f"{name}_hasTag_tag"]
        return relation.assign(tag=relation["Tag.id"].map(named)).groupby(of)["tag"].agg(list)

    post, comment = files["post"], files["comment"]
    posts = pd.DataFrame(
        {
            "post_id": post["id"],
            "kind": (post["imageFile"] != "").map({True: "media", False: "post"}),
            "profile_id": post["id"].map(one("post_hasCreator_person", "Post.id", "Person.id")),
            "organisation_id": "forum-" + post["id"].map(one("forum_containerOf_post", "Post.id", "Forum.id")),
            "text": post["content"],
            "media": post["imageFile"].map(lambda name: [name] if name else None),
            "tags": post["id"].map(tags("post", "Post.id")),
            "language": post["language"],
            "created_at": when(post["creationDate"]),
            "parent_post_id": None,
            "root_post_id": post["id"],
        }
    )
    to_post = comment["id"].map(one("comment_replyOf_post", "Comment.id", "Post.id"))
    comments = pd.DataFrame(
        {
            "post_id": comment["id"],
            "kind": "comment",
            "profile_id": comment["id"].map(one("comment_hasCreator_person", "Comment.id", "Person.id")),
            "organisation_id": None,
            "text": comment["content"],
            "media": None,
            "tags": comment["id"].map(tags("comment", "Comment.id")),
            "language": None,
            "created_at": when(comment["creationDate"]),
            "parent_post_id": to_post.fillna(
                comment["id"].map(one("comment_replyOf_comment", "Comment.id", "Comment.id.1"))
            ),
            "root_post_id": to_post,
        }
    )

    knows = files["person_knows_person"].set_axis(["a", "b", "at"], axis=1)
    both = pd.concat([knows, knows.rename(columns={"a": "b", "b": "a"})])
    likes = pd.concat(
        [files[f"person_likes_{kind}"].set_axis(["a", "post", "at"], axis=1) for kind in ("post", "comment")]
    )
    interactions = pd.concat(
        [
            pd.DataFrame(
                {
                    "interaction_id": "follow:" + both["a"] + ":" + both["b"],
                    "kind": "follow",
                    "actor_profile_id": both["a"],
                    "target_profile_id": both["b"],
                    "post_id": None,
                    "created_at": when(both["at"]),
                }
            ),
            pd.DataFrame(
                {
                    "interaction_id": "reaction:" + likes["a"] + ":" + likes["post"],
                    "kind": "reaction",
                    "actor_profile_id": likes["a"],
                    "target_profile_id": None,
                    "post_id": likes["post"],
                    "created_at": when(likes["at"]),
                }
            ),
        ]
    )

    forum, organisation = files["forum"], files["organisation"]
    place_of = organisation["id"].map(one("organisation_isLocatedIn_place", "Organisation.id", "Place.id"))
    country = place_of.where(place_of.map(place["type"]) == "country", place_of.map(part_of)).map(place["name"])
    organisations = pd.concat(
        [
            pd.DataFrame(
                {
                    "organisation_id": organisation["id"],
                    "name": organisation["name"],
                    "kind": organisation["type"].replace("university", "school"),
                    "url": organisation["url"],
                    "country": country,
                    "created_at": None,
                }
            ),
            pd.DataFrame(
                {
                    "organisation_id": "forum-" + forum["id"],
                    "name": forum["title"],
                    "kind": "group",
                    "url": None,
                    "country": None,
                    "created_at": when(forum["creationDate"]),
                }
            ),
        ]
    )
    moderator = one("forum_hasModerator_person", "Forum.id", "Person.id")
    joins, works, studies = (
        files[name] for name in ("forum_hasMember_person", "person_workAt_organisation", "person_studyAt_organisation")
    )
    members = pd.concat(
        [
            pd.DataFrame(
                {
                    "organisation_id": "forum-" + joins["Forum.id"],
                    "member_id": joins["Person.id"],
                    "member_role": "member",
                    "joined_at": when(joins["joinDate"]),
                    "left_at": None,
                }
            ),
            pd.DataFrame(
                {
                    "organisation_id": "forum-" + forum["id"],
                    "member_id": forum["id"].map(moderator),
                    "member_role": "moderator",
                    "joined_at": when(forum["creationDate"]),
                    "left_at": None,
                }
            ),
            pd.DataFrame(
                {
                    "organisation_id": works["Organisation.id"],
                    "member_id": works["Person.id"],
                    "member_role": "employee",
                    "left_at": None,
                    "joined_at": pd.to_datetime(works["workFrom"], format="%Y", utc=True),
                }
            ),
            pd.DataFrame(
                {
                    "organisation_id": studies["Organisation.id"],
                    "member_id": studies["Person.id"],
                    "member_role": "student",
                    "joined_at": None,
                    "left_at": pd.to_datetime(studies["classYear"], format="%Y", utc=True),
                }
            ),
        ]
    )

    given = []
    for name, of, kind, prefix, things, tagger in (
        ("person_hasInterest_tag", "Person.id", "person", "", person, person.set_index("id").index.to_series()),
        ("post_hasTag_tag", "Post.id", "post", "", post, one("post_hasCreator_person", "Post.id", "Person.id")),
        (
            "comment_hasTag_tag",
            "Comment.id",
            "post",
            "",
            comment,
            one("comment_hasCreator_person", "Comment.id", "Person.id"),
        ),
        ("forum_hasTag_tag", "Forum.id", "group", "forum-", forum, moderator),
    ):
        relation = files[name]
        given.append(
            pd.DataFrame(
                {
                    "tagging_id": kind + ":" + prefix + relation[of] + ":" + relation["Tag.id"],
                    "object_kind": kind,
                    "tagger_profile_id": relation[of].map(tagger),
                    "object_id": prefix + relation[of],
                    "tag": relation["Tag.id"].map(named),
                    "created_at": relation[of].map(when(things.set_index("id")["creationDate"])),
                }
            )
        )
    frames = {
        "profiles": profiles,
        "posts": pd.concat([posts, comments]),
        "interactions": interactions,
        "taggings": pd.concat(given),
        "organisations": organisations,
        "organisation_members": members,
    }
    return {name: [_plain(row) for row in frame.to_dict("records")] for name, frame in frames.items()}


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    def value(found: Any) -> Any:
        if isinstance(found, list):
            return found
        if found == "" or pd.isna(found):
            return None
        return found.to_pydatetime() if isinstance(found, pd.Timestamp) else found

    return {name: value(found) for name, found in row.items()}


# --- what the lake holds --------------------------------------------------------------------------------------


@dataclass
class Ran:
    """What stood in silver after the dump, after the updates, and after a run with nothing new."""

    after: dict[str, Rows] = field(default_factory=dict)
    mistakes: dict[str, list[str]] = field(default_factory=dict)
    hashes: dict[str, dict[str, tuple[int, int]]] = field(default_factory=dict)
    states: dict[str, set[str]] = field(default_factory=dict)
    lake: Lake | None = None


@pytest.fixture(scope="module")
def files(shared_data) -> dict[str, Files]:
    of_dump = dump(shared_data / "snb" / "vanilla")
    return {"dump": of_dump, "updates": with_updates(of_dump, shared_data / "snb" / "update_streams")}


@pytest.fixture(scope="module")
def ran(shared_data, spark, tmp_path_factory) -> Ran:
    """The dump, the updates on the same lake, and once more."""
    found = Ran()
    patch = pytest.MonkeyPatch()
    patch.setenv("SCRM_DATA", str(shared_data))
    patch.setenv("SCRM_LAKE", str(tmp_path_factory.mktemp("snb")))
    for step, folder in (("dump", "snb"), ("updates", "snb_updated"), ("again", "snb_updated")):
        settings = conf.load(EXAMPLES / folder)
        lake = found.lake = Lake(settings.base.lake.root, lambda: spark)
        report = execute(settings, Choice(jobs=("land", "parties", "social")), lake=lake)
        assert (report.exit_code, report.message) == (0, "")
        found.states[step] = {job.state for job in report.jobs}
        found.mistakes[step] = row_accounts.mistakes(lake)
        if step != "dump":
            found.hashes[step] = {name: lake.hash(f"silver.{name}") for name in TABLES}
        found.after[step] = {name: lake.rows(f"silver.{name}") for name in TABLES}
    patch.undo()
    return found


@pytest.mark.parametrize("step", ["dump", "updates"])
@pytest.mark.parametrize("table", TABLES)
def test_silver_is_what_pandas_makes_of_the_files(ran, files, step, table):
    wanted = by_key(expected(files[step])[table], table)
    found = by_key(ran.after[step][table], table)
    assert len(wanted) == len(found)
    columns = list(next(iter(wanted.values())))
    different = [
        (key, {name: (row[name], found.get(key, {}).get(name)) for name in columns})
        for key, row in wanted.items()
        if any(row[name] != found.get(key, {}).get(name) for name in columns)
    ]
    assert different[:3] == []


def by_key(rows: list[dict[str, Any]], table: str) -> dict[tuple, dict[str, Any]]:
    found = {tuple(row[name] for name in KEYS[table]): row for row in rows}
    assert len(found) == len(rows)
    return found


def test_the_dump_counts_what_its_readme_says(ran):
    after = ran.after["dump"]
    kinds = pd.Series([row["kind"] for name in ("posts", "interactions") for row in after[name]]).value_counts()
    assert len(after["profiles"]) == 222
    assert kinds["post"] + kinds["media"] == 5_924
    assert kinds["comment"] == 2_218
    assert (kinds["follow"], kinds["reaction"]) == (2 * 825, 1_383)
    assert sum(row["kind"] == "group" for row in after["organisations"]) == 805
    assert {row["channel"] for name in TABLES for row in after[name]} == {"snb"}


def test_every_record_and_row_is_accounted_for(ran):
    assert ran.mistakes == {"dump": [], "updates": [], "again": []}
    assert ran.lake.names("quarantine") == []
    records = [row for row in ran.lake.rows("ops.row_accounts") if row["table_name"] == "bronze.snb"]
    assert sum(row["landed"] for row in records if row["file"].startswith("updateStream")) == 6_920
    rows = {
        (row["file"], row["table_name"]): row["accepted"]
        for row in ran.lake.rows("ops.row_accounts")
        if row["table_name"] == "silver.posts" and row["emitted"]
    }
    assert rows == {
        ("comment_0_0.csv", "silver.posts"): 2_218,
        ("post_0_0.csv", "silver.posts"): 5_924,  # relations complete these rows and give none
        ("updateStream_0_0_forum.csv", "silver.posts"): 1_271 + 1_296,
    }


def test_events_are_worked_off_alone_and_running_again_changes_nothing(ran):
    before = {row["post_id"]: row["run_id"] for row in ran.after["dump"]["posts"]}
    after = {row["post_id"]: row["run_id"] for row in ran.after["updates"]["posts"]}
    assert len(after) == len(before) + 1_271 + 1_296
    assert all(after[post] == run for post, run in before.items())
    assert ran.states["again"] == {"up to date"}
    assert ran.hashes["again"] == ran.hashes["updates"]


# --- a dump that comes in pieces ------------------------------------------------------------------------------


def test_what_comes_later_completes_what_was_there(tmp_path, write_conf, run_conf):
    folder = tmp_path / "in"
    folder.mkdir()

    def put(name: str, *lines: str) -> None:
        (folder / f"{name}_0_0.csv").write_text("\n".join([*lines, ""]), encoding="utf-8")

    put(
        "post",
        "id|imageFile|creationDate|locationIP|browserUsed|language|content|length",
        "1||1290664733756|ip|browser|en|Hello|5",
    )
    put("post_hasTag_tag", "Post.id|Tag.id", "1|3")
    put("post_hasCreator_person", "Post.id|Person.id", "1|7", "2|8")
    settings = write_conf(
        {"snb": f"kind: social\nformat: snb\npath: {folder}/*.csv\nchannel: snb\nservice_type: social_network\n"}
    )

    def run() -> tuple[dict, list[str]]:
        report, lake = run_conf(settings, jobs=("land", "social"))
        assert (report.exit_code, report.message) == (0, "")
        assert row_accounts.mistakes(lake) == []
        posts = {row["post_id"]: (row["profile_id"], row["tags"]) for row in lake.rows("silver.posts")}
        return posts, [row["reasons"][0]["code"] for row in lake.rows("quarantine.snb")]

    assert run() == ({"1": ("7", ["3"])}, ["incomplete"])
    put("tag", "id|name|url", "3|Espresso|http://dbpedia.org/resource/Espresso")
    put(
        "post_more",
        "id|imageFile|creationDate|locationIP|browserUsed|language|content|length",
        "2||1290664733757|ip|browser|en|Again|5",
    )
    put("updateStream", "1290664733758|0|6|5||1290664733758|ip|browser|en|More|4|7|6|9|3")
    assert run() == ({"1": ("7", ["Espresso"]), "2": ("8", None), "5": ("7", ["Espresso"])}, [])
