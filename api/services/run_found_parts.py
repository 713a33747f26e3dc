"""What a run finds first, as parts that its later tables follow from, beside what it read: a digest of each.

Parties are told by their ordinals, which say the same where the part `parties` does.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from algorithms.columns import IntArray
from algorithms.control import Control
from api.services.risk_input import RiskInput
from api.services.run_compute import Grouped
from api.services.run_referrals import referrals_of, self_referrals

HOUSED = "housed"
"""The household of each party."""
LINKED = "linked"
"""Immediate control, without its votes."""
GROUPED, CONNECTED = "grouped", "connected"
"""The members of control groups, and of those that are more, with the ids of these."""
SELF_REFERRED = "self_referred"
"""Who refers the own household, and whom it controls."""


def found_parts(risk: RiskInput, control: Control, household: IntArray, grouped: Grouped) -> Mapping[str, str]:
    """Their digests. household: shape (n_parties,), -1: none."""
    links, groups, more = control.immediate, grouped.groups, grouped.risk.book.more
    at_home, controls = self_referrals(referrals_of(risk), control, household)
    linked = (links.controller, links.controlled, links.basis)
    own = (groups.first, groups.party, groups.role, groups.family)
    return {
        HOUSED: _digest([household]),
        LINKED: _digest(linked, control.families, links.basis_names),
        GROUPED: _digest(own, grouped.kept.ids),
        CONNECTED: _digest((one.party for one in more), grouped.connected.ids),
        SELF_REFERRED: _digest([np.packbits(at_home), np.packbits(controls)]),
    }


def _digest(columns: Iterable[npt.NDArray[Any]], *told: object) -> str:
    hashed = hashlib.blake2b(repr(told).encode(), digest_size=16)
    for column in columns:
        hashed.update(f"{column.size} ".encode() + np.ascontiguousarray(column).tobytes())
    return hashed.hexdigest()
