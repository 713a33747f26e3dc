"""Households of a run: found from frozen input alone, with the reasons of each membership and totals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from algorithms.columns import BoolArray, IntArray
from algorithms.households import (
    DECIDED,
    HEAD,
    HOME_AND_PHONE,
    HOME_AND_SURNAME,
    JOINT_ACCOUNT,
    MINOR_CHILD,
    ROLES,
    SPOUSE,
    Households,
    Pairs,
    home_ties,
    households,
    ties_of,
)
from algorithms.stable_ids import stable_ids
from api.services.home_results import Home, Homes, member_table, total_table
from api.services.home_totals import roll_up
from api.services.household_input import ACCOUNT, APART, HOME, PHONE, TOGETHER, HomeInput
from api.services.reasons import named
from api.services.risk_input import RiskInput
from api.services.run_input import RunInput
from api.services.run_members import CONFIRMED, FLAGGED, Membership
from api.services.run_results import EarlierGroups
from graph import times

OF_AGE = 18
"""Years from which on a child is no minor."""
_SAID: Mapping[int, str] = {
    DECIDED: "one household with {}: decided by a person",
    SPOUSE: "spouse of {}",
    JOINT_ACCOUNT: "joint account with {}",
    HOME_AND_SURNAME: "same address and surname as {}",
    HOME_AND_PHONE: "same address and telephone as {}",
}


@dataclass(frozen=True)
class HouseholdsFound:
    """household, confirmed: shape (n_parties,), the household of each party, -1: none, numbered by their lowest
    members, and whether its membership is confirmed. tables: as the archive keeps them. homes: None where they are
    just those that the store holds. refused: ties that join nobody."""

    household: IntArray
    confirmed: BoolArray
    tables: dict[str, pl.DataFrame]
    homes: Homes | None
    refused: int = 0


def find_households(
    given: RunInput, risk: RiskInput, homes: HomeInput, earlier: EarlierGroups, as_of: date
) -> HouseholdsFound:
    """Households with stable ids. earlier: those of the runs before."""
    born = homes.born(len(given.party_ids))
    minors = minors_from(as_of)
    found = _households(given, homes, born, minors)
    lived = _homes(given, risk, homes, found, _reasons(given, found, born, minors), earlier)
    sure = np.zeros(born.size, dtype=np.bool_)
    sure[found.party[found.confirmed]] = True
    tables = {
        "households": member_table(lived.members, "household_id"),
        "household_totals": total_table(lived.homes, "household_id"),
    }
    return HouseholdsFound(found.label(born.size), sure, tables, lived, found.refused)


def minors_from(as_of: date) -> int:
    """The first birthday of those who are minors on a day."""
    try:
        turned = as_of.replace(year=as_of.year - OF_AGE)
    except ValueError:  # the 29th of February
        turned = as_of.replace(year=as_of.year - OF_AGE, day=28)
    return times.to_day(turned) + 1


def _households(given: RunInput, homes: HomeInput, born: IntArray, minors: int) -> Households:
    n = len(given.party_ids)
    people = homes.tables["home_persons"]
    names = people["surname"].replace("", None)
    surname = np.full(n, -1, dtype=np.int64)
    known = names.drop_nulls().unique().sort()
    code = dict(zip(known.to_list(), range(known.len()), strict=True))
    surname[homes.column("home_persons", "party")] = [code.get(name, -1) for name in names.to_list()]
    kin = homes.tables["home_kin"]
    spouses = kin.filter(pl.col("relation") == "spouse").select("person", "relative")
    parents = kin.filter(pl.col("relation") == "parent").select("person", "relative")
    children = kin.filter(pl.col("relation") == "child").select(person="relative", relative="person")
    child = pl.concat((parents, children))
    small = child.filter(pl.Series(born[child["relative"].to_numpy()] >= minors))
    decided = homes.tables["home_decided"]
    near = homes.pairs(HOME)
    ties = ties_of(
        n,
        {
            DECIDED: _pairs(decided.filter(pl.col("decision") == TOGETHER).select("one", "other")),
            SPOUSE: _pairs(spouses),
            MINOR_CHILD: _pairs(small),
            JOINT_ACCOUNT: homes.pairs(ACCOUNT),
        },
        home_ties(near, homes.pairs(PHONE), surname),
    )
    apart = _pairs(decided.filter(pl.col("decision") == APART).select("one", "other"))
    return households(ties, apart, near, born, minors)


def _pairs(rows: pl.DataFrame) -> Pairs:
    one, other = (rows.to_series(k).to_numpy().astype(np.int64) for k in (0, 1))
    return Pairs(one, other)


def _homes(
    given: RunInput,
    risk: RiskInput,
    homes: HomeInput,
    found: Households,
    why: Mapping[int, list[str]],
    earlier: EarlierGroups,
) -> Homes:
    ids = given.party_ids
    spans = list(zip(found.first[:-1].tolist(), found.first[1:].tolist(), strict=True))
    party = [ids[p] for p in found.party.tolist()]
    heads = [ids[p] for p in found.party[found.role == HEAD].tolist()]
    kept = stable_ids(
        [party[a:b] for a, b in spans], [[head] for head in heads], earlier.parties_of, earlier.dissolved, prefix="H-"
    )
    of = [kept.ids[k] for k, (a, b) in enumerate(spans) for _ in range(a, b)]
    columns = (of, party, found.role.tolist(), found.party.tolist(), found.confirmed.tolist())
    members = [
        Membership(id, who, ROLES[role], tuple(why[p]), CONFIRMED if sure else FLAGGED)
        for id, who, role, p, sure in zip(*columns, strict=True)
    ]
    units = np.repeat(np.arange(len(found)), np.diff(found.first))
    totals = roll_up(units, found.party, homes, risk)
    made = [
        Home(id, head, b - a, totals.get(k, ()))
        for k, (id, head, (a, b)) in enumerate(zip(kept.ids, heads, spans, strict=True))
    ]
    return Homes(made, members, kept.changes)


def _reasons(given: RunInput, found: Households, born: IntArray, minors: int) -> dict[int, list[str]]:
    """What ties each member to the others, the strongest first."""
    why: dict[int, list[str]] = {}
    ids, ties = given.party_ids, found.ties
    minor = born >= minors
    columns = (ties.kind.tolist(), ties.one.tolist(), ties.other.tolist())
    for kind, one, other in zip(*columns, strict=True):
        for mine, theirs in ((one, other), (other, one)):
            if kind == MINOR_CHILD:
                # Of two minors the younger is the child; with a parent whose birthday is unknown only the child is one.
                child = minor[mine] and (not minor[theirs] or born[mine] > born[theirs])
                said = "minor child of {}" if child else "parent of the minor {}"
            else:
                said = _SAID[kind]
            why.setdefault(mine, []).append(said.format(named(ids[theirs])))
    return why
