"""The links of control with nobody in between."""

from __future__ import annotations

import numpy as np

from algorithms.ballots import Links
from algorithms.columns import offsets, order_by, rows_of
from algorithms.settle import Structure
from algorithms.votes import VoteTable


def immediate_links(structure: Structure, table: VoteTable) -> Links:
    """Links whose transitive closure is control, joint ones only from the lowest that control jointly.

    Links of one holder's own (votes or a declared basis) all stay. Cost: the links, and where a company has several
    lines above it their number squared.
    """
    joint = _spread(_lowest(structure), structure, table)
    return structure.tests.sure.joined(joint)


def _lowest(structure: Structure) -> Links:
    """The joint links x to y without those where x controls another line that has a link to y's line."""
    lines, joint, links = structure.lines, structure.joint, structure.links
    goal = lines.line[links.target]
    order = order_by(goal)
    first = offsets(goal[order], lines.size.size)
    link, row = rows_of(first, lines.line[joint.target])
    between = links.source[order][row]
    above = joint.source[link]
    middle, upper = lines.line[between], lines.line[above]
    other = np.flatnonzero((middle != upper) & (middle != lines.line[joint.target][link]) & (upper != goal[order][row]))
    passed = other[structure.controls(above[other], between[other])]
    kept = np.ones(joint.source.size, dtype=np.bool_)
    kept[link[passed]] = False
    # A line with a member that suffices alone needs no joint link, but for those that make it one cycle.
    width = np.int64(max(structure.tests.limit.size, 1))
    is_target = np.zeros(structure.tests.limit.size, dtype=np.bool_)
    is_target[joint.target] = True
    perhaps = np.flatnonzero(is_target[structure.tests.sure.target])
    alone = lines.line[structure.tests.sure.source[perhaps]] * width + structure.tests.sure.target[perhaps]
    source = lines.line[joint.source]
    kept &= (source == lines.line[joint.target]) | ~np.isin(source * width + joint.target, alone)
    return Links(joint.source[kept], joint.target[kept])


def _spread(joint: Links, structure: Structure, table: VoteTable) -> Links:
    """Joint links of cycles, taken over by the cycle's members that hold votes in the company (if any do)."""
    line = structure.lines.line
    cycle = (structure.lines.size[line[joint.source]] > 1) & (line[joint.source] != line[joint.target])
    link, row = rows_of(table.first, joint.target[cycle])
    holder = table.holder[row]
    inside = line[holder] == line[joint.source[cycle]][link]
    holding = np.zeros(int(cycle.sum()), dtype=np.bool_)
    holding[link[inside]] = True
    keep = ~cycle
    keep[np.flatnonzero(cycle)[~holding]] = True
    taken = Links(holder[inside], joint.target[cycle][link[inside]])
    return Links(joint.source[keep], joint.target[keep]).joined(taken)
