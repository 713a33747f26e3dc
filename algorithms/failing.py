"""What fails with each head: the sets reached along arcs, of which none lies inside another."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import breadth_first_order, connected_components

from algorithms.columns import BoolArray, IntArray, distinct, joined, nothing, offsets, order_by, rows_of
from algorithms.connections import CONTROL, Arcs
from algorithms.control import Control


@dataclass(frozen=True, slots=True)
class Failing:
    """Groups and their memberships, sorted by (group, party).

    group, party, is_head: shape (n_memberships,). head_group, head_node: the nodes of each group's source component,
    both of the shape (n_head_nodes,). family: shape (n_groups,), as in `ConnectedGroups`, like left_out.
    """

    n_groups: int
    group: IntArray
    party: IntArray
    is_head: BoolArray
    head_group: IntArray
    head_node: IntArray
    family: IntArray
    left_out: IntArray
    arcs: Arcs


@dataclass(frozen=True, slots=True)
class _Condensed:
    """Strongly connected components. component: of each node; members, first: the nodes by component (CSR)."""

    count: int
    component: IntArray
    members: IntArray
    first: IntArray


def upstream(source: IntArray, target: IntArray, marked: BoolArray) -> BoolArray:
    """The nodes from which a marked node is reached, the marked ones included. marked: shape (n_nodes,). Linear."""
    return _downstream(target, source, marked)


def _downstream(source: IntArray, target: IntArray, marked: BoolArray) -> BoolArray:
    n, seeds = marked.size, np.flatnonzero(marked)
    if not seeds.size or not source.size:
        return marked.copy()
    tail, head = np.concatenate((source, np.full(seeds.size, n))), np.concatenate((target, seeds))
    graph = csr_array((np.ones(tail.size), (tail, head)), shape=(n + 1, n + 1))
    out = np.zeros(n + 1, dtype=np.bool_)
    out[breadth_first_order(graph, n, directed=True, return_predecessors=False)] = True
    return out[:n]


def failing(arcs: Arcs, control: Control, most_memberships: int) -> Failing:
    """The groups that arcs make, sorted by (lowest head, node). A party alone is no group.

    Groups whose head reaches nothing but what it controls are read off the settled control; the others are walked.
    """
    condensed = _condense(arcs)
    component = condensed.component
    apart = component[arcs.source] != component[arcs.target]
    source = np.zeros(condensed.count, dtype=np.bool_)
    source[component[arcs.source]] = True
    source[component[arcs.target[apart]]] = False
    heads = np.flatnonzero(source)
    lowest = condensed.members[condensed.first[heads]]
    walked = _is_walked(arcs, control)[lowest]
    group, node = _controlled(control, lowest[~walked])
    group = np.flatnonzero(~walked)[group]
    reached, visited, left = _walk(arcs, condensed, heads[walked], most_memberships)
    group = joined(group, np.flatnonzero(walked)[reached])
    node = joined(node, visited)
    kept = np.ones(heads.size, dtype=np.bool_)
    kept[np.flatnonzero(walked)[left]] = False
    return _sorted(arcs, control, condensed, heads, group, node, kept)


def _condense(arcs: Arcs) -> _Condensed:
    n = arcs.n_nodes
    if n == 0:
        return _Condensed(0, nothing(), nothing(), np.zeros(1, dtype=np.int64))
    graph = csr_array((np.ones(arcs.source.size), (arcs.source, arcs.target)), shape=(n, n))
    count, labels = connected_components(graph, directed=True, connection="strong")
    component = labels.astype(np.int64)
    members = order_by(component)
    return _Condensed(int(count), component, members, offsets(component[members], int(count)))


def _is_walked(arcs: Arcs, control: Control) -> BoolArray:
    """The nodes that reach more, or less, than what they control: some other arc, a copy or a cut sovereign."""
    marked = arcs.cut.copy()
    marked[arcs.source[arcs.kind != CONTROL]] = True
    marked[control.table.n_nodes :] = True
    return upstream(arcs.source, arcs.target, marked)


def _controlled(control: Control, node: IntArray) -> tuple[IntArray, IntArray]:
    """(position in `node`, reached node) for nodes that control something, and reach nothing but what they control."""
    structure = control.structure
    return structure.reach(structure.lines.line[node])


def _walk(arcs: Arcs, condensed: _Condensed, heads: IntArray, most: int) -> tuple[IntArray, IntArray, IntArray]:
    """(position in `heads`, reached node) by walking from component to component, and the positions left out.

    Cost: the arcs between components inside each group. Stops before the first group that passes `most` memberships.
    """
    below = np.zeros(condensed.count, dtype=np.bool_)
    below[heads] = True
    source, target = condensed.component[arcs.source], condensed.component[arcs.target]
    below = _downstream(source, target, below)
    number = np.cumsum(below) - 1
    apart = below[source] & (source != target)
    width = np.int64(max(int(below.sum()), 1))
    source, target = np.divmod(distinct(number[source[apart]] * width + number[target[apart]]), width)
    first, following = offsets(source, int(width)).tolist(), target.tolist()
    components = np.flatnonzero(below)
    size = np.diff(condensed.first)[components].tolist()
    group, reached, total = [nothing()], [nothing()], 0
    for place, head in enumerate(number[heads].tolist()):
        seen, queue = {head}, [head]
        for one in queue:
            total += size[one]
            for other in following[first[one] : first[one + 1]]:
                if other not in seen:
                    seen.add(other)
                    queue.append(other)
            if total > most:
                return _members(condensed, joined(*group), joined(*reached), np.arange(place, heads.size))
        group.append(np.full(len(queue), place))
        reached.append(components[queue])
    return _members(condensed, joined(*group), joined(*reached), nothing())


def _members(
    condensed: _Condensed, group: IntArray, component: IntArray, left: IntArray
) -> tuple[IntArray, IntArray, IntArray]:
    at, row = rows_of(condensed.first, component)
    return group[at], condensed.members[row], left


def _sorted(
    arcs: Arcs,
    control: Control,
    condensed: _Condensed,
    heads: IntArray,
    group: IntArray,
    node: IntArray,
    kept: BoolArray,
) -> Failing:
    """Memberships of parties in order, without parties alone, and without a sovereign's groups inside another."""
    width = np.int64(max(control.n_parties, 1))
    top_group, top_node = rows_of(condensed.first, heads)
    top_node = condensed.members[top_node]
    head_key, family = _head_parties(arcs, control, top_group, top_node, heads.size)
    party = arcs.party_of[node]
    key = distinct(joined(group[party >= 0] * width + party[party >= 0], head_key[kept[head_key // width]]))
    group, party = np.divmod(key, width)
    is_head = np.isin(key, head_key)
    lowest = np.full(heads.size, control.n_parties)
    np.minimum.at(lowest, head_key // width, head_key % width)
    left_out = lowest[~kept]
    real = kept & (np.bincount(group, minlength=heads.size) > 1)
    real[_inside_others(arcs, control, condensed, heads, group, party)] = False
    ranked = np.lexsort((condensed.members[condensed.first[heads]], lowest))
    rank = np.empty(heads.size, dtype=np.int64)
    rank[ranked] = np.cumsum(real[ranked]) - 1
    rows = np.flatnonzero(real[group])
    rows = rows[np.lexsort((party[rows], rank[group[rows]]))]
    top = real[top_group]
    return Failing(
        n_groups=int(real.sum()),
        group=rank[group[rows]],
        party=party[rows],
        is_head=is_head[rows],
        head_group=rank[top_group[top]],
        head_node=top_node[top],
        family=family[ranked][real[ranked]],
        left_out=np.sort(left_out),
        arcs=arcs,
    )


def _head_parties(
    arcs: Arcs, control: Control, group: IntArray, node: IntArray, n_groups: int
) -> tuple[IntArray, IntArray]:
    """The heads as keys group * n_parties + party, ascending, and the lowest family that is a head of each group.

    Heads are the nodes of a source component that nothing controls from outside their own control cycle.
    """
    n, lines = control.n_parties, control.structure.lines
    line = joined(lines.line, np.arange(control.table.n_nodes, arcs.n_nodes) + lines.size.size)
    holding = (arcs.kind == CONTROL) & (line[arcs.source] != line[arcs.target])
    controlled = np.zeros(lines.size.size + arcs.n_nodes, dtype=np.bool_)
    controlled[line[arcs.target[holding]]] = True
    top = ~controlled[line[node]]
    # Where a cut sovereign parts a control cycle, all nodes that are left of it are heads.
    top |= np.bincount(group[top], minlength=n_groups)[group] == 0
    group, node = group[top], node[top]
    is_family = arcs.party_of[node] < 0
    family = np.full(n_groups, arcs.n_nodes)
    np.minimum.at(family, group[is_family], node[is_family] - n)
    family[family == arcs.n_nodes] = -1
    pairs = [
        (one, member)
        for one, other in zip(group[is_family].tolist(), node[is_family].tolist(), strict=True)
        for member in control.families[other - n]
    ]
    one, member = np.asarray(pairs, dtype=np.int64).reshape(-1, 2).T
    own, party = joined(group[~is_family], one), joined(arcs.party_of[node[~is_family]], member)
    return distinct(own * np.int64(max(n, 1)) + party), family


def _inside_others(
    arcs: Arcs, control: Control, condensed: _Condensed, heads: IntArray, group: IntArray, party: IntArray
) -> IntArray:
    """Groups of a sovereign with one entity, or of a family, that lie inside another group.

    No other group can: whoever holds a party holds all that it reaches, but holds not the family that it is in, nor
    what its sovereign is copied for. Of equal groups the first is kept.
    """
    doubtful = _doubtful(arcs, control, condensed, heads)
    if not doubtful.size:
        return nothing()
    order = order_by(party)
    first, span = offsets(party[order], control.n_parties), offsets(group, heads.size)

    @cache
    def groups_with(one: int) -> set[int]:
        return set(group[order[first[one] : first[one + 1]]].tolist())

    @cache
    def parties_in(one: int) -> frozenset[int]:
        return frozenset(party[span[one] : span[one + 1]].tolist())

    dropped = []
    for place in doubtful.tolist():
        mine = parties_in(place)
        sovereign = int(arcs.party_of[condensed.members[condensed.first[heads[place]]]])
        rarest = min(mine - {sovereign}, key=lambda one: (first[one + 1] - first[one], one))
        common = groups_with(rarest) if sovereign < 0 else groups_with(rarest) & groups_with(sovereign)
        inside = [other for other in common if other != place and mine <= parties_in(other)]
        if any((len(parties_in(other)), -other) > (len(mine), -place) for other in inside):
            dropped.append(place)
    return np.asarray(dropped, dtype=np.int64)


def _doubtful(arcs: Arcs, control: Control, condensed: _Condensed, heads: IntArray) -> IntArray:
    """The places of heads that are a family or a copy of a sovereign, and all of whose arcs lead where others do."""
    special = condensed.members[condensed.first[heads]] >= control.n_parties
    if not bool(special.any()):
        return nothing()
    width = np.int64(max(condensed.count, 1))
    source, target = condensed.component[arcs.source], condensed.component[arcs.target]
    apart = source != target
    entered, entering = np.divmod(distinct(target[apart] * width + source[apart]), width)
    entries = np.bincount(entered, minlength=condensed.count)
    # A sovereign stands in the groups of all its copies, too.
    entries[condensed.component[arcs.party_of[control.table.n_nodes :]]] += 1
    alone = np.zeros(condensed.count, dtype=np.bool_)
    alone[entering[entries[entered] == 1]] = True
    return np.flatnonzero(special & ~alone[heads])
