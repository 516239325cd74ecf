import io

import networkx as nx

from jobs.serving.network_pictures.exports import gexf, graphml
from jobs.serving.network_pictures.view import Part


def test_networkx_reads_the_same_graph(part: Part):
    arcs = {("a", "b"): 1.0, ("a", "w"): 0.25}
    known_to_networkx = (
        gexf(part).replace("gexf.net/1.3", "www.gexf.net/1.2draft").replace('version="1.3"', 'version="1.2"')
    )
    for graph in (
        nx.read_graphml(io.BytesIO(graphml(part).encode())),
        nx.read_gexf(io.BytesIO(known_to_networkx.encode())),
    ):
        assert (graph.number_of_nodes(), graph.number_of_edges()) == (9, 9)
        assert graph.is_directed()
        assert {pair: graph.edges[pair]["weight"] for pair in arcs} == arcs
        assert graph.nodes["a"]["community"] == "C1"
        assert graph.nodes["a"]["authority_class"] == "A"
        assert "community" not in graph.nodes["q"]
        assert graph.nodes["a"]["label"] == "Person a"
