"""All that happens at the made-up company, drawn part by part, and as records of its files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from jobs.simulate import (
    company_page,
    draw,
    forum,
    forum_files,
    interactions,
    orders,
    people,
    posts,
    profile_files,
    profiles,
)

from jobs.simulate import support, truth, twice, web  # isort: skip
from jobs.simulate.causes import HABITS, Plan
from jobs.simulate.corporate import Corporate, corporate
from jobs.simulate.interactions import FOLLOW
from jobs.simulate.write import Records


@dataclass(frozen=True)
class World:
    """Customers, their orders and tickets, accounts, posts with sentences and texts, contacts, the forum, web visits.

    viral: row of the post that goes round, -1 for none.
    """

    seed: int
    days: int
    buyers: people.Customers
    sold: orders.Orders
    known: profiles.Persons
    accounts: profiles.Accounts
    members: profiles.Accounts
    posts: posts.Posts
    sentences: np.ndarray
    texts: pa.Array
    viral: int
    acts: interactions.Interactions
    page: company_page.PageActs
    board: forum_files.Forum
    asked: support.Tickets
    site: web.Web
    beside: Corporate
    causes: Plan | None


STEPS = ("customers", "orders", "profiles", "posts", "interactions", "forum", "support", "web", "corporate sources")


def imagine(
    seed: int, customers: int, days: int, wanted: int | None, tell: Callable[[str], None], *, causes: bool = False
) -> World:
    """Draws everything. tell hears each of STEPS when it begins. causes: for planted reasons."""
    plan = Plan(seed, days) if causes else None
    asked: support.Tickets | None = None
    tell("customers")
    buyers = people.customers(seed, customers, days, HABITS if plan else people.USUAL)
    tell("orders")
    sold = orders.orders(seed, buyers, days, wanted)
    if plan:
        buyers, sold, asked = plan.sold(buyers, sold)
    tell("profiles")
    known = profiles.persons(seed, buyers)
    accounts = profiles.microblog_accounts(seed, known, customers)
    members = profiles.forum_accounts(seed, known)
    if plan:
        accounts = plan.grouped(accounts)
    tell("posts")
    more = plan.complaints(known, accounts) if plan else posts.NO_COMPLAINTS
    written = posts.posts(seed, accounts, known, buyers, days, more)
    sentences = posts.sentences(seed, written)
    texts = posts.post_texts(seed, written, sentences, accounts)
    tell("interactions")
    viral = interactions.viral_post(seed, accounts, written, days)
    acts = interactions.interactions(seed, accounts, written, texts, days, viral)
    if plan and asked is not None:
        sold, asked = plan.bought(buyers, known, accounts, acts, sold, asked)
    page = company_page.page_acts(seed, buyers, known, accounts, days)
    tell("forum")
    threads = forum.threads(seed, members, days)
    comments = forum.comments(seed, threads, members, days)
    board = forum_files.Forum(members, threads, comments, forum.votes(seed, threads, days))
    tell("support")
    asked = support.tickets(seed, sold, days) if asked is None else asked
    tell("web")
    site = web.visits(seed, buyers, sold, days)
    tell("corporate sources")
    beside = corporate(
        seed, days, buyers, sold, known, accounts, asked, tells_lots=causes, sudden=plan.left if plan else None
    )
    return World(
        seed,
        days,
        buyers,
        sold,
        known,
        accounts,
        members,
        written,
        sentences,
        texts,
        viral,
        acts,
        page,
        board,
        asked,
        site,
        beside,
        plan,
    )


def source_records(world: World) -> dict[str, Records]:
    """The good records of every file, by table; those of the forum by forum_ and their file."""
    seed, days, buyers, sold, asked = world.seed, world.days, world.buyers, world.sold, world.asked
    accounts, acts = world.accounts, world.acts
    tags, links = posts.hashtags(seed, world.posts), posts.links(seed, world.posts)
    followers = acts.count(FOLLOW, acts.target, len(accounts))
    following = acts.count(FOLLOW, acts.actor, len(accounts))
    return {
        "customers": people.customer_records(seed, buyers, days),
        "products": orders.product_records(),
        "orders": orders.order_records(sold, buyers, days),
        "order_lines": orders.line_records(sold),
        "costs": orders.cost_records(seed, buyers, asked.customer, asked.at[:, 0] // draw.DAY_SECONDS, days),
        "ledger_totals": orders.ledger_records(sold, days),
        "profiles": profile_files.profile_records(seed, accounts, world.known, buyers, followers, following),
        "posts": interactions.post_records(seed, world.posts, world.texts, tags, links, accounts, acts, days),
        "interactions": interactions.interaction_records(acts, accounts, world.posts),
        "company_page": company_page.page_records(world.page, accounts),
        "tickets": support.ticket_records(seed, asked, sold, buyers),
        "ticket_events": support.ticket_event_records(asked, buyers),
        "web_events": web.event_records(seed, world.site, buyers, sold),
        **world.beside.records,
        **forum_files.dump_records(seed, world.board, world.known, buyers),
    }


def truth_records(world: World) -> tuple[Records, ...]:
    """What was planted, but the faults."""
    buyers = world.buyers
    return (
        profile_files.person_truth(world.known, buyers, world.accounts, world.members),
        profile_files.community_truth(world.accounts, world.members),
        people.segment_truth(buyers),
        people.churn_truth(buyers, world.days),
        twice.people_truth(world.seed, people.customer_records(world.seed, buyers, world.days)),
        company_page.later_truth(world.page, buyers, world.known, world.accounts),
        truth.tone_truth(world.posts, world.accounts, world.board),
        truth.post_truth(world.posts, world.sentences, world.accounts),
        forum_files.answer_truth(world.board),
        support.ticket_truth(world.asked, world.sold, buyers),
        web.visitor_truth(world.site, buyers),
        *world.beside.truth,
        *(world.causes.truth if world.causes else ()),
    )


def totals(world: World) -> dict[str, object]:
    """Figures of the good records, known exactly."""
    return {
        "erp": truth.order_totals(world.sold, world.buyers, world.days),
        "microblog": truth.microblog_totals(
            world.posts, world.sentences, world.accounts, world.acts, world.known, world.viral
        ),
        "forum": truth.forum_totals(world.board),
        "support": truth.support_totals(world.asked),
        "web": truth.web_totals(world.site),
        "corporate": world.beside.totals,
        **({"causes": world.causes.totals} if world.causes else {}),
    }
