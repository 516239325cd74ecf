"""A made-up company: ERP, social, support, web and corporate files with planted structure, faults and their truth.

Nothing in it is real. The same arguments give the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from jobs.simulate import truth
from jobs.simulate.causes import LEAST_DAYS
from jobs.simulate.dirt import Planter, fault_records
from jobs.simulate.reference import reference_records
from jobs.simulate.world import STEPS, World, imagine, source_records, totals, truth_records
from jobs.simulate.write import MARKER, folder, write_records

__all__ = ["Summary", "simulate"]
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Summary:
    """What a simulation wrote: good records, and faults beside them; revenue in euros, exact."""

    out: Path
    customers: int
    orders: int
    order_lines: int
    revenue: str
    profiles: int
    posts: int
    interactions: int
    forum_posts: int
    tickets: int
    web_events: int
    corporate: int
    faults: int
    files: int

    @property
    def rows(self) -> dict[str, int]:
        """How many of what, for people to read."""
        return {
            "customers": self.customers,
            "orders": self.orders,
            "order lines": self.order_lines,
            "microblog profiles": self.profiles,
            "microblog posts": self.posts,
            "microblog interactions": self.interactions,
            "forum posts": self.forum_posts,
            "support tickets": self.tickets,
            "web events": self.web_events,
            "surveys, campaigns, staff, competitors": self.corporate,
            "planted faults": self.faults,
            "files": self.files,
        }


def simulate(
    out: Path,
    customers: int = 300,
    days: int = 120,
    seed: int = 7,
    orders: int | None = None,
    dirt: bool = True,
    on_progress: Progress | None = None,
    causes: bool = False,
) -> Summary:
    """Writes the made-up company's files and truth/ to out, all or nothing.

    Args:
        out: a new folder, an empty one or an earlier simulation, which is replaced.
        customers, days: size; the first day is 2025-01-01 in Berlin.
        seed: the same arguments give the same bytes.
        orders: so many orders, returns included; None leaves it to the customers' habits (about 8 a
        customer in 120 days).
        dirt: plant faults (truth/dirt.csv).
        causes: people leave, buy, come together and answer campaigns for planted reasons (truth/causes).
        on_progress: called with what is being done, parts done and parts in all.
    Raises: ValueError for a size that is too small, and for a folder with files that no simulation wrote.
    """
    out = Path(out).expanduser().resolve()
    _refuse_small(customers, days, orders)
    if causes and days < LEAST_DAYS:
        raise ValueError(f"days is {days}; with causes at least {LEAST_DAYS} are expected")
    arguments: dict[str, object] = {"customers": customers, "days": days, "seed": seed, "orders": orders, "dirt": dirt}
    if causes:
        arguments["causes"] = True
    steps = _Steps(on_progress, total=len(STEPS) + len(_WRITING))
    with folder(out) as root:
        world = imagine(seed, customers, days, orders, steps.next, causes=causes)
        summary = _write(root, out, world, arguments, steps.next)
    steps.next("done")
    return summary


def _refuse_small(customers: int, days: int, orders: int | None) -> None:
    for name, value, least in (("customers", customers, 20), ("days", days, 14), ("orders", orders, 50)):
        if value is not None and value < least:
            raise ValueError(f"{name} is {value}; expected at least {least}")


@dataclass
class _Steps:
    """Tells how far the work is."""

    on_progress: Progress | None
    total: int
    done: int = 0

    def next(self, what: str) -> None:
        """Says what begins now."""
        if self.on_progress:
            self.on_progress(what, self.done, self.total)
        self.done += 1


_WRITING = ("records", "faults", "files", "truth")


def _write(root: Path, out: Path, world: World, arguments: dict[str, object], tell: Callable[[str], None]) -> Summary:
    tell("records")
    good = source_records(world)
    tell("faults")
    planter = Planter(world.seed, good)
    if arguments["dirt"]:
        planter.plant()
    tell("files")
    files: dict[str, int] = {}
    with ThreadPoolExecutor(2) as pool:  # Arrow works outside Python's lock
        written = pool.map(lambda table: write_records(root, good[table], planter.changes.get(table)), good)
        for records in written:
            files |= records
    tell("truth")
    for planted in (*truth_records(world), fault_records(planter.faults)):
        write_records(root, planted)
    for reference in reference_records():
        files |= write_records(root, reference)
    found = {"arguments": arguments, **totals(world)}
    found["faults"] = truth.fault_totals(planter.faults, good)
    _json(root / "truth" / "totals.json", found | {"records": files})
    _json(root / MARKER, {"written_by": "scrm simulate", "arguments": arguments})
    return Summary(
        out=out,
        customers=len(world.buyers),
        orders=len(world.sold.day),
        order_lines=len(world.sold.line_order),
        revenue=truth.euros(world.sold.amount),
        profiles=len(world.accounts),
        posts=len(world.posts),
        interactions=len(world.acts),
        forum_posts=len(world.board.threads),
        tickets=len(world.asked),
        corporate=sum(map(len, world.beside.records.values())),
        web_events=world.site.events,
        faults=len(planter.faults),
        files=len(files),
    )


def _json(path: Path, content: dict[str, object]) -> None:
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
