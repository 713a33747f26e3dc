"""What a run found of risk as tables for the archive: exposures, guarantee circles, mutual pairs, chains."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl

from algorithms.columns import IntArray
from algorithms.connected import ROLES, STATUSES
from algorithms.currency import convert
from algorithms.guarantee_chains import guarantee_chains
from algorithms.guarantee_circles import GuaranteeCircles, guarantee_circles
from algorithms.guarantees import Guarantees
from algorithms.limits import Base as CapitalBase
from algorithms.threshold import PPB, UNKNOWN
from api.services.dependence_basis import standing
from api.services.exposure_basis import Basis
from api.services.exposure_tables import Names, exposure_tables
from api.services.guarantee_cover import guarantee_cover, set_id
from api.services.risk_input import RiskInput
from api.services.run_exposure import RiskFound
from api.services.run_input import RunInput
from graph import times

TOLD = ("flagged", "confirmed", "rebutted")
"""Statuses of dependence as `snapshot/dependence` tells them."""


OF_GUARANTEES = ("circles", "circle_components", "mutual_pairs", "guarantee_cover", "guarantee_chains")
READ_OF_GUARANTEES = ("guarantees", "statements", "facilities", "drawdowns", "borrowers", "capital", "rates")
"""The tables of guarantees, and the frozen ones that they follow from, beside the members of groups."""


def risk_tables(
    given: RunInput,
    risk: RiskInput,
    found: RiskFound,
    subjects: list[str],
    known: Mapping[str, pl.DataFrame] | None = None,
) -> dict[str, pl.DataFrame]:
    """The tables by name. Amounts are minor units of the reporting currency, null where unknown; days are dates.

    known: tables that need not be worked out, others among them."""
    ids: Names = np.asarray([*given.party_ids, ""], dtype=object)
    of_them = {name: table for name, table in (known or {}).items() if name in OF_GUARANTEES}
    if len(of_them) < len(OF_GUARANTEES):
        of_them = guaranteed(risk, found, ids, subjects)
    return {
        "basis": _basis(found.basis),
        **exposure_tables(found, ids, subjects),
        "connected": _connected(found, ids, subjects),
        "dependence": _dependence(risk, found, ids),
        **of_them,
    }


def guaranteed(risk: RiskInput, found: RiskFound, ids: Names, subjects: list[str]) -> dict[str, pl.DataFrame]:
    """The tables `OF_GUARANTEES`."""
    guarantees = guarantees_of(risk, found.basis)
    circles = guarantee_circles(guarantees, len(found.loans))
    return {
        "circles": _circles(circles, ids),
        "circle_components": _components(circles, ids),
        "mutual_pairs": _mutual(circles, ids),
        "guarantee_cover": guarantee_cover(risk, found, circles, ids, subjects),
        "guarantee_chains": _chains(risk, found, guarantees, ids),
    }


def guarantees_of(risk: RiskInput, basis: Basis) -> Guarantees:
    """All guarantees, amounts in the reporting currency."""
    return Guarantees(
        risk.column("guarantees", "guarantor"),
        risk.column("guarantees", "debtor"),
        convert("guarantees.amount", risk.column("guarantees", "amount"), basis.coded(risk, "guarantees"), basis.rates),
    )


def _basis(basis: Basis) -> pl.DataFrame:
    """The capital that limits are measured against, and the rates that amounts were converted at, with their days."""
    figures: tuple[CapitalBase, ...] = ("net_capital", "net_tier_1", "tier_1")
    rows: list[tuple[Any, ...]] = [
        ("capital", name, basis.capital_day, basis.capital.of(name), basis.currency, None) for name in figures
    ]
    rows += [("rate", one.currency, one.day, None, basis.currency, str(one.rate)) for one in basis.used]
    return _frame(
        rows, kind=pl.String, name=pl.String, day=pl.Date, amount_minor=pl.Int64, currency=pl.String, rate=pl.String
    )


def _connected(found: RiskFound, ids: Names, subjects: list[str]) -> pl.DataFrame:
    """Members of the groups that are more than a control group."""
    rows: list[tuple[str, str, str, str, str]] = []
    for group_id, group in zip(subjects, found.book.groups, strict=True):
        if group.control_group < 0:
            rules = " ".join(sorted(group.rules))
            columns = (group.party.tolist(), group.role.tolist(), group.status.tolist())
            rows += [(group_id, ids[p], ROLES[r], STATUSES[s], rules) for p, r, s in zip(*columns, strict=True)]
    names = ("group_id", "party_id", "role", "status", "rules")
    frame = pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row")
    return frame.sort("group_id", "party_id")


def _dependence(risk: RiskInput, found: RiskFound, ids: Names) -> pl.DataFrame:
    """Links that sources tell or persons have decided on, and those that the data show, with their arithmetic."""
    part, whole = (risk.column("dependence", name).tolist() for name in ("part", "whole"))
    told = zip(
        ids[risk.column("dependence", "dependent")].tolist(),
        ids[risk.column("dependence", "provider")].tolist(),
        risk.texts("dependence", "criterion"),
        (TOLD[code] for code in risk.column("dependence", "status").tolist()),
        (_stated_weight(*figures) for figures in zip(part, whole, strict=True)),
        strict=True,
    )
    stands = np.all([standing(risk, links) for links in (None, *found.dependence.values())], axis=0).tolist()
    rows: list[tuple[Any, ...]] = [
        (*one[:4], None, one[4], None, None) for one, stood in zip(told, stands, strict=True) if stood
    ]
    for rules, links in sorted(found.dependence.items()):
        columns = (links.weight.tolist(), links.part.tolist(), links.whole.tolist())
        for row, (weight, part, whole) in enumerate(zip(*columns, strict=True)):
            dependent, provider, criterion = links.key(row)
            rows.append((ids[dependent], ids[provider], criterion, "flagged", rules, weight, part, whole))
    frame = _frame(
        rows,
        dependent_id=pl.String,
        provider_id=pl.String,
        criterion=pl.String,
        status=pl.String,
        found_by=pl.String,
        weight=pl.Int64,
        part_minor=pl.Int64,
        whole_minor=pl.Int64,
    )
    return frame.sort("dependent_id", "provider_id", "criterion", "found_by")


def _stated_weight(part: int, whole: int) -> int | None:
    """Parts per billion, at most 10^9 as of links found; None where the source tells no part of a whole."""
    return min(part * PPB // whole, PPB) if part >= 0 and whole > 0 else None


def _circles(circles: GuaranteeCircles, ids: Names) -> pl.DataFrame:
    """One row a place in a circle: the party, and what it guarantees the next one."""
    rows = []
    for k in range(len(circles)):
        members = [str(ids[p]) for p in circles.members(k).tolist()]
        circle = set_id("R-", members)
        amounts = _amounts(circles, circles.links(k))
        rows += [(circle, place, *row) for place, row in enumerate(zip(members, amounts, strict=True), 1)]
    return _frame(rows, circle_id=pl.String, position=pl.Int64, party_id=pl.String, amount_minor=pl.Int64)


def _components(circles: GuaranteeCircles, ids: Names) -> pl.DataFrame:
    """Parties that all reach each other along guarantees, with how many circles there are: also those past the cap."""
    rows = []
    for one in circles.components:
        members = [str(ids[p]) for p in one.party.tolist()]
        component = set_id("S-", members)
        rows += [(component, party, len(members), one.told) for party in members]
    return _frame(rows, component_id=pl.String, party_id=pl.String, size=pl.Int64, circles=pl.String)


def _mutual(circles: GuaranteeCircles, ids: Names) -> pl.DataFrame:
    there, back = circles.mutual_pair, circles.mutual_back
    one, other = ids[circles.pairs.guarantor[there]].tolist(), ids[circles.pairs.debtor[there]].tolist()
    rows = zip(one, other, _amounts(circles, there), _amounts(circles, back), strict=True)
    return _frame(list(rows), party_id=pl.String, other_id=pl.String, amount_minor=pl.Int64, back_amount_minor=pl.Int64)


def _chains(risk: RiskInput, found: RiskFound, guarantees: Guarantees, ids: Names) -> pl.DataFrame:
    """One row a party that a chain reaches; only guarantees with a day can be in one."""
    day = risk.column("guarantees", "day")
    dated = day != times.SINCE_EVER
    known = Guarantees(guarantees.guarantor[dated], guarantees.debtor[dated], guarantees.amount[dated])
    chains = guarantee_chains(known, day[dated], found.loans)
    chain = np.repeat(np.arange(len(chains)), np.diff(chains.first))
    frame = pl.DataFrame(
        {
            "guarantor_id": ids[chains.guarantor[chain]].tolist(),
            "first_day": chains.first_day[chain],
            "links": chains.links,
            "party_id": ids[chains.member].tolist(),
            "day": chains.day,
            "loans_minor": found.loans[chains.member],
            "capped": chains.capped[chain] == 1,
        },
        schema_overrides={"guarantor_id": pl.String, "party_id": pl.String},
    )
    told = pl.format("{}\x1f{}", "guarantor_id", "first_day")
    chain_id = [set_id("K-", [one]) for one in frame.select(told).to_series().to_list()]
    return frame.select(
        pl.Series("chain_id", chain_id, dtype=pl.String),
        "guarantor_id",
        pl.col("first_day").cast(pl.Int32).cast(pl.Date),
        "links",
        "party_id",
        pl.col("day").cast(pl.Int32).cast(pl.Date),
        pl.when(pl.col("loans_minor") != UNKNOWN).then("loans_minor").alias("loans_minor"),
        "capped",
    )


def _amounts(circles: GuaranteeCircles, pairs: IntArray) -> list[int | None]:
    """Sums of pairs, None where one of the amounts behind them is unknown."""
    known, unknown = circles.pairs.known[pairs].tolist(), circles.pairs.unknown[pairs].tolist()
    return [None if missing else amount for amount, missing in zip(known, unknown, strict=True)]


def _frame(rows: Sequence[tuple[Any, ...]], **schema: type[pl.DataType]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=schema, orient="row")
