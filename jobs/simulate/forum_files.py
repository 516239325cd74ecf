"""The forum as a Stack Exchange data dump (Posts, Users, Comments, Votes), and its planted truth."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from jobs.simulate import draw
from jobs.simulate.company import CATALOGUE, FORUM_STAFF, INTEREST_TERMS, INTERESTS, SHOP
from jobs.simulate.forum import DOWN, FAVOURITE, KINDS, UP, Remarks, Threads, Votes
from jobs.simulate.forum_texts import COMMENTS, STAFF_ANSWERS, TAGS
from jobs.simulate.names import CITIES
from jobs.simulate.people import Customers
from jobs.simulate.profiles import GIVEN_ID, STAFF, Accounts, Persons
from jobs.simulate.slots import SLOTS
from jobs.simulate.wording import by_row, write
from jobs.simulate.write import Records

_LICENCE = "CC BY-SA 4.0"


@dataclass(frozen=True)
class Forum:
    """All that the forum holds."""

    accounts: Accounts
    threads: Threads
    comments: Remarks
    votes: Votes


def dump_records(seed: int, forum: Forum, known: Persons, people: Customers) -> dict[str, Records]:
    """forum/{Posts,Users,Comments,Votes}.xml, by forum_ and their name."""
    parts = {
        "posts": _posts(seed, forum),
        "users": _users(seed, forum, known, people),
        "comments": _comments(seed, forum),
        "votes": _votes(forum),
    }
    return {f"forum_{name}": Records(f"forum/{name.capitalize()}.xml", columns) for name, columns in parts.items()}


def _stamps(milliseconds: np.ndarray) -> pa.Array:
    rest = pc.utf8_lpad(pa.array(milliseconds % 1000).cast(pa.string()), 3, "0")
    return draw.join(draw.times(milliseconds // 1000, separator="T"), ".", rest)


def _scores(forum: Forum) -> np.ndarray:
    signs = np.where(forum.votes.kind == UP, 1, np.where(forum.votes.kind == DOWN, -1, 0))
    return np.bincount(forum.votes.post, weights=signs, minlength=len(forum.threads)).astype(np.int64)


def _slots(rng: np.random.Generator, product: np.ndarray, community: np.ndarray) -> dict:
    terms = list(INTEREST_TERMS.values())
    known = np.where(community >= 0, community, 0)
    term = known * len(terms[0]) + rng.integers(0, len(terms[0]), len(product))
    return SLOTS | {
        "product": by_row([article.name for article in CATALOGUE], product),
        "topic": by_row([word for words in terms for word in words], term),
    }


def _posts(seed: int, forum: Forum) -> dict[str, pa.Array]:
    rng = draw.stream(seed, "forum texts")
    drawn, accounts = forum.threads, forum.accounts
    size, question = len(drawn), drawn.is_question
    by_staff = accounts.role[drawn.author] == STAFF
    templates = [text for kind in KINDS for text in kind.templates]
    counts = np.array([len(kind.templates) for kind in KINDS])
    chosen = (np.cumsum(counts) - counts)[drawn.kind] + rng.integers(0, counts[drawn.kind])
    chosen = np.where(by_staff, len(templates) + rng.integers(0, len(STAFF_ANSWERS), size), chosen)
    asker = drawn.author[np.where(question, np.arange(size), drawn.parent)]
    community = accounts.community[asker]
    text = write(rng, [*templates, *STAFF_ANSWERS], chosen, _slots(rng, drawn.product, community))
    parts = pc.split_pattern(pc.if_else(pa.array(question), text, draw.join("|", text)), "|")
    tag = draw.join(
        "<",
        draw.take([name.replace("_", "-") for name in INTERESTS], np.maximum(community, 0)),
        "><",
        draw.take(TAGS, rng.integers(0, len(TAGS), size)),
        ">",
    )
    answers = np.bincount(drawn.parent[~question], minlength=size)
    remarks = np.bincount(forum.comments.post, minlength=size)
    favourites = np.bincount(forum.votes.post[forum.votes.kind == FAVOURITE], minlength=size)
    last = drawn.at.copy()
    np.maximum.at(last, drawn.parent[~question], drawn.at[~question])
    numbers = np.arange(1, size + 1)
    # HTML inside the attribute: escaped once as HTML, once more as XML when it is written.
    html = pc.replace_substring(pc.list_element(parts, 1), "&", "&amp;")
    owner = accounts.profile_id.take(pa.array(drawn.author))
    return {
        "Id": pa.array(numbers),
        "PostTypeId": pa.array(np.where(question, 1, 2)),
        "ParentId": draw.keep(pa.array(drawn.parent + 1), ~question),
        "AcceptedAnswerId": draw.keep(pa.array(drawn.accepted + 1), drawn.accepted >= 0),
        "CreationDate": _stamps(drawn.at),
        "Score": pa.array(_scores(forum)),
        "ViewCount": draw.keep(
            pa.array(np.floor(rng.lognormal(4.2, 0.9, size)).astype(np.int64) + 5 * answers), question
        ),
        "Body": draw.join("<p>", html, "</p>\n"),
        "OwnerUserId": owner,
        "LastActivityDate": _stamps(last),
        "Title": draw.keep(pc.list_element(parts, 0), question),
        "Tags": draw.keep(tag, question),
        "AnswerCount": draw.keep(pa.array(answers), question),
        "CommentCount": pa.array(remarks),
        "FavoriteCount": draw.keep(pa.array(favourites), question & (favourites > 0)),
        "ContentLicense": draw.take([_LICENCE], np.zeros(size, dtype=np.int8)),
    }


def _users(seed: int, forum: Forum, known: Persons, people: Customers) -> dict[str, pa.Array]:
    """Users, the background process -1 of every real dump first."""
    rng = draw.stream(seed, "forum users")
    accounts, drawn = forum.accounts, forum.threads
    size = len(accounts)
    mine = np.maximum(accounts.person, 0)
    staff = accounts.role == STAFF
    points = np.bincount(drawn.author, weights=np.maximum(_scores(forum), 0) * 10, minlength=size)
    link = (accounts.person >= 0) & (known.link_forum[mine] == GIVEN_ID)
    customer = people.customer_id.take(pa.array(np.where(link, known.customer[mine], 0)))
    terms = [words[0] for words in INTEREST_TERMS.values()]
    about = draw.join("<p>Mostly ", draw.take(terms, np.maximum(accounts.community, 0)), ".</p>\n")
    about = draw.keep(about, ~staff & (rng.random(size) < 0.4))
    of_staff = draw.take(
        [f"<p>{account.bio}</p>\n" for account in FORUM_STAFF], np.minimum(np.arange(size), len(FORUM_STAFF) - 1)
    )
    # An account is older than its first post.
    joined = -86_400_000 * rng.integers(1, 1500, size) + rng.integers(0, 86_400_000, size)
    seen = joined.copy()
    np.maximum.at(seen, drawn.author, drawn.at)
    columns = {
        "Id": accounts.profile_id,
        "Reputation": pa.array(1 + points.astype(np.int64)),
        "CreationDate": _stamps(joined),
        "DisplayName": accounts.handle,
        "LastAccessDate": _stamps(seen),
        "WebsiteUrl": draw.keep(draw.join(f"{SHOP}/customers/", customer), link),
        "Location": draw.keep(
            draw.take([city for city, _, _ in CITIES], known.city[mine]), ~staff & (rng.random(size) < 0.5)
        ),
        "AboutMe": pc.if_else(pa.array(staff), of_staff, about),
        "Views": pa.array(np.floor(rng.lognormal(1.5, 1, size)).astype(np.int64)),
        "UpVotes": pa.array(rng.poisson(6, size)),
        "DownVotes": pa.array(rng.poisson(0.4, size)),
        "AccountId": pa.array(np.arange(size) + 50_000),
    }
    process = {
        "Id": "-1",
        "Reputation": 1,
        "CreationDate": "2020-01-01T00:00:00.000",
        "DisplayName": "Community",
        "LastAccessDate": "2020-01-01T00:00:00.000",
        "WebsiteUrl": None,
        "Location": "on the server farm",
        "AboutMe": "<p>I am a background process.</p>\n",
        "Views": 0,
        "UpVotes": 0,
        "DownVotes": 0,
        "AccountId": -1,
    }
    return {
        name: pa.concat_arrays([pa.array([process[name]], column.type), column]) for name, column in columns.items()
    }


def _comments(seed: int, forum: Forum) -> dict[str, pa.Array]:
    rng = draw.stream(seed, "forum comment texts")
    drawn, size = forum.comments, len(forum.comments.post)
    product = forum.threads.product[drawn.post]
    chosen = rng.integers(0, len(COMMENTS), size)
    return {
        "Id": pa.array(np.arange(1, size + 1)),
        "PostId": pa.array(drawn.post + 1),
        "Score": pa.array(rng.poisson(0.3, size)),
        "Text": write(rng, COMMENTS, chosen, _slots(rng, product, forum.accounts.community[drawn.author])),
        "CreationDate": _stamps(drawn.at),
        "UserId": forum.accounts.profile_id.take(pa.array(drawn.author)),
        "ContentLicense": draw.take([_LICENCE], np.zeros(size, dtype=np.int8)),
    }


def _votes(forum: Forum) -> dict[str, pa.Array]:
    drawn = forum.votes
    voter = forum.accounts.profile_id.take(pa.array(np.maximum(drawn.voter, 0)))
    return {
        "Id": pa.array(np.arange(1, len(drawn.post) + 1)),
        "PostId": pa.array(drawn.post + 1),
        "VoteTypeId": pa.array(drawn.kind),
        "UserId": draw.keep(voter, drawn.voter >= 0),
        "CreationDate": _stamps(drawn.day * 86_400_000),
    }


def answer_truth(forum: Forum) -> Records:
    """truth/answers.csv: a question's answers, who gave the first and the accepted one, and when."""
    drawn = forum.threads
    questions = np.flatnonzero(drawn.is_question)
    answers = np.flatnonzero(~drawn.is_question)[::-1]
    first = np.full(len(drawn), -1)
    first[drawn.parent[answers]] = answers  # written backwards in time, so that the earliest stays
    first, accepted = first[questions], drawn.accepted[questions]
    by_staff = forum.accounts.role[drawn.author] == STAFF

    def who(rows: np.ndarray) -> pa.Array:
        return draw.keep(draw.take(["peer", "staff"], by_staff[np.maximum(rows, 0)].astype(np.int8)), rows >= 0)

    waited = (drawn.at[np.maximum(first, 0)] - drawn.at[questions]) / 1000
    return Records(
        "truth/answers.csv",
        {
            "question_id": pa.array(questions + 1),
            "answers": pa.array(np.bincount(drawn.parent[answers], minlength=len(drawn))[questions]),
            "first_answer_id": draw.keep(pa.array(first + 1), first >= 0),
            "first_answer_by": who(first),
            "first_answer_seconds": draw.keep(pa.array(waited), first >= 0),
            "accepted_answer_id": draw.keep(pa.array(accepted + 1), accepted >= 0),
            "accepted_by": who(accepted),
        },
    )
