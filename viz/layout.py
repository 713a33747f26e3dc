"""Where the parties of a picture stand: the same picture always gets the same places."""

from __future__ import annotations

from collections import deque

import networkx as nx

from viz.models import NetworkPicture

SPACING = 300.0
"""Distance between neighbours in picture units; a two-line label is up to 190 wide."""
CAREFUL_UP_TO = 60
"""Kamada-Kawai draws the clearest pictures and costs the cube of the nodes; above this many, spring forces do."""


def hops_from(picture: NetworkPicture) -> dict[str, int]:
    """How many drawn links away from the focus each node stands; nodes out of reach are absent."""
    beside: dict[str, list[str]] = {node.id: [] for node in picture.nodes}
    for link in picture.links:
        beside[link.from_id].append(link.to_id)
        beside[link.to_id].append(link.from_id)
    hops = {picture.focus: 0}
    queue = deque([picture.focus])
    while queue:
        here = queue.popleft()
        for there in beside[here]:
            if there not in hops:
                hops[there] = hops[here] + 1
                queue.append(there)
    return hops


def place(picture: NetworkPicture) -> dict[str, tuple[int, int]]:
    """A place (x, y) for each node, the focus at (0, 0).

    Starts from rings by distance and lets networkx untangle them (Kamada-Kawai, or Fruchterman-Reingold where there are
    many); every node has a start, so nothing is left to chance. Nodes and links are taken in the order of their ids, so
    that the order of an answer's rows does not move the picture.
    """
    graph: nx.Graph[str] = nx.Graph()
    graph.add_nodes_from(sorted(node.id for node in picture.nodes))
    graph.add_edges_from(
        sorted((min(k.from_id, k.to_id), max(k.from_id, k.to_id)) for k in picture.links if k.from_id != k.to_id)
    )
    count = graph.number_of_nodes()
    if count == 1:
        return {picture.focus: (0, 0)}
    hops = hops_from(picture)
    outside = max(hops.values()) + 1
    rings = [[node for node in graph if hops.get(node, outside) == ring] for ring in range(outside + 1)]
    start = nx.shell_layout(graph, [ring for ring in rings if ring])
    if count <= CAREFUL_UP_TO and nx.is_connected(graph):
        found = nx.kamada_kawai_layout(graph, pos=start)
    else:
        found = nx.spring_layout(graph, pos=start, k=2.2 / count**0.5, iterations=120)
    scale = SPACING * count**0.5 * 0.62
    x0, y0 = found[picture.focus]
    return {node: (round((x - x0) * scale), round((y - y0) * scale)) for node, (x, y) in found.items()}
