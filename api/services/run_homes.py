"""Households and families of a run: found from frozen input alone, with the reasons of each membership and totals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from algorithms.columns import IntArray
from algorithms.control import Control
from algorithms.families import Family, families
from algorithms.households import (
    DECIDED,
    HEAD,
    HOME_AND_PHONE,
    HOME_AND_SURNAME,
    JOINT_ACCOUNT,
    MINOR_CHILD,
    SPOUSE,
    UNKNOWN_BIRTH,
    Households,
    Pairs,
    home_ties,
    households,
    ties_of,
)
from algorithms.households import ROLES as HOUSEHOLD_ROLES
from algorithms.stable_ids import Change, stable_ids
from api.services.home_totals import TOTALS, roll_up
from api.services.household_input import ACCOUNT, APART, HOME, PHONE, TOGETHER, HomeInput
from api.services.reasons import named
from api.services.risk_input import RiskInput
from api.services.run_input import RunInput
from api.services.run_results import CONFIRMED, FLAGGED, MOST_NAMED, EarlierGroups, Membership
from graph import times

OF_AGE = 18
"""Years from which on a child is no minor."""
_MEMBERS = ("party_id", "role", "status", "reasons")
_SAID: Mapping[int, str] = {
    DECIDED: "one household with {}: decided by a person",
    SPOUSE: "spouse of {}",
    JOINT_ACCOUNT: "joint account with {}",
    HOME_AND_SURNAME: "same address and surname as {}",
    HOME_AND_PHONE: "same address and telephone as {}",
}


@dataclass(frozen=True)
class Home:
    """A household or family: id, the id of its head, how many parties, and its rows of `TOTALS`."""

    id: str
    head_id: str
    size: int
    totals: tuple[tuple[str, int, str, int, int, int], ...]


@dataclass(frozen=True)
class Homes:
    """Homes of one kind with their memberships and the feed of their changes."""

    homes: list[Home]
    members: list[Membership]
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class HomesFound:
    """What a run finds. tables: as its archive keeps them. refused: ties that join nobody. household: shape
    (n_parties,), the household of each party, -1: none."""

    household: IntArray
    households: Homes
    families: Homes
    tables: dict[str, pl.DataFrame]
    refused: int

    @property
    def changes(self) -> list[Change]:
        """The feed of both."""
        return sorted((*self.households.changes, *self.families.changes))


def find_homes(
    given: RunInput,
    risk: RiskInput,
    homes: HomeInput,
    control: Control,
    earlier: tuple[EarlierGroups, EarlierGroups],
    as_of: date,
) -> HomesFound:
    """Households and families with stable ids. earlier: both kinds of the runs before."""
    born = np.full(len(given.party_ids), UNKNOWN_BIRTH, dtype=np.int64)
    born[homes.column("home_persons", "party")] = homes.column("home_persons", "born")
    found = _households(given, homes, born, as_of)
    kin = Pairs(homes.column("home_kin", "person"), homes.column("home_kin", "relative"))
    label = found.label(born.size)
    sure = np.zeros(born.size, dtype=np.bool_)
    sure[found.party[found.confirmed]] = True
    kinsfolk = families(label, sure, given.persons, kin, control, born)
    lived = _household_homes(given, risk, homes, found, born, as_of, earlier[0])
    related = _family_homes(given, risk, homes, kinsfolk, label, earlier[1])
    tables = {
        "households": _member_table(lived.members, "household_id"),
        "household_totals": _total_table(lived.homes, "household_id"),
        "families": _member_table(related.members, "family_id"),
        "family_totals": _total_table(related.homes, "family_id"),
    }
    return HomesFound(label, lived, related, tables, found.refused)


def _minors_from(as_of: date) -> int:
    """The first birthday of those who are minors on a day."""
    try:
        turned = as_of.replace(year=as_of.year - OF_AGE)
    except ValueError:  # the 29th of February
        turned = as_of.replace(year=as_of.year - OF_AGE, day=28)
    return times.to_day(turned) + 1


def _households(given: RunInput, homes: HomeInput, born: IntArray, as_of: date) -> Households:
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
    minors = child.filter(pl.Series(born[child["relative"].to_numpy()] >= _minors_from(as_of)))
    decided = homes.tables["home_decided"]
    near = homes.pairs(HOME)
    ties = ties_of(
        n,
        {
            DECIDED: _pairs(decided.filter(pl.col("decision") == TOGETHER).select("one", "other")),
            SPOUSE: _pairs(spouses),
            MINOR_CHILD: _pairs(minors),
            JOINT_ACCOUNT: homes.pairs(ACCOUNT),
        },
        home_ties(near, homes.pairs(PHONE), surname),
    )
    apart = _pairs(decided.filter(pl.col("decision") == APART).select("one", "other"))
    return households(ties, apart, near, born, _minors_from(as_of))


def _pairs(rows: pl.DataFrame) -> Pairs:
    one, other = (rows.to_series(k).to_numpy().astype(np.int64) for k in (0, 1))
    return Pairs(one, other)


def _household_homes(
    given: RunInput,
    risk: RiskInput,
    homes: HomeInput,
    found: Households,
    born: IntArray,
    as_of: date,
    earlier: EarlierGroups,
) -> Homes:
    ids = given.party_ids
    spans = list(zip(found.first[:-1].tolist(), found.first[1:].tolist(), strict=True))
    party = [ids[p] for p in found.party.tolist()]
    heads = [ids[p] for p in found.party[found.role == HEAD].tolist()]
    kept = stable_ids(
        [party[a:b] for a, b in spans], [[head] for head in heads], earlier.parties_of, earlier.dissolved, prefix="H-"
    )
    why = _household_reasons(given, found, born, _minors_from(as_of))
    of = [kept.ids[k] for k, (a, b) in enumerate(spans) for _ in range(a, b)]
    columns = (of, party, found.role.tolist(), found.party.tolist(), found.confirmed.tolist())
    members = [
        Membership(id, who, HOUSEHOLD_ROLES[role], tuple(why[p]), CONFIRMED if sure else FLAGGED)
        for id, who, role, p, sure in zip(*columns, strict=True)
    ]
    units = np.repeat(np.arange(len(found)), np.diff(found.first))
    totals = roll_up(units, found.party, homes, risk)
    made = [
        Home(id, head, b - a, totals.get(k, ()))
        for k, (id, head, (a, b)) in enumerate(zip(kept.ids, heads, spans, strict=True))
    ]
    return Homes(made, members, kept.changes)


def _household_reasons(given: RunInput, found: Households, born: IntArray, minors_from: int) -> dict[int, list[str]]:
    """What ties each member to the others, the strongest first."""
    why: dict[int, list[str]] = {}
    ids, ties = given.party_ids, found.ties
    minor = born >= minors_from
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


def _family_homes(
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


def _member_table(members: Sequence[Membership], key: str) -> pl.DataFrame:
    """Members with their reasons in one text, parties by their ids."""
    rows = [
        (one.group_id, one.party, one.role, one.status, "; ".join(one.reasons).replace("{", "").replace("}", ""))
        for one in members
    ]
    return pl.DataFrame(rows, schema=dict.fromkeys((key, *_MEMBERS), pl.String), orient="row").sort(key, "party_id")


def _total_table(homes: Sequence[Home], key: str) -> pl.DataFrame:
    rows = [(home.id, *total) for home in homes for total in home.totals]
    table = pl.DataFrame(rows, schema={key: pl.String, **TOTALS}, orient="row")
    nothing_known = (pl.col("count") > 0) & (pl.col("count") == pl.col("unknown"))
    return table.with_columns(
        year=pl.when(pl.col("year") > 0).then(pl.col("year")),
        amount_minor=pl.when((pl.col("figure") != "products") & ~nothing_known).then(pl.col("amount_minor")),
    ).sort(key, "figure", "currency")
