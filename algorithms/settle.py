"""The least fixpoint of control as a structure that answers "does a control b" and counts without listing pairs.

Where each company has one line of controllers, the structure is a forest and a round costs about linear time.
Tangled components (two holders of half, low thresholds, holdings above 1, further bases) are worked out pair by pair.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from algorithms.ballots import Ballots, Links, ballots
from algorithms.columns import BoolArray, IntArray, distinct, find, nothing, ranges, rows_of, sum_by_key
from algorithms.explore import Reach, explore
from algorithms.joint import Found, lowest_joint
from algorithms.lines import Lines, lines_of
from algorithms.votes import ControlRule, VoteTable

PATIENCE = 3
"""Rounds in which trees grow by what their holdings control at once, before the tops of growing trees are explored."""


@dataclass(frozen=True, slots=True)
class Tangle:
    """What was worked out pair by pair: pairs of (lowest node of a line, node it controls or contains).

    key: source * n_nodes + node, ascending. done: shape (n_nodes,), whether a node was a source.
    """

    key: IntArray
    done: BoolArray


@dataclass(frozen=True, slots=True)
class Structure:
    """Who controls whom, settled.

    links: enough links that control is their transitive closure: `tests.sure`, then `joint`.
    subsidiary: shape (n_pairs,), whether the company of a pair of the table controls its holder.
    """

    tests: Ballots
    joint: Links
    lines: Lines
    tangle: Tangle
    subsidiary: BoolArray

    @property
    def links(self) -> Links:
        """All links whose closure is control."""
        return self.tests.sure.joined(self.joint)

    def controls(self, upper: IntArray, lower: IntArray) -> BoolArray:
        """Whether each node `upper` controls the node `lower` or shares its line. A node alone does so to itself."""
        lines = self.lines
        out: BoolArray = upper == lower
        linked = np.flatnonzero(lines.linked[upper] & lines.linked[lower])
        one, two = lines.line[upper[linked]], lines.line[lower[linked]]
        out[linked] = one == two
        same = np.flatnonzero((lines.component[one] == lines.component[two]) & (one != two))
        at, one, two = linked[same], one[same], two[same]
        tangled = lines.tangled[lines.component[one]]
        out[at] = np.where(tangled, self._in_tangle(one, lower[at]), lines.below(one, two))
        return out

    def _in_tangle(self, line: IntArray, node: IntArray) -> BoolArray:
        wanted = self.lines.representative(line) * np.int64(self.tests.limit.size) + node
        return find(self.tangle.key, wanted)[1]

    def heads(self) -> IntArray:
        """The lines (nodes alone or cycles) that control something and are controlled by nothing outside them."""
        lines, links = self.lines, self.links
        source, target = lines.line[links.source], lines.line[links.target]
        below = np.zeros(lines.size.size, dtype=np.bool_)
        below[target[source != target]] = True
        above: BoolArray = lines.size > 1
        above[source] = True
        return np.flatnonzero(above & ~below)

    def reach(self, line: IntArray) -> tuple[IntArray, IntArray]:
        """All nodes in each line and below it: (position of the line in `line`, node), in no order. In the last line
        there are none."""
        lines = self.lines
        tangled = lines.tangled[lines.component[line]]
        trees, others = np.flatnonzero(~tangled), np.flatnonzero(tangled)
        at, place = ranges(lines.enter[line[trees]], lines.leave[line[trees]])
        below, row = rows_of(lines.member_first, lines.order[place])
        n = np.int64(self.tests.limit.size)
        source = lines.representative(line[others]) * n
        start, end = (np.searchsorted(self.tangle.key, edge) for edge in (source, source + n))
        known, position = ranges(start, end)
        return (
            np.concatenate((trees[at][below], others[known])),
            np.concatenate((lines.members[row], self.tangle.key[position] % n)),
        )

    def reach_sizes(self, counted: BoolArray) -> IntArray:
        """How many counted nodes are in each line or below it, shape (n_lines,). counted: shape (n_nodes,).

        In the last line there are none.
        """
        lines = self.lines
        own = np.bincount(lines.line[counted & lines.linked], minlength=lines.size.size)
        before = np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(own[lines.order], dtype=np.int64)))
        sizes = before[lines.leave] - before[lines.enter]
        n = np.int64(max(counted.size, 1))
        source, node = np.divmod(self.tangle.key, n)
        found = np.bincount(source[counted[node]], minlength=counted.size)
        tangled = np.flatnonzero(lines.tangled[lines.component])
        sizes[tangled] = found[lines.representative(tangled)]
        return sizes


def settle(table: VoteTable, rule: ControlRule, declared: Links) -> Structure:
    """The least fixpoint. declared: links that control without votes, between nodes of the table.

    Own shares are those a company or what it controls holds in itself: they are found with control itself, so the
    fixpoint is taken again while they grow; what was found before stays true (`algorithms.ballots`).
    """
    subsidiary = np.zeros(table.holder.size, dtype=np.bool_)
    tests = ballots(table, rule, declared, subsidiary)
    everything = np.ones(table.n_nodes, dtype=np.bool_)
    structure = _settle(tests, Links(nothing(), nothing()), everything)
    while True:
        structure = replace(structure, subsidiary=structure.controls(table.company, table.holder) | subsidiary)
        grown = structure.subsidiary & ~subsidiary
        if rule.own_shares == "ignore" or not bool(grown.any()):
            return structure
        subsidiary = structure.subsidiary
        tests = ballots(table, rule, declared, subsidiary)
        again = np.zeros(table.n_nodes, dtype=np.bool_)
        again[table.company[grown]] = True
        again[_companies_with_moved_holders(tests, structure, _difference(tests.sure, structure.tests.sure))] = True
        structure = _settle(tests, structure.joint, again)


def _companies_with_moved_holders(tests: Ballots, before: Structure, new: Links) -> IntArray:
    """The companies some holder of which is at or below the target of a link that is new, or may have become so."""
    lines = lines_of(before.links.joined(new), tests.limit.size)
    return tests.joint.company[_at_or_below(lines, new.target)[lines.line[tests.joint.holder]]]


def _settle(tests: Ballots, joint: Links, look_at: BoolArray) -> Structure:
    """The least fixpoint under fixed tests.

    joint: links known to hold. look_at: shape (n_nodes,), the companies to test first. After the first round only
    components that have changed are condensed anew; all are once more at the end.
    """
    n = tests.limit.size
    tangle = Tangle(nothing(), np.zeros(n, dtype=np.bool_))
    whole = lines = lines_of(tests.sure.joined(joint), n)
    part = whole.component[whole.line]
    active = np.zeros(whole.tangled.size, dtype=np.bool_)
    rounds = 0
    while True:
        tangle, further = _untangle(tests, lines, tangle)
        found = lowest_joint(tests, lines, _in_trees(tests, lines, look_at))
        fresh = Links(found.links.source[~found.known], found.links.target[~found.known])
        if fresh.source.size and rounds >= PATIENCE:
            further = further.joined(_cascade(tests, lines, fresh))
        after = _distinct(_still_lowest(joint, found, lines).joined(fresh).joined(further), n)
        changed = _difference(after, joint).joined(_difference(joint, after))
        joint = after
        rounds += 1
        if not changed.source.size:
            final = lines if lines is whole and rounds == 1 else lines_of(tests.sure.joined(joint), n)
            return Structure(tests, joint, final, tangle, np.zeros(0, dtype=np.bool_))
        active[part[changed.source]] = True
        active[part[changed.target]] = True
        links = tests.sure.joined(joint)
        inside = active[part[links.source]] & active[part[links.target]]
        lines = lines_of(Links(links.source[inside], links.target[inside]), n)
        look_at = np.zeros(n, dtype=np.bool_)
        look_at[tests.joint.company[_at_or_below(lines, changed.target)[lines.line[tests.joint.holder]]]] = True


def _in_trees(tests: Ballots, lines: Lines, look_at: BoolArray) -> IntArray:
    """The pairs of companies to look at whose holder stands in a tree of several nodes. A holder without links has its
    own votes alone, and they do not suffice; most are such."""
    pairs = np.flatnonzero(look_at[tests.joint.company] & lines.linked[tests.joint.holder])
    if not bool(lines.tangled.any()):
        return pairs
    return pairs[~lines.tangled[lines.component[lines.line[tests.joint.holder[pairs]]]]]


def _at_or_below(lines: Lines, nodes: IntArray) -> BoolArray:
    """The lines, shape (n_lines,), that stand at or below one of the nodes (in trees)."""
    line = lines.line[nodes]
    step = np.zeros(lines.size.size + 1, dtype=np.int64)
    np.add.at(step, lines.enter[line], 1)
    np.add.at(step, lines.leave[line], -1)
    below: BoolArray = np.cumsum(step)[lines.enter] > 0
    return below


def _cascade(tests: Ballots, lines: Lines, fresh: Links) -> Links:
    """Links from the top of each tree that has just grown to all it goes on to control jointly, at once.

    They are true, though not the lowest: the next round puts the lowest in their place. Without them a ladder of
    companies, each controlled jointly with the one before, would take a round a rung.
    """
    trees = np.zeros(lines.tangled.size, dtype=np.bool_)
    trees[lines.component[lines.line[fresh.source]]] = True
    tops = np.flatnonzero((lines.parent < 0) & trees[lines.component] & ~lines.tangled[lines.component])
    at, row = rows_of(lines.member_first, tops)
    reach = explore(tests, lines.representative(tops)[at], lines.members[row])
    apart = lines.component[lines.line[reach.unit]] != lines.component[lines.line[reach.node]]
    new = _jointly(tests, reach) & apart
    return Links(reach.unit[new], reach.node[new])


def _jointly(tests: Ballots, reach: Reach) -> BoolArray:
    """Which of what units control they control by votes none of which suffice alone. A link to any other would say no
    more than sure links do, and whether there is one would hang on others' votes."""
    n = np.int64(max(tests.limit.size, 1))
    at, row = rows_of(tests.joint.first, reach.node)
    key, weight = sum_by_key(reach.unit[at] * n + tests.joint.company[row], tests.joint.weight[row])
    enough = find(key[weight > tests.limit[key % n]], reach.unit * n + reach.node)[1]
    return enough & (reach.round > 0)


