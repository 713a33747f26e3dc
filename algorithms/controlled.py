"""What given parties control, as plain pairs."""

from __future__ import annotations

import numpy as np

from algorithms.columns import BoolArray, IntArray, rows_of
from algorithms.control import Control


def controlled_by(control: Control, controllers: IntArray) -> tuple[IntArray, IntArray]:
    """All that each of the controllers controls: (position in `controllers`, party), in no order.

    controllers: parties or families (ordinals from n_parties on). Members of a family are not controlled by it.
    Cost: the pairs; no votes are worked out.
    """
    lines = control.structure.lines
    at, node = control.structure.reach(lines.line[controllers])
    kept = (node != controllers[at]) & (node < control.n_parties)
    if control.families:
        kept &= ~control.in_family(controllers[at], node)
    return at[kept], node[kept]


def personal_control(control: Control, persons: BoolArray) -> tuple[IntArray, IntArray]:
    """All that each person controls, alone or as one with the family: (person, party), distinct, sorted.

    persons: shape (n_parties,). A person is said to control what a family that counts as one controls, and all
    members of the family are.
    """
    n = control.n_parties
    alone = np.flatnonzero(persons)
    at, party = controlled_by(control, alone)
    person = [alone[at]]
    controlled = [party]
    if control.families:
        families = np.arange(n, n + len(control.families))
        size = [0, *(len(members) for members in control.families)]
        member = np.asarray([party for members in control.families for party in members], dtype=np.int64)
        at, party = controlled_by(control, families)
        pair, row = rows_of(np.cumsum(size), at)
        person.append(member[row])
        controlled.append(party[pair])
    key = np.unique(np.concatenate(person) * np.int64(max(n, 1)) + np.concatenate(controlled))
    who, what = np.divmod(key, np.int64(max(n, 1)))
    kept = persons[who] & (who != what)
    return who[kept], what[kept]
