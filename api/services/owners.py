"""Who the beneficial owners (受益所有人) of a party are, under each rule set of the run, with the reasons in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
from pydantic import Field

from algorithms.threshold import PPB
from api.services.answers import Answer, Because, Model, PartyRef, stamp
from api.services.holdings_above import holdings_above
from api.services.kept_run import KeptRun
from api.services.known import parties_seen
from api.services.party import missing
from api.services.reasons import HIDDEN
from api.services.rule_sets import RuleSet
from api.services.rule_settings import Title
from api.services.run_owners import NOT_COMPUTED, NOT_DISCLOSED, SENIOR_MANAGER
from api.services.words import percent
from graph.store import View

_Row = dict[str, Any]


class BeneficialOwner(Model):
    """A person that passes a rule set. Figures are fractions of the shares, null where below 1%."""

    party: PartyRef | None = Field(description="null for a party outside your scope")
    integrated: float | None = Field(description="what the person has over all direct and indirect routes")
    mixed: float | None = Field(description="the same where holders that the person controls count whole")
    controls: bool
    passes: list[str] = Field(description="integrated, control, control_weighted, interest_in_controller")
    reasons: list[str]


class OwnersUnder(Model):
    """What one rule set says. Where no person passes, senior managers stand in, and `told` says so."""

    rules: str
    title: Title
    article: str
    in_force: bool = Field(description="on the day of the answer")
    since: date
    test: str = Field(examples=["at least 25%"])
    owners: list[BeneficialOwner]
    senior_managers: list[PartyRef]
    told: str


class OwnersAnswer(Answer):
    """The beneficial owners of a party, and the part of it that belongs to no known person."""

    party: PartyRef
    under: list[OwnersUnder]
    not_disclosed: float = Field(
        description="the part that goes up to no known person, a fraction: to nobody told, or to holders without known "
        "owners, such as a state"
    )
    not_computed: float = Field(
        description="the part that goes up to companies without owners of their own: closed sets, holdings above 1"
    )
    remainder: list[str] = Field(description="the same in words")


def owners(view: View, archive: Path, party_id: str) -> OwnersAnswer:
    """As the run of the view's day found them. Raises NotFound for an unknown party, without a run or its tables."""
    party = parties_seen(view, [party_id]).get(party_id)
    if party is None:
        raise missing(view, party_id)
    kept = KeptRun(view, archive)
    rows = kept.table("owners").filter(pl.col("company_id") == party_id).collect().to_dicts()
    told = _Told(view, kept, party, rows)
    under = [told.under(one.rules) for one in kept.rules if one.rules.owners]
    persons = [row["person_id"] for row in rows if row["person_id"]]
    holdings = holdings_above(view, party_id, persons)
    omitted = [*told.omitted, *holdings.omitted]
    if not under:
        omitted.append("no rule set of the run speaks of beneficial owners; `guanxi run --rules cn-bo` does")
    because = [
        Because(
            rule=f"{one.rules}.owners", article=one.article, links=holdings.links, text=f"{kept.run_id}: {one.told}"
        )
        for one in under
    ]
    parts = {name: told.part(name) for name in (NOT_DISCLOSED, NOT_COMPUTED)}
    return OwnersAnswer(
        **{**stamp(view, omitted), "run_id": kept.run_id},
        because=because,
        party=party,
        under=under,
        not_disclosed=parts[NOT_DISCLOSED],
        not_computed=parts[NOT_COMPUTED],
        remainder=_remainder(party, parts),
    )


