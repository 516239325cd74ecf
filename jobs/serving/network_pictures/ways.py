"""The strongest way between two persons."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

from jobs.errors import ConfError
from jobs.serving.network_pictures.view import Part
from transformations.network.ways import strongest_way


@dataclass(frozen=True)
class Step:
    """A person on the way. weight: of the connection with the next one, in both directions; None of the last."""

    person_id: str
    name: str
    community: str
    authority_class: str
    weight: float | None


def between(part: Part, start: str, end: str, period: str) -> list[Step]:
    """The persons of the way, both ends included; none where no way leads there.

    Raises: ConfError where one of them is not in the period.
    """
    ids = part.graph.ids.cast(pa.string()).to_pylist()
    for person in (start, end):
        if person not in ids:
            raise ConfError(f"no person {person} in the network of {period}; see gold.network_measures")
    way = strongest_way(part.graph, ids.index(start), ids.index(end))
    weights = part.graph.undirected().matrix()
    return [
        Step(
            ids[place],
            "" if (name := part.called(ids[place])) == ids[place][: len(name)] else name,
            part.names.get(part.community[place] or "") or part.community[place] or "",
            part.authority[place] or "",
            float(weights[place, following]) if following is not None else None,
        )
        for place, following in zip(way, [*way[1:], None])
    ]
