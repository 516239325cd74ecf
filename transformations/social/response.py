"""Waiting times: of questions for their first answer, of customers for the company's first response.

A post without a reply is open and not slow: it is censored at the end of the data, which is the last post of its channel
or the time of the run, whichever is earlier.
"""

from __future__ import annotations

from datetime import UTC, datetime

import duckdb
import pyarrow as pa

from transformations.canonical.instants import without_zones

POST_COLUMNS = (
    "channel",
    "post_id",
    "kind",
    "service_type",
    "profile_id",
    "created_at",
    "parent_post_id",
    "root_post_id",
    "accepted_answer_id",
    "is_accepted_answer",
)
_ASKED = (
    ("channel", pa.string()),
    ("service_type", pa.string()),
    ("post_id", pa.string()),
    ("profile_id", pa.string()),
    ("created_at", pa.timestamp("us", tz="UTC")),
)
_ACCOUNT = pa.schema(
    [("channel", pa.string()), ("profile_id", pa.string()), ("is_company", pa.bool_()), ("is_bot", pa.bool_())]
)
_INTENT = pa.schema([("channel", pa.string()), ("post_id", pa.string()), ("intent", pa.string())])


def answers(posts: pa.Table, as_of: datetime, accounts: pa.Table | None = None) -> pa.Table:
    """Time from a question to its first answer, by anybody, the asker included, and whether a peer answered.

    Programs neither ask nor answer.

    Args:
        posts: POST_COLUMNS of silver.posts. Posts from as_of on are ignored; answers older than their question
            cannot be measured and do not count.
        as_of: instant up to which open questions are observed (with time zone).
        accounts: the company's and bots' accounts: channel, profile_id, is_bot; they are not peers.
    Returns: one row per question: channel, service_type, post_id, profile_id, created_at, first_answer_at and
        first_answer_seconds (null while open), is_open, censored_at, is_answered_by_peer (by a customer other than
        the asker), is_answerer_known (asker and answerer of at least one answer are known), is_accepted (an answer was
        accepted; null where nothing in the channel was ever accepted).
    """
    peers = """,
        coalesce(bool_or(r.profile_id <> q.profile_id and not r.is_own), false) as is_answered_by_peer,
        bool_or(r.profile_id is not null and q.profile_id is not null) as is_answerer_known,
        coalesce(bool_or(r.is_own), false) as is_answered_by_company,
        if(q.channel in (select channel from known where is_accepted_answer or accepted_answer_id is not null),
            coalesce(bool_or(coalesce(r.is_accepted_answer, false) or r.reply_id = a.accepted_answer_id), false), null)
            as is_accepted"""
    query = f"""
        with programs as (select channel, profile_id from accounts where is_bot),
        asked as (from known k anti join programs b on b.channel = k.channel and b.profile_id = k.profile_id
            where kind = 'question'),
        replies as (
            select k.channel, k.parent_post_id as post_id, k.post_id as reply_id, k.is_accepted_answer, k.profile_id,
                k.created_at, a.profile_id is not null as is_own
            from known k left join accounts a on a.channel = k.channel and a.profile_id = k.profile_id
            where k.kind = 'answer' and not coalesce(a.is_bot, false)
        ) {_waits("first_answer", peers, "left join known a on a.channel = q.channel and a.post_id = q.post_id")}"""
    schema = [
        *_waited("first_answer"),
        ("is_answered_by_peer", pa.bool_()),
        ("is_answerer_known", pa.bool_()),
        ("is_answered_by_company", pa.bool_()),
        ("is_accepted", pa.bool_()),
    ]
    return _queried(query, pa.schema(schema), posts, as_of, accounts)


