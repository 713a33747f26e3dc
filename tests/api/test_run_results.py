"""The digest of results: as the definition taken literally says it, whatever the groups are called."""

from __future__ import annotations

import hashlib

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from api.services.run_members import MEMBERS
from api.services.run_results import LINKS, digest

_PARTIES = st.sampled_from([f"P-{letter}" for letter in "ABCDE"])
_BASES = st.sampled_from(["votes", "一致行动", "shareholders' agreement", "一致行动\u3000协议", 'the "board"\\\n'])
_Link = tuple[str, str, str, int | None]
_Group = dict[str, tuple[str, str]]
_LINK = st.tuples(_PARTIES, _PARTIES, _BASES, st.none() | st.integers(0, 10**9))
_GROUP = st.dictionaries(
    _PARTIES,
    st.tuples(st.sampled_from(["head", "member"]), st.sampled_from(["confirmed", "flagged"])),
    min_size=1,
)


@given(st.lists(_LINK, unique_by=lambda link: link[:3]), st.lists(_GROUP))
def test_the_digest_is_that_of_the_sorted_rows_without_group_ids(links: list[_Link], groups: list[_Group]) -> None:
    hashed = hashlib.blake2b(repr(sorted(links, key=lambda link: link[:3])).encode(), digest_size=16)
    rows = sorted(sorted((party, *told) for party, told in group.items()) for group in groups)
    hashed.update(repr(rows).encode())
    assert digest(_links(links), _members(groups)) == hashed.hexdigest()
    assert digest(_links(links[::-1]), _members(groups[::-1])) == hashed.hexdigest()


def _links(links: list[_Link]) -> pl.DataFrame:
    names = ("controller_id", "controlled_id", "basis", "votes")
    rows = [dict(zip(names, link, strict=True)) for link in links]
    return pl.DataFrame(rows, schema=LINKS)


def _members(groups: list[_Group]) -> pl.DataFrame:
    rows = [
        {"group_id": f"G-{number}", "party_id": party, "role": role, "status": status, "reasons": []}
        for number, group in enumerate(groups)
        for party, (role, status) in group.items()
    ]
    return pl.DataFrame(rows, schema=MEMBERS)