class _Told:
    """One party's rows of the table, told with names."""

    def __init__(self, view: View, kept: KeptRun, party: PartyRef, rows: list[_Row]) -> None:
        self._as_of, self._party, self._rows = view.as_of, party, rows
        self._seen = parties_seen(view, (row[name] for row in rows for name in ("person_id", "through_id")))
        held = kept.table("control").filter(pl.col("controlled_id") == party.party_id)
        self._votes: dict[str, int] = {}
        for controllers, votes in held.select("controller_id", "votes").collect().iter_rows():
            for one in controllers.split("+"):
                self._votes[one] = max(votes, self._votes.get(one, 0))

    @property
    def omitted(self) -> list[str]:
        """What is not told, and why."""
        hidden = {row["person_id"] for row in self._rows if row["person_id"] and row["person_id"] not in self._seen}
        return [f"{len(hidden)} owners or managers outside your scope are not named"] if hidden else []

    def part(self, passes: str) -> float:
        """A part of the party that belongs to no known person; all of it where nothing is told of a company."""
        if not self._rows and passes == NOT_DISCLOSED and self._party.kind != "person":
            return 1.0
        return float(sum(row["integrated"] for row in self._rows if row["passes"] == passes) / PPB)

    def under(self, rules: RuleSet) -> OwnersUnder:
        """What a rule set says of the party."""
        assert rules.owners is not None
        mine = [row for row in self._rows if row["rules"] == rules.id]
        mine.sort(key=lambda row: (-(row["integrated"] or 0), row["person_id"]))
        passing = [self._owner(row, rules) for row in mine if row["passes"] not in ("", SENIOR_MANAGER)]
        managers = [row["person_id"] for row in mine if row["passes"] == SENIOR_MANAGER]
        seen = [self._seen[one] for one in managers if one in self._seen]
        sense = "at least" if rules.owners.sense == "at_least" else "more than"
        return OwnersUnder(
            rules=rules.id,
            title=rules.title,
            article=rules.owners.article,
            in_force=rules.in_force(self._as_of),
            since=rules.since,
            test=f"{sense} {percent(rules.owners.threshold / PPB)}",
            owners=passing,
            senior_managers=seen,
            told=self._words(passing, seen),
        )

    def _words(self, passing: list[BeneficialOwner], managers: list[PartyRef]) -> str:
        if passing:
            return "; ".join(f"{_called(one.party)} {' and '.join(one.reasons)}" for one in passing)
        if self._party.kind == "person":
            return f"{self._party.called} is a person"
        nobody = f"no person passes for {self._party.called}"
        if managers:
            return f"{nobody}: as fall-back its senior managers stand in: {', '.join(one.called for one in managers)}"
        return f"{nobody}, and no senior manager is known who could stand in"

    def _owner(self, row: _Row, rules: RuleSet) -> BeneficialOwner:
        passes = row["passes"].split()
        return BeneficialOwner(
            party=self._seen.get(row["person_id"]),
            integrated=_fraction(row["integrated"]),
            mixed=_fraction(row["mixed"]),
            controls=row["controls"],
            passes=passes,
            reasons=[self._reason(measure, row, rules) for measure in passes],
        )

    def _reason(self, measure: str, row: _Row, rules: RuleSet) -> str:
        company = self._party.called
        if measure == "control":
            votes = self._votes.get(row["person_id"])
            return f"controls {company}" + (f" with {percent(votes / PPB)} of the votes" if votes else "")
        if measure == "interest_in_controller":
            through = _called(self._seen.get(row["through_id"]))
            assert rules.owners is not None
            return f"has {percent(rules.owners.threshold / PPB)} or more of {through}, which controls {company}"
        figure = row["integrated"] if measure == "integrated" else row["mixed"]
        whole = "" if measure == "integrated" else ", holders that it controls counted whole"
        if figure is None or rules.owners is None or not rules.owners.test().met_by(figure):
            return f"has enough of the votes of {company} over all direct and indirect routes{whole}"
        return f"has {percent(figure / PPB)} of {company} over all direct and indirect routes{whole}"


def _called(party: PartyRef | None) -> str:
    return party.called if party else HIDDEN


def _fraction(ppb: int | None) -> float | None:
    return None if ppb is None else ppb / PPB


def _remainder(party: PartyRef, parts: Mapping[str, float]) -> list[str]:
    words = {
        NOT_DISCLOSED: "goes up to no known person: to nobody told, or to holders without known owners, "
        "such as a state",
        NOT_COMPUTED: "not computed: it goes up to companies that own each other whole, or whose holdings sum above 1",
    }
    return [f"{percent(parts[name])} of {party.called} {text}" for name, text in words.items() if parts[name]]
