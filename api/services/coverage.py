"""What the sources cover, as a run counted it or would: what is not known, how much of it, what follows from that."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
from pydantic import Field

from algorithms.columns import IntArray, joined
from algorithms.threshold import UNKNOWN
from api.services.answers import Answer, Model, money, stamp
from api.services.coverage_phrases import PHRASES
from api.services.dependence_basis import NO_EQUITY
from api.services.exposure_basis import Basis, basis_of
from api.services.kept_run import KeptRun
from api.services.risk_input import RiskInput, read_risk_input
from api.services.rule_sets import rule_sets
from api.services.run_input import RunInput, read_input
from api.services.run_parameters import DEFAULT_RULES
from api.services.run_reading import Reading
from api.services.unowed import unowed, without_currency
from api.services.why_not_phrases import BASES
from api.services.why_phrases import Lang, filled, listed, word
from api.services.words import told_money
from graph.store import View

_UNKNOWN = {"revenue": UNKNOWN, "expenditure": UNKNOWN, "equity": NO_EQUITY}
"""What yearly statements tell for an unknown figure."""

SCHEMA = {"topic": pl.String, "missing": pl.Int64, "total": pl.Int64, "first": pl.String, "last": pl.String}


NAMED = ("rates", "capital_figures", "unowed", "no_currency")
"""Topics that name what is missing or taken, a row a name."""


class Covered(Model):
    """One thing that the sources tell of, or do not."""

    topic: str = Field(examples=["receipts"])
    missing: int | None = Field(default=None, description="how many lack it")
    total: int | None = Field(default=None, description="out of how many; of payments months, of capital days of age")
    first: str | None = Field(default=None, description="the first month known, of payments")
    last: str | None = Field(default=None, description="the last month known; the day of the capital figures")
    names: list[str] = Field(
        default_factory=list,
        description="currencies without a rate, the currency taken where none is stated, capital figures not known, "
        "what contracts without a borrower come to",
    )
    text: str = ""


class CoverageAnswer(Answer):
    """What the sources cover in one state of the world, for a run to be made of it."""

    lang: Lang
    items: list[Covered]


def coverage(view: View, archive: Path, lang: Lang = "en") -> CoverageAnswer:
    """What the run of the view's day knew, and what not, as it counted it. Raises NotFound where there is none."""
    kept = KeptRun(view, archive)
    items = thawed(kept.table("coverage", list(SCHEMA)).collect())
    items = [item.model_copy(update={"text": told(item, lang)}) for item in items]
    return CoverageAnswer(**{**stamp(view), "run_id": kept.run_id}, lang=lang, items=items)


def coverage_before_run(view: View, lang: Lang = "en") -> CoverageAnswer:
    """What a run over this view would know, and what not: it reads what a run reads, and takes as long. No request asks
    it."""
    view = view.for_run()
    with Reading(view) as reading:
        given = read_input(reading, family_as_one=False)
        risk = read_risk_input(reading, given, [one.rules for one in rule_sets(DEFAULT_RULES)])
    return CoverageAnswer(**stamp(view), lang=lang, items=covered(given, risk, view.as_of, lang))


def covered(given: RunInput, risk: RiskInput, as_of: date, lang: Lang = "en") -> list[Covered]:
    """What a run's input knows. Where nothing is missing 0 is told, and of what there is none nothing."""
    basis = basis_of(risk, as_of)
    money_told = [*_nobodys(risk, basis), *_rates(basis), *_payments(risk), *_money(basis, as_of)]
    items = [*_companies(given, risk), *_links(given, risk), *money_told]
    return [item.model_copy(update={"text": told(item, lang)}) for item in items]


def frame(items: list[Covered]) -> pl.DataFrame:
    """Items as a table for the archive: a row for each name, where an item has several."""
    rows = [
        (item.topic, item.missing, item.total, item.first or name or None, item.last)
        for item in items
        for name in item.names or [""]
    ]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def thawed(rows: pl.DataFrame) -> list[Covered]:
    """The items that `frame` made such a table of, without their texts."""
    items: list[Covered] = []
    for topic, missing, total, first, last in rows.iter_rows():
        if topic not in NAMED:
            items.append(Covered(topic=topic, missing=missing, total=total, first=first, last=last))
            continue
        if not items or items[-1].topic != topic:
            items.append(Covered(topic=topic, missing=missing, total=total, last=last))
        items[-1].names.append(first)
    return items


def gaps(items: list[Covered]) -> list[str]:
    """The texts of what is worth telling: all but what nothing is missing of."""
    return [item.text for item in items if item.missing != 0]


