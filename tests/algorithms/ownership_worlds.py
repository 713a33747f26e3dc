"""Small random worlds of holdings, cross-held and closed ones among them."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from algorithms.columns import IntArray
from algorithms.threshold import PPB, UNKNOWN

Stake = tuple[int, int, int]


def columns(stakes: list[Stake]) -> tuple[IntArray, IntArray, IntArray]:
    owner, owned, share = (np.asarray([stake[k] for stake in stakes], dtype=np.int64) for k in range(3))
    return owner, owned, share


@st.composite
def stakes(draw: st.DrawFn, n: int) -> list[Stake]:
    """Up to 20 stakes among n parties, mostly cut off where a company is sold out, some of it rounded up."""
    party = st.integers(0, n - 1)
    share = st.one_of(
        st.integers(0, 20).map(lambda twentieths: twentieths * PPB // 20),
        st.sampled_from([UNKNOWN, 1, 2, PPB // 2, 333_333_333, 333_333_334, PPB - 1, PPB - 2, PPB]),
    )
    drawn = draw(st.lists(st.tuples(party, party, share), max_size=20))
    if draw(st.integers(0, 3)) == 0:
        return drawn
    room = [PPB + draw(st.sampled_from([0, 0, 0, 1]))] * n
    out = []
    for owner, owned, held in drawn:
        kept = min(held, room[owned])
        room[owned] -= max(kept, 0)
        out.append((owner, owned, kept))
    return out


@st.composite
def worlds(draw: st.DrawFn) -> tuple[int, list[Stake]]:
    n = draw(st.integers(2, 7))
    return n, draw(stakes(n))
