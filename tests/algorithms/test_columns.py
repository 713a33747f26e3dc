"""Operations on columns, against the definition."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from algorithms.columns import LookUp

KEYS = st.one_of(st.integers(0, 60), st.integers(0, 2**62))
"""Close together, where a table answers, and so far apart that none may be made."""


@given(keys=st.sets(KEYS), wanted=st.lists(st.one_of(KEYS, st.integers(-(2**62), -1))))
def test_a_look_up_finds_the_values_of_keys_and_of_nothing_else(keys: set[int], wanted: list[int]) -> None:
    ascending = sorted(keys)
    values = {key: 7 * place for place, key in enumerate(ascending)}
    known = LookUp(np.asarray(ascending, dtype=np.int64), np.asarray([*values.values()], dtype=np.int64))
    asked = [*wanted, *ascending]
    assert known.of(np.asarray(asked, dtype=np.int64)).tolist() == [values.get(one, -1) for one in asked]
