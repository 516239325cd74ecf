"""Which part of the network is shown: a period as a whole, a community, or the surroundings of a person."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scipy import sparse

from jobs.errors import ConfError
from jobs.serving.network_pictures.scene import COLOURS, OTHERS, PALE, Dot, Entry, Line, Scene, on_canvas, shortened
from transformations.network.graph import Graph
from transformations.network.layout import discs, layout
from transformations.network.sub_communities import subgraph

PERSONS_UP_TO = 1_500
"""Persons that are drawn one by one; above it the whole is drawn as communities."""
_MOST_LINES = 6_000
_LABELLED = 14
_MOST_COMMUNITIES = 60


@dataclass(frozen=True, eq=False)
class Part:
    """Persons to draw. graph: directed, weighted. places: x and y of 0 to 1. community: id or None. rank: PageRank.

    names: of communities by id. called: what a person is called.
    """

    graph: Graph
    places: NDArray[np.float64]
    community: list[str | None]
    rank: NDArray[np.float64]
    authority: list[str | None]
    names: Mapping[str, str | None]
    called: Callable[[str], str]

    def of(self, chosen: NDArray[np.int64]) -> Part:
        """Some of the persons, placed again by the connections among them."""
        graph = subgraph(self.graph, chosen)
        community = [self.community[place] for place in chosen]
        labels = numbers(community)
        return Part(
            graph,
            layout(graph, labels, self.rank[chosen]),
            community,
            self.rank[chosen],
            [self.authority[place] for place in chosen],
            self.names,
            self.called,
        )


def whole(part: Part, period: str) -> Scene:
    """All persons, or their communities where there are too many."""
    if part.graph.vertex_count > PERSONS_UP_TO:
        return communities(part, period)
    return persons(part, f"The network, {period}", f"{part.graph.vertex_count:,} persons")


def community(part: Part, community_id: str, period: str) -> Scene:
    """The members of a community. Raises ConfError where it has none in the period."""
    chosen = np.flatnonzero([of == community_id for of in part.community])
    if not len(chosen):
        known = ", ".join(sorted({of for of in part.community if of})[:10])
        raise ConfError(f"no community {community_id} in period {period}; there are {known or 'none'}")
    name = part.names.get(community_id) or community_id
    return persons(part.of(chosen), shortened(name, 60), f"Community {community_id}, {period}: {len(chosen):,} members")


def surroundings(part: Part, person_id: str, steps: int, period: str) -> Scene:
    """A person, and who is connected with them in so many steps. Raises ConfError where they are not in the period."""
    ids = part.graph.ids.cast(pa.string()).to_pylist()
    if person_id not in ids:
        raise ConfError(f"no person {person_id} in the network of {period}; see gold.network_measures")
    ways = part.graph.undirected().matrix(weighted=False)
    reached = np.zeros(len(ids), dtype=bool)
    reached[ids.index(person_id)] = True
    for _ in range(steps):
        reached |= (ways @ reached.astype(np.float64)) > 0
    chosen = np.flatnonzero(reached)
    told = f"{len(chosen) - 1:,} persons within {steps} step{'s' if steps > 1 else ''}, {period}"
    return persons(part.of(chosen), f"Around {part.called(person_id)}", told, middle=person_id)


def persons(part: Part, title: str, subtitle: str, middle: str | None = None) -> Scene:
    """A dot per person."""
    scene = Scene(title, subtitle)
    count = part.graph.vertex_count
    if count == 0:
        scene.notes.append("Nobody acted in this period.")
        return scene
    ids = part.graph.ids.cast(pa.string()).to_pylist()
    groups = _groups(part)
    small = min(1.0, (250 / count) ** 0.5)
    most = float(part.rank.max()) or 1.0
    for place, person in enumerate(ids):
        x, y = on_canvas(*part.places[place])
        number = groups.get(part.community[place] or "", -1)
        group = number if number < len(COLOURS) else -1
        classed = f", class {part.authority[place]}" if part.authority[place] else ""
        name = part.names.get(part.community[place] or "") or part.community[place] or "no community"
        radius = max(2.0, (4 + 15 * (part.rank[place] / most) ** 0.5) * small)
        title_of = f"{part.called(person)}{classed}\n{name}"
        scene.dots.append(Dot(x, y, radius, _colour(group), person, title_of, group))
    _connect(scene, part.graph.undirected().matrix(), 0.10 if count > 300 else 0.22)
    _label_persons(scene, part, ids, middle)
    for of, group in sorted(groups.items(), key=lambda item: item[1]):
        if group < len(COLOURS):
            members = part.community.count(of)
            text = f"{shortened(part.names.get(of) or of, 30)} ({members:,})"
            scene.entries.append(Entry(_colour(group), text, group))
    if any(dot.colour == OTHERS for dot in scene.dots):
        scene.entries.append(Entry(OTHERS, "smaller communities, or none", -1))
    scene.notes.append("Size: influence (PageRank). Labels: the most influential.")
    return scene


def _label_persons(scene: Scene, part: Part, ids: list[str], middle: str | None) -> None:
    """Names the communities, the person in the middle, and the most influential, not all of one community."""
    groups = {dot.group for dot in scene.dots} - {-1}
    for group in sorted(groups) if len(groups) > 1 and middle is None else ():
        dots = [dot for dot in scene.dots if dot.group == group]
        name = next(of for of, number in _groups(part).items() if number == group)
        above = Dot(sum(dot.x for dot in dots) / len(dots), min(dot.y - dot.radius for dot in dots), 2, PALE, "", "")
        scene.place(_brief(part.names.get(name) or name), above, 14, is_bold=True)
    by_rank = np.lexsort((np.arange(len(ids)), -part.rank)).tolist()
    first = [ids.index(middle)] if middle is not None else []
    left = dict.fromkeys(groups, _LABELLED // max(len(groups), 1) + 1)
    size = 14 if len(ids) <= 120 else 12
    for place in [*first, *(place for place in by_rank if place not in first)][: 4 * _LABELLED]:
        group = scene.dots[place].group
        if place in first or left.get(group, 1) > 0:
            scene.place(shortened(part.called(ids[place]), 26), scene.dots[place], size, is_bold=place in first)
            left[group] = left.get(group, 1) - 1


def communities(part: Part, period: str) -> Scene:
    """A dot per community: the largest ones."""
    labels = numbers(part.community)
    ids = [of for of in sorted({of for of in part.community if of}, key=lambda of: _first(part.community, of, labels))]
    ids = ids[:_MOST_COMMUNITIES]
    number = {name: place for place, name in enumerate(ids)}
    of_person = np.array([number.get(of, -1) if of else -1 for of in part.community])
    shown = of_person >= 0
    size = np.bincount(of_person[shown], minlength=len(ids))
    of = sparse.csr_matrix(
        (np.ones(shown.sum()), (of_person[shown], np.flatnonzero(shown))), shape=(len(ids), len(of_person))
    )
    between = np.asarray((of @ part.graph.undirected().matrix() @ of.T).todense())
    np.fill_diagonal(between, 0)
    radius = np.sqrt(size / max(size.max(initial=1), 1))
    count = len({*part.community} - {None})
    scene = Scene(f"Communities, {period}", f"{part.graph.vertex_count:,} persons in {count:,} communities")
    places, shrunk = _fitted(discs(between, radius * 1.2 + 0.1), radius)
    for place, name in enumerate(ids):
        (x, y), (right, _) = on_canvas(*places[place]), on_canvas(places[place][0] + shrunk[place], 0)
        title = f"{part.names.get(name) or name}\n{size[place]:,} members\n{name}"
        group = place if place < len(COLOURS) else -1
        scene.dots.append(Dot(x, y, max(3.0, right - x), _colour(group), name, title, group))
    _connect(scene, sparse.csr_matrix(between), 0.35, widest=12.0, most_lines=max(15, 3 * len(ids)))
    for place, name in enumerate(ids):
        text = _brief(part.names.get(name) or name)
        scene.place(text, scene.dots[place], 14 if place < 12 else 11, is_bold=place < 6, within=True)
    for place, name in enumerate(ids[: len(COLOURS)]):
        text = f"{shortened(part.names.get(name) or name, 30)} ({size[place]:,})"
        scene.entries.append(Entry(_colour(place), text, place))
    if len(ids) > len(COLOURS):
        scene.entries.append(Entry(OTHERS, "other communities", -1))
    scene.notes.append("Size: members. Lines: weight of the interactions between communities.")
    if (left := count - len(ids)) > 0:
        scene.notes.append(f"{left:,} smaller communities are not shown.")
    return scene


def _brief(name: str) -> str:
    """The first two interests in a community's name."""
    return shortened(", ".join(name.split(", ")[:2]), 30)


