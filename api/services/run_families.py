"""Families of a run: found from its households and frozen input, with the reasons of each membership and totals."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from algorithms.columns import IntArray
from algorithms.control import Control
from algorithms.families import Family, families
from algorithms.households import Pairs
from algorithms.stable_ids import stable_ids
from api.services.home_results import Home, Homes
from api.services.home_totals import roll_up
from api.services.household_input import HomeInput
from api.services.reasons import named
from api.services.risk_input import RiskInput
from api.services.run_households import HouseholdsFound
from api.services.run_input import RunInput
from api.services.run_members import CONFIRMED, FLAGGED, MOST_NAMED, Membership
from api.services.run_results import EarlierGroups


def find_families(
    given: RunInput, risk: RiskInput, homes: HomeInput, lived: HouseholdsFound, control: Control, earlier: EarlierGroups
) -> Homes:
    """Families with stable ids. earlier: those of the runs before."""
    born = homes.born(len(given.party_ids))
    kin = Pairs(homes.column("home_kin", "person"), homes.column("home_kin", "relative"))
    found = families(lived.household, lived.confirmed, given.persons, kin, control, born)
    return _homes(given, risk, homes, found, lived.household, earlier)


def _homes(
    given: RunInput,
    risk: RiskInput,
    homes: HomeInput,
    found: Sequence[Family],
    household: IntArray,
    earlier: EarlierGroups,
) -> Homes:
    ids = given.party_ids
    parties = [[ids[p] for p in (*one.persons.tolist(), *one.companies.tolist())] for one in found]
    heads = [ids[one.head] for one in found]
    kept = stable_ids(parties, [[head] for head in heads], earlier.parties_of, earlier.dissolved, prefix="F-")
    kin = _kin_of(homes, np.concatenate([np.empty(0, dtype=np.int64), *(one.persons for one in found)]))
    holders = _holders(given, np.concatenate([np.empty(0, dtype=np.int64), *(one.companies for one in found)]))
    members = []
    for id, one in zip(kept.ids, found, strict=True):
        inside = {*one.persons.tolist(), *one.companies.tolist()}
        why_person = _person_reasons(given, one, household, kin)
        for p, sure in zip(one.persons.tolist(), one.persons_confirmed.tolist(), strict=True):
            role = "head" if p == one.head else "member"
            members.append(Membership(id, ids[p], role, why_person[p], CONFIRMED if sure else FLAGGED))
        for company, sure in zip(one.companies.tolist(), one.companies_confirmed.tolist(), strict=True):
            through = [named(ids[q]) for q in holders.get(company, ()) if q in inside and q != company]
            why = (f"controlled by the family through {' and '.join(through[:MOST_NAMED])}",)
            members.append(Membership(id, ids[company], "company", why, CONFIRMED if sure else FLAGGED))
    sizes = [one.persons.size + one.companies.size for one in found]
    units = np.repeat(np.arange(len(found)), sizes)
    party = np.concatenate([np.empty(0, dtype=np.int64), *(np.append(one.persons, one.companies) for one in found)])
    totals = roll_up(units, party, homes, risk)
    made = [Home(id, heads[k], sizes[k], totals.get(k, ())) for k, id in enumerate(kept.ids)]
    return Homes(made, members, kept.changes)


def _person_reasons(
    given: RunInput, family: Family, household: IntArray, kin: dict[int, list[tuple[str, int]]]
) -> dict[int, tuple[str, ...]]:
    """Kin in other households of the family; for those without, with whom of these they live."""
    inside = set(family.persons.tolist())
    home = {p: int(household[p]) if household[p] >= 0 else -1 - p for p in inside}
    across = {p: [(word, q) for word, q in kin.get(p, ()) if q in inside and home[p] != home[q]] for p in inside}
    tied = {home[p]: p for p in sorted(inside, reverse=True) if across[p]}
    return {
        p: tuple(f"{word} {named(given.party_ids[q])}" for word, q in some[:MOST_NAMED])
        or (f"one household with {named(given.party_ids[tied[home[p]]])}",)
        for p, some in across.items()
    }


def _kin_of(homes: HomeInput, persons: IntArray) -> dict[int, list[tuple[str, int]]]:
    """By person: the kin in words, "sibling of" or "whose parent is"."""
    chosen = pl.Series(np.unique(persons))
    rows = homes.tables["home_kin"].filter(
        pl.col("person").is_in(chosen.implode()) & pl.col("relative").is_in(chosen.implode())
    )
    kin: dict[int, list[tuple[str, int]]] = {}
    for person, relative, relation in rows.iter_rows():
        word = (relation or "kin").replace("_", "-")
        kin.setdefault(person, []).append((f"{word} of", relative))
        kin.setdefault(relative, []).append((f"whose {word} is", person))
    return kin


def _holders(given: RunInput, companies: IntArray) -> dict[int, list[int]]:
    """By company: who holds votes or a declared basis of control in it."""
    held = np.isin(given.stakes.owned, companies)
    declared = np.isin(given.bases.controlled, companies)
    rows = (
        (given.stakes.owned[held], given.stakes.owner[held]),
        (given.bases.controlled[declared], given.bases.controller[declared]),
    )
    found: dict[int, set[int]] = {}
    for owned, owner in rows:
        for company, holder in zip(owned.tolist(), owner.tolist(), strict=True):
            found.setdefault(company, set()).add(holder)
    return {company: sorted(some) for company, some in found.items()}
