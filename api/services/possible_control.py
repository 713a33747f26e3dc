"""Who may control a company: with bands and undisclosed shares counted for each holder, from the run's frozen input."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from pydantic import Field

from algorithms.columns import IntArray
from algorithms.control import Control, control
from algorithms.threshold import PPB
from algorithms.votes import Bases, ControlRule, Stakes
from api.services.answers import Model, PartyRef
from api.services.kept_run import KeptRun
from api.services.known import parties_seen
from api.services.words import percent
from graph.errors import NotFound
from graph.store import View

MOST = 5_000
"""Parties above a company that are looked at."""
_NOT_TOLD = "who may control it is not told"


class PossibleController(Model):
    """A party that surely does not control the company, and would if what is not known were its own."""

    party: PartyRef
    votes: float = Field(
        description="what it and all that it controls surely hold, a fraction; own shares of the company left out"
    )
    undisclosed: float = Field(description="what nobody is known to hold, a fraction of the same votes")
    text: str


def possible_controllers(view: View, archive: Path, party: PartyRef) -> tuple[list[PossibleController], list[str]]:
    """Those of one company, and what is left out."""
    try:
        kept = KeptRun(view, archive)
        above = _above(kept, party.party_id)
    except NotFound:
        return [], [f"{_NOT_TOLD}: the tables of its run are not in this archive"]
    if above is None:
        return [], [f"{_NOT_TOLD}: more than {MOST:,} parties stand above it"]
    rule = kept.parameters.rule
    sure, perhaps = above.control(rule, "certain"), above.control(rule, "possible")
    found = [p for p in range(len(above.ids)) if _may_control(sure, perhaps, p, above.company)]
    seen = parties_seen(view, (above.ids[p] for p in found))
    told = [_told(sure, p, above.company, seen[above.ids[p]], party) for p in found if above.ids[p] in seen]
    hidden = len(found) - len(told)
    return told, [f"{hidden} parties outside your scope may control it"] if hidden else []


def _may_control(sure: Control, perhaps: Control, party: int, company: int) -> bool:
    """Not surely, alone or as one with its family; perhaps by bands, or with all that is not disclosed (1.4, 1.4b)."""
    families = [sure.n_parties + k for k, members in enumerate(sure.families) if party in members]
    if party == company or any(sure.controls(one, company) for one in (party, *families)):
        return False
    gap = sure.gap(party, company)
    return (gap.votes > 0 and gap.closes) or perhaps.controls(party, company)


def _told(sure: Control, controller: int, company: int, holder: PartyRef, held: PartyRef) -> PossibleController:
    gap = sure.gap(controller, company)
    more = "more than " if sure.rule.threshold.sense == "more_than" else ""
    text = f"{holder.called} would control {held.called} if {more}{percent(max(gap.short, 0) / PPB)} of the "
    text += f"{percent(gap.undisclosed / PPB)} that nobody is surely known to hold were its own"
    if not gap.votes or not gap.closes:
        text = f"{holder.called} would control {held.called} through companies that it may control"
    return PossibleController(party=holder, votes=gap.votes / PPB, undisclosed=gap.undisclosed / PPB, text=text)


@dataclass(frozen=True)
class _Above:
    """A company with all that stands above it, renumbered. company: its number."""

    ids: list[str]
    company: int
    stakes: Stakes
    bases: Bases
    couples: list[tuple[int, int]]

    def control(self, rule: ControlRule, reading: str) -> Control:
        return control(self.stakes, len(self.ids), rule, self.bases, self.couples, reading)  # type: ignore[arg-type]


def _above(kept: KeptRun, party_id: str) -> _Above | None:
    """All that holds or controls the company at any remove; None where that are too many."""
    parties = kept.table("parties").with_row_index("ordinal")
    at = parties.filter(pl.col("party_id") == party_id).select("ordinal").collect()["ordinal"].to_list()
    if not at:
        raise NotFound("The party came after the run.")
    stakes, bases, couples = (kept.table(name) for name in ("stakes", "bases", "couples"))
    kin = couples.collect() if kept.parameters.family_as_one else pl.DataFrame({"one": [], "other": []})
    seen, new = set(at), set(at)
    while new:
        wanted = pl.Series(sorted(new), dtype=pl.Int64)
        links = [(stakes, "owned", "owner"), (bases, "controlled", "controller")]
        above = [
            table.filter(pl.col(low).is_in(wanted.implode())).select(high).collect()[high] for table, low, high in links
        ]
        both = [(a, b) for a, b in kin.iter_rows() if a in new or b in new]
        new = {*above[0].to_list(), *above[1].to_list(), *(one for pair in both for one in pair)} - seen
        seen |= new
        if len(seen) > MOST:
            return None
    chosen = np.asarray(sorted(seen), dtype=np.int64)
    ids = parties.filter(pl.col("ordinal").is_in(pl.Series(chosen).implode())).select("party_id").collect()
    return _renumbered(ids["party_id"].to_list(), chosen, at[0], stakes, bases, kin)


def _renumbered(
    ids: list[str], chosen: IntArray, company: int, stakes: pl.LazyFrame, bases: pl.LazyFrame, kin: pl.DataFrame
) -> _Above:
    wanted = pl.Series(chosen).implode()
    held = stakes.filter(pl.col("owned").is_in(wanted)).collect()
    declared = bases.filter(pl.col("controlled").is_in(wanted)).collect()

    def number(column: pl.Series) -> IntArray:
        return np.searchsorted(chosen, column.to_numpy().astype(np.int64)).astype(np.int64)

    names, code = np.unique(declared["basis"].to_numpy().astype(str), return_inverse=True)
    figures = (held[name].to_numpy().astype(np.int64) for name in ("votes", "low", "high"))
    places = {int(ordinal): place for place, ordinal in enumerate(chosen.tolist())}
    couples = [(places[a], places[b]) for a, b in kin.iter_rows() if a in places and b in places]
    return _Above(
        ids,
        places[company],
        Stakes(number(held["owner"]), number(held["owned"]), *figures),
        Bases(
            number(declared["controller"]), number(declared["controlled"]), code.astype(np.int64), tuple(names.tolist())
        ),
        couples,
    )