def told(item: Covered, lang: Lang) -> str:
    """An item in words."""
    names = [word(lang, BASES, name) for name in item.names]
    return filled(
        lang,
        PHRASES[item.topic],
        share=share(item.missing or 0, item.total or 0),
        missing=f"{item.missing or 0:,}",
        total=f"{item.total or 0:,}",
        first=item.first,
        last=item.last,
        names=listed(lang, names),
    )


def share(missing: int, total: int) -> str:
    """A part in percents, rounded down, but never to nothing where something is missing."""
    percent = missing * 100 // total if total else 0
    return "<1%" if missing and not percent else f"{percent}%"


def _companies(given: RunInput, risk: RiskInput) -> Iterator[Covered]:
    """Of how many parties not even the kind is known; of how many companies no owner, and neither a yearly figure nor
    a payment."""
    is_company = given.companies
    if strangers := int((~is_company & ~given.persons).sum()):
        yield Covered(topic="kinds", missing=strangers, total=len(given.party_ids))
    total = int(is_company.sum())
    if not total:
        return
    statements, payments = risk.tables["statements"], risk.tables["payments"]
    stated = {name: statements.filter(pl.col(name) != unknown)["party"] for name, unknown in _UNKNOWN.items()}
    known = {
        "owners": given.stakes.owned,
        "receipts": joined(_whole(stated["revenue"]), _whole(payments["payee"])),
        "expenditure": joined(_whole(stated["expenditure"]), _whole(payments["payer"])),
        "equity": _whole(stated["equity"]),
    }
    for topic, parties in known.items():
        missing = is_company.copy()
        missing[parties[parties >= 0]] = False
        yield Covered(topic=topic, missing=int(missing.sum()), total=total)


def _links(given: RunInput, risk: RiskInput) -> Iterator[Covered]:
    silent = (given.capital == UNKNOWN) & (given.stakes.lower() == UNKNOWN) & (given.stakes.upper() == UNKNOWN)
    contracts, guarantees = risk.tables["facilities"], risk.tables["guarantees"]
    is_without_amount = (pl.col("limit_amount") == UNKNOWN) & (pl.col("drawn_amount") == UNKNOWN)
    for topic, missing, total in (
        ("shares", int(silent.sum()), silent.size),
        ("contracts", contracts.filter(is_without_amount).height, contracts.height),
        ("guarantees", guarantees.filter(pl.col("facility") < 0).height, guarantees.height),
        ("guarantee_amounts", guarantees.filter(pl.col("amount") == UNKNOWN).height, guarantees.height),
    ):
        if total:
            yield Covered(topic=topic, missing=missing, total=total)


def _nobodys(risk: RiskInput, basis: Basis) -> Iterator[Covered]:
    """Contracts without a borrower, and amounts without a currency."""
    total = risk.tables["facilities"].height
    if total:
        found = unowed(risk, basis)
        amount = money(found.amount, basis.currency)
        assert amount is not None
        yield Covered(topic="unowed", missing=found.contracts, total=total, names=[told_money(amount)])
    if bare := without_currency(risk):
        yield Covered(topic="no_currency", missing=bare, names=[basis.currency])


def _rates(basis: Basis) -> Iterator[Covered]:
    """Currencies that amounts stand in and no rate to the reporting currency is known of."""
    missing = [code for code in basis.without_rate if code]
    if missing:
        known = len([one for one in basis.used if one.currency])
        yield Covered(topic="rates", missing=len(missing), total=len(missing) + known, names=missing)


def _payments(risk: RiskInput) -> Iterator[Covered]:
    months = risk.column("payment_months", "month")
    if not months.size:
        yield Covered(topic="no_payments")
        return
    first, last = (f"{month // 100:04}-{month % 100:02}" for month in (int(months.min()), int(months.max())))
    yield Covered(topic="payments", total=months.size, first=first, last=last)
    amounts = risk.column("transfers", "amount")
    if amounts.size:
        yield Covered(topic="payment_amounts", missing=int((amounts == UNKNOWN).sum()), total=amounts.size)


def _money(basis: Basis, as_of: date) -> Iterator[Covered]:
    day, capital = basis.capital_day, basis.capital
    if day is None:
        yield Covered(topic="no_capital")
        return
    yield Covered(topic="capital", total=(as_of - day).days, last=str(day))
    unknown = [name for name in ("net_capital", "net_tier_1", "tier_1") if getattr(capital, name) is None]
    if unknown:
        yield Covered(topic="capital_figures", missing=len(unknown), total=3, last=str(day), names=unknown)


def _whole(column: pl.Series) -> IntArray:
    return column.to_numpy().astype(np.int64)