def _first(community: list[str | None], name: str, labels: NDArray[np.int64]) -> int:
    return int(labels[community.index(name)])


def _fitted(
    places: NDArray[np.float64], radius: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Middles and radii of discs, moved and scaled so that all of them are within 0 to 1."""
    if not len(radius):
        return places, radius
    low, high = (places - radius[:, None]).min(axis=0), (places + radius[:, None]).max(axis=0)
    span = float((high - low).max())
    return 0.5 + (places - (low + high) / 2) / span, radius / span


def numbers(community: list[str | None]) -> NDArray[np.int64]:
    """A number per person: communities by size, then id; who is in none has one of their own."""
    size: dict[str, int] = {}
    for of in community:
        if of:
            size[of] = size.get(of, 0) + 1
    number = {of: place for place, of in enumerate(sorted(size, key=lambda of: (-size[of], of)))}
    alone = iter(range(len(number), len(number) + len(community)))
    return np.array([number[of] if of else next(alone) for of in community], dtype=np.int64)


def _groups(part: Part) -> dict[str, int]:
    labels = numbers(part.community)
    return {of: int(label) for of, label in zip(part.community, labels) if of}


def _colour(group: int) -> str:
    return COLOURS[group] if 0 <= group < len(COLOURS) else OTHERS


def _connect(
    scene: Scene, both_ways: sparse.csr_matrix, opacity: float, widest: float = 3.5, most_lines: int = _MOST_LINES
) -> None:
    pairs = sparse.triu(both_ways, 1, format="coo")
    order = np.lexsort((pairs.col, pairs.row, -np.round(pairs.data, 9)))
    kept = order[:most_lines]
    most = float(pairs.data.max()) if pairs.nnz else 1.0
    for place in kept[::-1]:
        start, end = int(pairs.row[place]), int(pairs.col[place])
        same = scene.dots[start].group == scene.dots[end].group >= 0
        colour = scene.dots[start].colour if same else PALE
        share = float(pairs.data[place]) / most
        scene.lines.append(Line(start, end, 0.6 + widest * share**0.7, colour, min(0.85, opacity + 0.5 * share)))
    if pairs.nnz > most_lines:
        scene.notes.append(f"The {most_lines:,} strongest of {pairs.nnz:,} connections are drawn.")
