"""What the sources cover, counted from what a run read."""

from __future__ import annotations

from datetime import timedelta

import numpy as np

from algorithms.votes import Bases, Stakes
from api.services.coverage import covered
from api.services.run_input import RunInput
from graph import times
from tests.api.risk_tables_given import risk

DAY = times.EPOCH + timedelta(days=20_000)


def test_only_companies_lack_owners_and_parties_of_no_known_kind_are_counted_apart() -> None:
    """A person and a party of which nobody said what it is hold one of two companies."""
    none = np.empty(0, dtype=np.int64)
    stakes = Stakes(np.asarray([0, 1]), np.asarray([2, 2]), np.asarray([1, 1]))
    kinds = {"person": np.asarray([True, False, False, False]), "company": np.asarray([False, False, True, True])}
    given = RunInput(list("ABCD"), none, none, stakes, Bases(), (), rows=2, merged=0, unseen=0, **kinds)
    told = {one.topic: (one.missing, one.total, one.text) for one in covered(given, risk(), DAY)}
    assert told["kinds"] == (1, 4, "not known whether person or company: 25% of parties (1 of 4)")
    assert told["owners"][:2] == (1, 2)
    assert told["receipts"][:2] == (2, 2)