def _key(links: Links, n: int) -> IntArray:
    return links.source * np.int64(max(n, 1)) + links.target


def _distinct(links: Links, n: int) -> Links:
    source, target = np.divmod(distinct(_key(links, n)), np.int64(max(n, 1)))
    return Links(source, target)


def _difference(one: Links, two: Links) -> Links:
    """The links of the first that the second lacks."""
    n = int(
        max(one.source.max(initial=0), one.target.max(initial=0), two.source.max(initial=0), two.target.max(initial=0))
    )
    new = ~np.isin(_key(one, n + 1), _key(two, n + 1))
    return Links(one.source[new], one.target[new])


def _still_lowest(joint: Links, found: Found, lines: Lines) -> Links:
    """The joint links without those whose line is no longer among the lowest of a company looked at again."""
    source, target = lines.line[joint.source], lines.line[joint.target]
    width = np.int64(max(lines.line.size, 1))
    looked_at = np.isin(lines.component[source] * width + joint.target, found.tree * width + found.company)
    lowest = np.isin(source * width + joint.target, lines.line[found.links.source] * width + found.links.target)
    kept = ~looked_at | lowest | (source == target)
    return Links(joint.source[kept], joint.target[kept])


def _untangle(tests: Ballots, lines: Lines, tangle: Tangle) -> tuple[Tangle, Links]:
    """Explore every line of the tangled components that has not been explored yet.

    Returns all that is known pair by pair, and the links from explored lines to what they control jointly.
    """
    n = tests.limit.size
    todo = np.flatnonzero(lines.tangled[lines.component])
    todo = todo[~tangle.done[lines.representative(todo)]]
    if not todo.size:
        return tangle, Links(nothing(), nothing())
    done = tangle.done.copy()
    representative = lines.representative(todo)
    at, row = rows_of(lines.member_first, todo)
    reach = explore(tests, representative[at], lines.members[row])
    jointly = _jointly(tests, reach)
    done[representative] = True
    key = np.sort(np.concatenate((tangle.key, reach.unit * np.int64(n) + reach.node)))
    return Tangle(key, done), Links(reach.unit[jointly], reach.node[jointly])
