"""Members of the groups and homes of a run as columns, each with its reasons."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
import pyarrow as pa

from algorithms.columns import IntArray, distinct, find, joined, offsets, order_by, rows_of, starts_of
from algorithms.connected import FIRM
from algorithms.connected import ROLES as CONNECTED_ROLES
from algorithms.groups import HEAD, ROLES, Groups
from algorithms.threshold import PPB
from api.services.answers import many
from api.services.reasons import named
from api.services.run_exposure import ConnectedGroup, Tie
from api.services.run_input import RunInput
from api.services.words import percent

CONFIRMED, FLAGGED = "confirmed", "flagged"
MEMBERS: Mapping[str, pl.DataType | type[pl.DataType]] = {
    "group_id": pl.String,
    "party_id": pl.String,
    "role": pl.String,
    "status": pl.String,
    "reasons": pl.List(pl.String),
}
"""A row a membership. reasons: as they are kept, parties by id (`api.services.reasons`)."""
MOST_NAMED = 5
"""Heads, and further groups, that a reason names."""
_BY_HEAD = "controlled by the head of the group"


@dataclass(frozen=True, slots=True)
class Membership:
    """A row of `MEMBERS`."""

    group_id: str
    party: str
    role: str
    reasons: tuple[str, ...]
    status: str = CONFIRMED


def member_frame(members: Sequence[Membership]) -> pl.DataFrame:
    """The rows of `MEMBERS`, in the order given."""
    columns = {
        "group_id": [one.group_id for one in members],
        "party_id": [one.party for one in members],
        "role": [one.role for one in members],
        "status": [one.status for one in members],
    }
    counts = np.fromiter((len(one.reasons) for one in members), np.int64, len(members))
    told = pl.Series([reason for one in members for reason in one.reasons], dtype=pl.String)
    return pl.DataFrame(columns | {"reasons": _lists(told, counts)}, schema=MEMBERS)


def _lists(texts: pl.Series, counts: IntArray) -> pl.Series:
    """Texts as lists of so many each."""
    first = np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(counts)))
    return pl.Series(pa.LargeListArray.from_arrays(first, texts.to_arrow().cast(pa.large_string())))


def memberships(given: RunInput, groups: Groups, group_ids: Sequence[str], links: pl.DataFrame) -> pl.DataFrame:
    """All members of control groups; those of a party in several groups name the other heads.

    links: the immediate ones, rows of `run_results.LINKS`.
    """
    group = np.repeat(np.arange(len(groups)), np.diff(groups.first))
    inside = _links_inside(given, groups, group, links)
    first = _first_reasons(given, groups, group, inside, links)
    also, further = _of_other_groups(given, groups, group, group_ids)
    order = np.argsort(joined(np.arange(group.size), also), kind="stable")
    counts = 1 + np.bincount(also, minlength=group.size).astype(np.int64)
    return pl.DataFrame(
        {
            "group_id": pl.Series(group_ids, dtype=pl.String).gather(group),
            "party_id": given.ids.gather(groups.party),
            "role": pl.Series(ROLES, dtype=pl.String).gather(groups.role),
            "status": pl.Series([CONFIRMED]).new_from_index(0, group.size),
            "reasons": _lists(pl.concat([first, pl.Series(further, dtype=pl.String)]).gather(order), counts),
        },
        schema=MEMBERS,
    )


def _first_reasons(
    given: RunInput, groups: Groups, group: IntArray, inside: IntArray, links: pl.DataFrame
) -> pl.Series:
    """Why each is a member. inside: as `_links_inside` finds them."""
    is_head, sizes = groups.role == HEAD, np.diff(groups.first)
    linked, alone = (
        pl.Series(inside).set(pl.Series(inside < 0), None),
        _texts(sizes, lambda size: _of_head(size, [], False)),
    )
    of_head, of_link = alone.gather(group), _of_links(given, links).gather(linked)
    found = of_link.fill_null(_BY_HEAD).zip_with(~pl.Series(is_head), of_head)
    several = np.flatnonzero(is_head & (np.bincount(group[is_head], minlength=len(groups))[group] > 1))
    told = [
        _of_head(
            int(sizes[place]), [one for one in _heads(given, groups, place) if one != given.party_ids[party]], link >= 0
        )
        for place, party, link in _rows(several, group, groups.party, inside)
    ]
    return found.scatter(several, told) if told else found


def _texts(values: IntArray, tell: Callable[[int], str]) -> pl.Series:
    """A text for each value, made once for all that are equal."""
    known, place = np.unique(values, return_inverse=True)
    return pl.Series([tell(one) for one in known.tolist()], dtype=pl.String).gather(place)


def _rows(chosen: IntArray, *columns: IntArray) -> Iterable[tuple[int, ...]]:
    return zip(*(column[chosen].tolist() for column in columns), strict=True)


def _heads(given: RunInput, groups: Groups, place: int) -> list[str]:
    return [given.party_ids[head] for head in groups.heads(place).tolist()]


def _links_inside(given: RunInput, groups: Groups, group: IntArray, links: pl.DataFrame) -> IntArray:
    """The first link to each member from within its group, or -1. group: of each member."""
    n = np.int64(max(len(given.party_ids), 1))
    below, above = (links[end].to_numpy() for end in ("controlled", "controller"))
    order = order_by(below)
    member, row = rows_of(offsets(below[order], int(n)), groups.party)
    link = order[row]
    inside = np.flatnonzero(find(group * n + groups.party, group[member] * n + above[link])[1])
    inside = inside[starts_of(member[inside])]
    found = np.full(group.size, -1, dtype=np.int64)
    found[member[inside]] = link[inside]
    return found


def _of_links(given: RunInput, links: pl.DataFrame) -> pl.Series:
    """What each link is as a reason of whom it leads to."""
    votes = _texts(links["votes"].to_numpy(), lambda one: f" with {percent(one / PPB)} of the votes" if one else "")
    return "controlled by {" + given.ids.gather(links["controller"]) + "} (" + links["basis"] + ")" + votes


def _of_other_groups(
    given: RunInput, groups: Groups, group: IntArray, group_ids: Sequence[str]
) -> tuple[IntArray, list[str]]:
    """Reasons that name the other groups of a party: of which rows, ascending, and the texts."""
    shared = np.flatnonzero(np.bincount(groups.party, minlength=len(given.party_ids))[groups.party] > 1)
    places: dict[int, list[int]] = {}
    for party, place in _rows(shared, groups.party, group):
        places.setdefault(party, []).append(place)
    rows, told = list[int](), list[str]()
    for row, party, place in _rows(shared, np.arange(group.size), groups.party, group):
        others = [other for other in places[party] if other != place]
        for one in others[:MOST_NAMED]:
            told.append(f"also controlled by {_some(_heads(given, groups, one))}, head of {group_ids[one]}")
        if len(others) > MOST_NAMED:
            told.append(f"also controlled by the heads of {len(others) - MOST_NAMED} more groups")
        rows += [row] * (len(told) - len(rows))
    return np.asarray(rows, dtype=np.int64), told


def connected_memberships(
    given: RunInput, groups: Sequence[ConnectedGroup], group_ids: Sequence[str], links: pl.DataFrame
) -> pl.DataFrame:
    """All members of groups of connected clients that are more than a control group, with what ties each to it.

    links: as for `memberships`.
    """
    parties = pl.Series(distinct(joined(*(group.party for group in groups))))
    near = links.with_row_index("link").filter(pl.col("controlled").is_in(parties.implode()))
    above = {(below, upper): link for link, below, upper in near.select("link", "controlled", "controller").iter_rows()}
    told = _of_links(given, links) if above else pl.Series(dtype=pl.String)
    found = []
    for group_id, group in zip(group_ids, groups, strict=True):
        columns = (group.party.tolist(), group.role.tolist(), group.status.tolist(), group.ties)
        for ordinal, role, status, tie in zip(*columns, strict=True):
            if tie is None:
                reason = f"head: {many(group.party.size - 1, 'party')} would fall with it"
            elif tie.source >= 0 and tie.kind not in ("dependence", "kin") and (ordinal, tie.source) in above:
                reason = told[above[ordinal, tie.source]]
            else:
                reason = _of_tie(given, tie)
            code = CONFIRMED if status == FIRM else FLAGGED
            found.append(Membership(group_id, given.party_ids[ordinal], CONNECTED_ROLES[role], (reason,), code))
    return member_frame(found)


def _of_tie(given: RunInput, tie: Tie) -> str:
    if tie.source < 0:
        return _BY_HEAD
    source = given.party_ids[tie.source]
    if tie.kind == "dependence":
        doubt = "" if tie.firm else ", flagged: nobody has confirmed it"
        return f"depends on {named(source)} ({tie.criterion or 'criterion not told'}{doubt})"
    if tie.kind == "kin":
        doubt = "" if tie.firm else ": by the kin alone, flagged"
        return f"controlled by {named(source)} together with close kin{doubt}"
    return f"controlled by {named(source)}"


def _of_head(size: int, others: list[str], is_controlled: bool) -> str:
    """others: the further heads, who with it are a couple, or where a link leads back to it a circle of control."""
    if not others:
        return f"head: controls {many(size - 1, 'party')} and nobody outside controls it"
    if not is_controlled:
        return f"head: controls {many(size - 1 - len(others), 'party')} as one with {_some(others)}"
    return f"head: controls {many(size - 1, 'party')} in a circle with {_some(others)}, and nobody outside controls it"


def _some(parties: list[str]) -> str:
    shown = [named(party) for party in parties[:MOST_NAMED]]
    more = [f"{len(parties) - MOST_NAMED:,} more"] if len(parties) > MOST_NAMED else []
    return " and ".join(shown + more)
