"""The kin rule on its own; `test_connected` compares groups that follow from it with their definition."""

from __future__ import annotations

import numpy as np

from algorithms.control import control
from algorithms.kin import Kin, kin_control
from algorithms.threshold import PPB
from algorithms.votes import Stakes


def test_kin_who_control_nothing_alone_control_a_company_together() -> None:
    main, spouse, company, stranger = range(4)
    stakes = Stakes(np.asarray([main, spouse, stranger]), np.full(3, company), np.asarray([3, 3, 4]) * (PPB // 10))
    kin = Kin(np.asarray([spouse]), np.asarray([main]), np.ones(1, dtype=np.bool_), np.zeros(1, dtype=np.int64))
    found = kin_control(control(stakes, 4), kin, np.asarray([True, False, False, False]))
    assert list(zip(found.person.tolist(), found.company.tolist(), found.joint.tolist(), strict=True)) == [
        (main, company, True)
    ]
