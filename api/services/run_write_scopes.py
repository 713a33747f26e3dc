"""Write the tokens by which managers see the groups and households of their customers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import polars as pl

from api.services.home_results import Homes
from api.services.run_earlier_homes import EarlierHomes
from api.services.run_results import Earlier
from api.services.run_write import Sender
from graph.store import Row, View
from loaders.ahead import one_ahead
from loaders.exact import SEPARATOR

_AT_ONCE = 20_000
_GROUP, _HOUSEHOLD = "group:", "household:"
_BETWEEN = SEPARATOR
"""Between tokens that are kept: no text that was read holds it."""


def moved(parties: Iterable[str], homes: Homes | None, earlier: EarlierHomes) -> dict[str, str | None]:
    """Who of these parties is in another household now, in their order; None: in none any more."""
    if homes is None:
        return {}
    was = {party: id for id, some in earlier.memory.parties_of.items() for party in some}
    now = {member.party: member.group_id for member in homes.members}
    return {party: now.get(party) for party in parties if was.get(party) != now.get(party)}


def regrouped(members: pl.DataFrame, earlier: Earlier, *, mending: bool) -> set[str]:
    """Who is in other groups now. members: rows of `run_members.MEMBERS`. mending: who is or was in any, so that tokens
    are put right whatever became of them."""
    now = set(members.select("party_id", "group_id").iter_rows())
    return {party for party, _ in (now | earlier.memberships if mending else now ^ earlier.memberships)}


def write_scopes(
    sender: Sender,
    view: View,
    members: pl.DataFrame,
    earlier: Earlier,
    parties: Sequence[str],
    homes: Mapping[str, str | None],
) -> dict[str, int]:
    """Give parties the tokens of the groups and households that runs found; all other tokens stay. How many differ.

    members: of groups. parties: who is in other groups or another household now. homes: who moved, as `moved` tells.
    """
    if not parties:
        return {"scopes_changed": 0}
    wanted: dict[str, set[str]] = {party: set() for party in parties}
    concerned = members.filter(pl.col("party_id").is_in(pl.Series(parties, dtype=pl.String).implode()))
    for party, group_id in concerned.select("party_id", "group_id").iter_rows():
        wanted[party].add(_GROUP + group_id)
    ours = {_GROUP + group_id for group_id in {*earlier.group_ids, *members["group_id"].unique().to_list()}}

    def after(party_id: str, before: Sequence[str]) -> set[str]:
        kept = {token for token in before if token not in ours} | wanted[party_id]
        if party_id not in homes:
            return kept
        home = homes[party_id]
        return {token for token in kept if not token.startswith(_HOUSEHOLD)} | ({_HOUSEHOLD + home} if home else set())

    def differing() -> Iterator[list[Row]]:
        for start in range(0, len(parties), _AT_ONCE):
            asked = parties[start : start + _AT_ONCE]
            known = {row["party_id"]: row for row in view.read("run/scopes", ids=asked)}
            each = ((known[id], sorted(after(id, known[id]["scope"]))) for id in asked if id in known)
            yield [
                {"key": was["party_id"], "node": was["node"], "scope": now, "old": _BETWEEN.join(was["scope"])}
                for was, now in each
                if now != sorted(was["scope"])
            ]

    return {"scopes_changed": sum(sender.many("write/set_scopes", rows, "Version") for rows in one_ahead(differing()))}
