"""The forum is a Stack Exchange dump whose counts agree with each other."""

from __future__ import annotations

import pandas as pd
import pytest
from defusedxml.ElementTree import parse

from jobs.simulate.company import FORUM_STAFF


@pytest.fixture(scope="module")
def dump(clean):
    """Table -> its rows."""
    return {
        name: pd.DataFrame([row.attrib for row in parse(clean.root / f"forum/{name}.xml").getroot()])
        for name in ("Posts", "Users", "Comments", "Votes")
    }


def test_shape(clean):
    for name in ("Posts", "Users", "Comments", "Votes"):
        content = (clean.root / f"forum/{name}.xml").read_bytes()
        first, root, *rows, end = content.split(b"\r\n")
        assert first == b'\xef\xbb\xbf<?xml version="1.0" encoding="utf-8"?>'
        assert root == f"<{name.lower()}>".encode()
        assert end == f"</{name.lower()}>".encode()
        assert all(row.startswith(b"  <row Id=") and row.endswith(b" />") for row in rows)
        assert clean.totals["records"][f"forum/{name}.xml"] == len(rows)


def test_body_is_html_in_an_attribute(clean):
    line = (clean.root / "forum/Posts.xml").read_text(encoding="utf-8-sig").splitlines()[2]
    assert 'Body="&lt;p&gt;' in line
    assert "&lt;/p&gt;&#xA;" in line


def test_counts(clean, dump):
    totals, posts = clean.totals["forum"], dump["Posts"]
    questions, answers = posts[posts["PostTypeId"] == "1"], posts[posts["PostTypeId"] == "2"]
    assert totals["questions"] == len(questions)
    assert totals["answers"] == len(answers)
    assert totals["answered_questions"] == answers["ParentId"].nunique() == (questions["AnswerCount"] != "0").sum()
    assert totals["accepted_answers"] == questions["AcceptedAnswerId"].notna().sum()
    assert totals["comments"] == len(dump["Comments"])
    assert totals["votes"] == len(dump["Votes"])
    assert 0 < totals["answers_by_staff"] < totals["answers"]
    assert totals["answered_questions"] < totals["questions"]


def test_answers_belong_to_questions(dump):
    posts = dump["Posts"].set_index("Id")
    answers = posts[posts["PostTypeId"] == "2"]
    asked = posts.loc[answers["ParentId"]]
    assert (asked["PostTypeId"] == "1").all()
    assert (answers["CreationDate"].to_numpy() > asked["CreationDate"].to_numpy()).all()
    assert (answers["OwnerUserId"].to_numpy() != asked["OwnerUserId"].to_numpy()).all()
    counted = answers["ParentId"].value_counts()
    questions = posts[posts["PostTypeId"] == "1"]
    assert (questions["AnswerCount"].astype(int) == counted.reindex(questions.index).fillna(0)).all()
    accepted = questions["AcceptedAnswerId"].dropna()
    assert (posts.loc[accepted, "ParentId"].to_numpy() == accepted.index.to_numpy()).all()


def test_scores_comments_and_acceptances_are_counted(dump):
    posts, votes = dump["Posts"].set_index("Id"), dump["Votes"]
    ups = votes.loc[votes["VoteTypeId"] == "2", "PostId"].value_counts()
    downs = votes.loc[votes["VoteTypeId"] == "3", "PostId"].value_counts()
    score = ups.reindex(posts.index).fillna(0) - downs.reindex(posts.index).fillna(0)
    assert (posts["Score"].astype(int) == score).all()
    comments = dump["Comments"]["PostId"].value_counts()
    assert (posts["CommentCount"].astype(int) == comments.reindex(posts.index).fillna(0)).all()
    accepted = votes.loc[votes["VoteTypeId"] == "1", "PostId"]
    assert sorted(accepted) == sorted(posts["AcceptedAnswerId"].dropna())


def test_users(clean, dump):
    users = dump["Users"].set_index("Id")
    assert set(dump["Posts"]["OwnerUserId"]) <= set(users.index)
    assert set(dump["Comments"]["UserId"]) <= set(users.index)
    assert users.loc["-1", "DisplayName"] == "Community"
    for account in FORUM_STAFF:
        assert users.loc[account.profile_id, "DisplayName"] == account.name
        assert "I work for the company" in users.loc[account.profile_id, "AboutMe"]
    persons = clean.csv("truth/persons.csv")
    given = persons[persons["link_forum"] == "given_id"]
    links = users["WebsiteUrl"].dropna()
    assert len(given) > 5
    assert (
        dict(zip(given["forum_profile_id"], "https://alderwick.example/customers/" + given["customer_id"]))
        == links.to_dict()
    )


def test_first_answers(clean, dump):
    posts = dump["Posts"].set_index("Id")
    at = pd.to_datetime(posts["CreationDate"])
    answers = posts[posts["PostTypeId"] == "2"]
    first = at[answers.index].groupby(answers["ParentId"]).min()
    waited = (first - at[first.index]).dt.total_seconds()
    assert clean.totals["forum"]["first_answer_seconds_median"] == pytest.approx(waited.median(), abs=1e-6)
    truth = clean.csv("truth/answers.csv").set_index("question_id")
    answered = truth[truth["answers"] != "0"]
    assert answered["first_answer_seconds"].astype(float).to_dict() == pytest.approx(waited.to_dict())
    staff = {account.profile_id for account in FORUM_STAFF}
    by_staff = posts.loc[answered["first_answer_id"], "OwnerUserId"].isin(staff)
    assert (by_staff.to_numpy() == (answered["first_answer_by"] == "staff").to_numpy()).all()