def first_response(
    posts: pa.Table, accounts: pa.Table, as_of: datetime, enrichments: pa.Table | None = None
) -> pa.Table:
    """Time from a customer's post to the first human reply by the company.

    A post awaits a response when it is a question or a message, or its intent is a question or a complaint, and it
    opens a thread or answers the company. The company's reply to it, or to the thread that it opened, ends the wait.

    Args:
        posts: POST_COLUMNS of silver.posts.
        accounts: the company's and bots' accounts: channel, profile_id, is_company, is_bot. Channels without
            an account of the company are left out.
        as_of: instant up to which open posts are observed (with time zone).
        enrichments: channel, post_id and intent of silver.post_enrichments; without it only the kind decides.
    Returns: one row per post that awaited a response: channel, service_type, post_id, profile_id, created_at,
        first_response_at and first_response_seconds (null while open), is_open, censored_at.
    Source: Zendesk's first reply time; posts opened by the company are left out.
    """
    query = f"""
        with authored as (
            select k.*, coalesce(a.is_company, false) as is_company, coalesce(a.is_bot, false) as is_bot
            from known k left join accounts a on a.channel = k.channel and a.profile_id = k.profile_id
            where k.channel in (select channel from accounts where is_company)
        ), asked as (
            select w.* from authored w
                left join intents i on i.channel = w.channel and i.post_id = w.post_id
                left join authored p on p.channel = w.channel and p.post_id = w.parent_post_id
            where not w.is_company and not w.is_bot
                and (w.kind in ('question', 'message')
                     or w.kind <> 'answer' and i.intent in ('question', 'complaint'))
                and (w.parent_post_id is null or p.is_company)
        ), replies as (
            select channel, created_at, unnest([parent_post_id, root_post_id]) as post_id
            from authored where is_company and not is_bot
        ) {_waits("first_response")}"""
    return _queried(query, pa.schema(_waited("first_response")), posts, as_of, accounts, enrichments)


def heard(posts: pa.Table, accounts: pa.Table, as_of: datetime) -> pa.Table:
    """Posts by others on channels where the company has an account: those that could await a response.

    Args: as of `first_response`.
    Returns: one row per post: channel, service_type, created_at.
    """
    query = """
        select channel, service_type, created_at from known k
        where created_at < $as_of and channel in (select channel from accounts where is_company)
            and not exists (from accounts a where a.channel = k.channel and a.profile_id = k.profile_id)
        order by channel, post_id"""
    fields = {name: kind for name, kind in _ASKED}
    return _queried(
        query,
        pa.schema([(name, fields[name]) for name in ("channel", "service_type", "created_at")]),
        posts,
        as_of,
        accounts,
    )


def _waits(name: str, more: str = "", joined: str = "") -> str:
    """SQL over asked and replies: the first reply that is not older than the post it answers."""
    first = "min(r.created_at)"
    asked = ", ".join(f"q.{column}" for column, _ in _ASKED)
    return f"""
        select {asked},
            {first} as {name}_at,
            (epoch_us({first}) - epoch_us(q.created_at)) / 1e6 as {name}_seconds,
            {first} is null as is_open,
            least(max(l.last_post_at), $as_of) as censored_at {more}
        from asked q
            join (select channel, max(created_at) as last_post_at from known group by channel) l using (channel)
            left join replies r
                on r.channel = q.channel and r.post_id = q.post_id and r.created_at >= q.created_at {joined}
        group by {asked} order by q.channel, q.post_id"""


def _waited(name: str) -> list[tuple[str, pa.DataType]]:
    instant = pa.timestamp("us", tz="UTC")
    ends = [
        (f"{name}_at", instant),
        (f"{name}_seconds", pa.float64()),
        ("is_open", pa.bool_()),
        ("censored_at", instant),
    ]
    return [*_ASKED, *ends]


def _queried(
    query: str,
    schema: pa.Schema,
    posts: pa.Table,
    as_of: datetime,
    accounts: pa.Table | None,
    intents: pa.Table | None = None,
) -> pa.Table:
    tables = {
        "posts": without_zones(posts.select(POST_COLUMNS)),
        "accounts": _ACCOUNT.empty_table() if accounts is None else accounts,
        "intents": _INTENT.empty_table() if intents is None else intents.select(_INTENT.names),
    }
    end = as_of.astimezone(UTC).replace(tzinfo=None)
    with duckdb.connect() as connection:
        for name, table in tables.items():
            connection.register(name, table)
        connection.execute("create temp table known as from posts where created_at < $as_of", {"as_of": end})
        return connection.sql(query, params={"as_of": end}).to_arrow_table().cast(schema)
