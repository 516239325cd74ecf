"""The network as GraphML and GEXF, which Gephi, yEd, NetworkX and igraph read."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa

from jobs.serving.network_pictures.svg import quoted
from jobs.serving.network_pictures.view import Part

_SPREAD = 1000.0  # units of the picture's width in other tools
_ATTRIBUTES = (("label", "string"), ("community", "string"), ("authority_class", "string"), ("pagerank", "double"))


def graphml(part: Part) -> str:
    """GraphML: persons with their attributes and places, directed connections with weights."""
    keys = [
        f'<key id="{name}" for="node" attr.name="{name}" attr.type="{kind}"/>'
        for name, kind in (*_ATTRIBUTES, ("x", "double"), ("y", "double"))
    ]
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">',
        *keys,
        '<key id="weight" for="edge" attr.name="weight" attr.type="double"/>',
        '<graph edgedefault="directed">',
    ]
    for person, values, (x, y) in _persons(part):
        data = [
            f'<data key="{name}">{quoted(str(value))}</data>' for name, value in values.items() if value is not None
        ]
        data += [f'<data key="x">{x}</data>', f'<data key="y">{y}</data>']
        lines.append(f'<node id="{quoted(person)}">{"".join(data)}</node>')
    for source, target, weight in _connections(part):
        lines.append(
            f'<edge source="{quoted(source)}" target="{quoted(target)}"><data key="weight">{weight!r}</data></edge>'
        )
    return "\n".join([*lines, "</graph>", "</graphml>", ""])


def gexf(part: Part) -> str:
    """GEXF 1.3: the same, with places for Gephi."""
    attributes = [
        f'<attribute id="{name}" title="{name}" type="{kind}"/>' for name, kind in _ATTRIBUTES if name != "label"
    ]
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<gexf xmlns="http://gexf.net/1.3" xmlns:viz="http://gexf.net/1.3/viz" version="1.3">',
        '<graph defaultedgetype="directed" mode="static">',
        f'<attributes class="node">{"".join(attributes)}</attributes>',
        "<nodes>",
    ]
    for person, values, (x, y) in _persons(part):
        told = "".join(
            f'<attvalue for="{name}" value="{quoted(str(value))}"/>'
            for name, value in values.items()
            if value is not None and name != "label"
        )
        lines.append(
            f'<node id="{quoted(person)}" label="{quoted(str(values["label"]))}"><attvalues>{told}</attvalues>'
            f'<viz:position x="{x}" y="{y}" z="0"/></node>'
        )
    lines += ["</nodes>", "<edges>"]
    for place, (source, target, weight) in enumerate(_connections(part)):
        lines.append(f'<edge id="{place}" source="{quoted(source)}" target="{quoted(target)}" weight="{weight!r}"/>')
    return "\n".join([*lines, "</edges>", "</graph>", "</gexf>", ""])


def _persons(part: Part) -> Iterator[tuple[str, dict[str, object], tuple[float, float]]]:
    for place, person in enumerate(part.graph.ids.cast(pa.string()).to_pylist()):
        values: dict[str, object] = {
            "label": part.called(person),
            "community": part.community[place],
            "authority_class": part.authority[place],
            "pagerank": float(part.rank[place]),
        }
        # Gephi's y axis points upwards.
        yield (
            person,
            values,
            (round(float(part.places[place][0]) * _SPREAD, 3), round((1 - float(part.places[place][1])) * _SPREAD, 3)),
        )


def _connections(part: Part) -> Iterator[tuple[str, str, float]]:
    ids = part.graph.ids.cast(pa.string()).to_pylist()
    arcs = part.graph.matrix().tocoo()
    for tail, head, weight in zip(arcs.row.tolist(), arcs.col.tolist(), arcs.data.tolist()):
        yield ids[tail], ids[head], weight
