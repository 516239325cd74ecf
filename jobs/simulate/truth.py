"""What was planted, beside the data and never read by the pipeline: tone, subjects, exact totals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

import numpy as np
import pyarrow as pa

from jobs.simulate import draw
from jobs.simulate.company import CATALOGUE, FAULTY_PRODUCT, NEW_PRODUCT, NUMBER_OF
from jobs.simulate.dirt import Fault, counts
from jobs.simulate.faults import SOURCES
from jobs.simulate.forum import ACCEPT, UP
from jobs.simulate.forum import KINDS as FORUM_KINDS
from jobs.simulate.forum_files import Forum
from jobs.simulate.interactions import SHARE, Interactions
from jobs.simulate.orders import Orders
from jobs.simulate.people import SEGMENTS, Customers
from jobs.simulate.posts import KINDS, NAMES_PRODUCT, Posts, is_relevant
from jobs.simulate.profiles import LINKS, PERSON, STAFF, Accounts, Persons
from jobs.simulate.support import Tickets, solved_at
from jobs.simulate.web import HEARTBEAT_SECONDS, MIN_VISIT_SECONDS, PROGRAM, Web
from jobs.simulate.write import Records


def tone_truth(posts: Posts, accounts: Accounts, forum: Forum) -> Records:
    """truth/tone.csv: the planted tone of each post by a person, not by company, rival or bot."""
    mine = np.flatnonzero(accounts.role[posts.author] == PERSON)
    theirs = np.flatnonzero(forum.accounts.role[forum.threads.author] == PERSON)
    tones = pa.concat_arrays(
        [
            draw.take([kind.tone for kind in KINDS], posts.kind[mine]),
            draw.take([kind.tone for kind in FORUM_KINDS], forum.threads.kind[theirs]),
        ]
    )
    return Records(
        "truth/tone.csv",
        {
            "channel": draw.take(["microblog", "forum"], np.repeat([0, 1], [len(mine), len(theirs)])),
            "post_id": pa.concat_arrays([posts.post_id.take(pa.array(mine)), draw.ids("", theirs + 1, 1)]),
            "tone": tones,
        },
    )


def post_truth(posts: Posts, chosen: np.ndarray, accounts: Accounts) -> Records:
    """truth/posts.csv: what each microblog post is about and means; chosen: their sentences."""
    about = [kind.about for kind in KINDS]
    is_private = np.array([kind.name == "complaint_private" for kind in KINDS])[posts.kind]
    return Records(
        "truth/posts.csv",
        {
            "post_id": posts.post_id,
            "author": draw.take(["person", "brand", "staff", "competitor", "bot"], accounts.role[posts.author]),
            "kind": draw.take([kind.name for kind in KINDS], posts.kind),
            "about": draw.take(about, posts.kind),
            "intent": draw.take([kind.intent for kind in KINDS], posts.kind),
            "is_relevant": draw.take(["false", "true"], is_relevant(posts, chosen, accounts).astype(np.int8)),
            "product_id": draw.keep(draw.take([p.product_id for p in CATALOGUE], posts.product), NAMES_PRODUCT[chosen]),
            "has_private_data": draw.take(["false", "true"], is_private.astype(np.int8)),
        },
    )


def order_totals(sold: Orders, people: Customers, days: int) -> dict[str, object]:
    """Exact figures of the good orders."""
    amount, back = sold.amount, sold.is_return[sold.line_order]
    return {
        "customers": len(people),
        "products": len(CATALOGUE),
        "orders": len(sold.day),
        "returns": int(sold.is_return.sum()),
        "order_lines": len(sold.line_order),
        "buyers": len(np.unique(sold.customer[~sold.is_return])),
        "purchases_amount": euros(amount[~back]),
        "returns_amount": euros(amount[back]),
        "revenue": euros(amount),
        "segments": _by_name(people.segment, SEGMENTS),
        "churned": int((people.left < days).sum()),
        "faulty_product": CATALOGUE[NUMBER_OF[FAULTY_PRODUCT]].product_id,
        "new_product": NEW_PRODUCT.product_id,
    }


def microblog_totals(
    posts: Posts, chosen: np.ndarray, accounts: Accounts, acts: Interactions, known: Persons, viral: int
) -> dict[str, object]:
    """Exact figures of the good posts and interactions."""
    role = accounts.role[posts.author]
    by_people = role == PERSON
    answers = np.flatnonzero(np.array([kind.name.startswith("answer_") for kind in KINDS])[posts.kind])
    relevant = is_relevant(posts, chosen, accounts)
    inside = accounts.community[acts.actor] == accounts.community[acts.target]
    between = (accounts.community[acts.actor] >= 0) & (accounts.community[acts.target] >= 0)
    return {
        "profiles": len(accounts),
        "posts": len(posts),
        "posts_by_author": _by_name(role, ("person", "brand", "staff", "competitor", "bot")),
        "replies": int((posts.parent >= 0).sum()),
        "posts_by_people_relevant": int((by_people & relevant).sum()),
        "posts_by_people_not_relevant": int((by_people & ~relevant).sum()),
        "tone_of_people": _by_word([kind.tone for kind in KINDS], posts.kind[by_people]),
        "intent_of_people": _by_word([kind.intent for kind in KINDS], posts.kind[by_people]),
        "answered_by_company": len(answers),
        "first_response_seconds_median": _median(posts.at[answers] - posts.at[posts.parent[answers]]),
        "interactions": len(acts),
        "interactions_by_kind": _by_name(acts.kind, ("follow", "reaction", "share", "mention")),
        "interactions_inside_a_community": int((inside & between).sum()),
        "interactions_between_communities": int((~inside & between).sum()),
        "links": _by_name(known.link_microblog[known.customer >= 0], LINKS),
        "viral_post_id": posts.post_id[viral].as_py() if viral >= 0 else None,
        "viral_post_shares": int(((acts.post == viral) & (acts.kind == SHARE)).sum()) if viral >= 0 else 0,
    }


def forum_totals(forum: Forum) -> dict[str, object]:
    """Exact figures of the forum."""
    drawn = forum.threads
    answers = np.flatnonzero(~drawn.is_question)
    first = np.full(len(drawn), np.iinfo(np.int64).max)
    np.minimum.at(first, drawn.parent[answers], drawn.at[answers])
    answered = np.flatnonzero(first < np.iinfo(np.int64).max)
    staff = forum.accounts.role[drawn.author] == STAFF
    accepted = drawn.accepted[drawn.accepted >= 0]
    return {
        "users": len(forum.accounts),
        "posts": len(drawn),
        "questions": int(drawn.is_question.sum()),
        "answers": len(answers),
        "answered_questions": len(answered),
        "accepted_answers": len(accepted),
        "answers_by_staff": int(staff[answers].sum()),
        "accepted_answers_by_staff": int(staff[accepted].sum()),
        "first_answer_seconds_median": _median((first[answered] - drawn.at[answered]) / 1000),
        "comments": len(forum.comments.post),
        "votes": len(forum.votes.post),
        "up_votes": int((forum.votes.kind == UP).sum()),
        "accept_votes": int((forum.votes.kind == ACCEPT).sum()),
    }


def support_totals(drawn: Tickets) -> dict[str, object]:
    """Exact figures of the tickets."""
    replied, solved = drawn.happened[:, 1], drawn.happened[:, 4]
    return {
        "tickets": len(drawn),
        "events": int(drawn.happened.sum()),
        "open_at_the_end": int((solved_at(drawn) < 0).sum()),
        "reopened": int(drawn.happened[:, 5].sum()),
        "first_reply_seconds_median": _median((drawn.at[:, 1] - drawn.at[:, 0])[replied]),
        "first_resolution_seconds_median": _median((drawn.at[:, 4] - drawn.at[:, 0])[solved]),
    }


def web_totals(site: Web) -> dict[str, object]:
    """Exact figures of the web visits; what is seen counts people's visits only, not those of programs."""
    is_person = site.kind[site.visitor] != PROGRAM
    views = is_person[site.session]
    pings = site.pings[views]
    users = np.unique(site.visitor[site.logs_in])
    return {
        "events": site.events,
        "events_of_programs": int((~views).sum()),
        "visitors": len(np.unique(site.visitor[is_person])),
        "visitors_who_log_in": len(users),
        "sessions": int(is_person.sum()),
        "sessions_with_an_order": int((site.order >= 0).sum()),
        "views": int(views.sum()),
        "engaged_seconds": int((MIN_VISIT_SECONDS + HEARTBEAT_SECONDS * (pings[pings > 0] - 1)).sum()),
    }


def fault_totals(faults: Sequence[Fault], good: Mapping[str, Records]) -> dict[str, object]:
    """Faults by kind, property and fate, and how many records of each file a pipeline keeps: good and flagged ones."""
    kept = {name: len(records) for name, records in good.items()}
    for source in SOURCES:
        for kind in source.kinds:
            if (kind.expected, kind.way) == ("flagged", "add"):
                kept[source.records] += sum(fault.kind == kind.name for fault in faults)
    return {
        "by_kind": counts(faults),
        "by_property": counts(faults, "property"),
        "by_expected": counts(faults, "expected"),
        "kept": kept,
    }


def euros(cents: np.ndarray) -> str:
    """The sum of cents as euros, exact."""
    return f"{Decimal(int(cents.sum())) / 100:.2f}"


def _median(values: np.ndarray) -> float | None:
    return float(np.median(values)) if len(values) else None


def _by_name(positions: np.ndarray, names: Sequence[str]) -> dict[str, int]:
    return dict(zip(names, np.bincount(positions, minlength=len(names)).tolist(), strict=True))


def _by_word(words: Sequence[str], positions: np.ndarray) -> dict[str, int]:
    known = sorted(set(words))
    return _by_name(np.array([known.index(word) for word in words])[positions], known)
