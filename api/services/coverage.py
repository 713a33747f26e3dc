"""What the sources cover, before a run and with it: what is not known, how much of it, and what follows from that."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl
from pydantic import Field

from api.services.answers import Answer, Model, stamp
from api.services.coverage_phrases import PHRASES
from api.services.exposure_basis import DEFAULT_CURRENCY
from api.services.why_not_phrases import BASES
from api.services.why_phrases import Lang, filled, listed, word
from graph import times
from graph.store import Row, View

TIMEOUT_S = 120.0
UNKNOWN = -1
"""What `snapshot/capital` tells for an unknown figure."""

SCHEMA = {"topic": pl.String, "missing": pl.Int64, "total": pl.Int64, "first": pl.String, "last": pl.String}


class Covered(Model):
    """One thing that the sources tell of, or do not."""

    topic: str = Field(examples=["receipts"])
    missing: int | None = Field(default=None, description="how many lack it")
    total: int | None = Field(default=None, description="out of how many; of payments months, of capital days of age")
    first: str | None = Field(default=None, description="the first month known, of payments")
    last: str | None = Field(default=None, description="the last month known; the day of the capital figures")
    names: list[str] = Field(default_factory=list, description="currencies without a rate, capital figures not known")
    text: str = ""


class CoverageAnswer(Answer):
    """What the sources cover in one state of the world, for a run to be made of it."""

    lang: Lang
    items: list[Covered]


def coverage(view: View, lang: Lang = "en") -> CoverageAnswer:
    """What a run over this view would know, and what not."""
    return CoverageAnswer(**stamp(view), lang=lang, items=read_coverage(view, lang))


def read_coverage(view: View, lang: Lang = "en") -> list[Covered]:
    """The same as items. What nothing is missing of is told with 0, and of what there is none nothing is told."""
    items = [*_companies(view), *_links(view), *_payments(view), *_money(view)]
    return [item.model_copy(update={"text": told(item, lang)}) for item in items]


def frame(items: list[Covered]) -> pl.DataFrame:
    """Items as a table for the archive: a row for each name, where an item has several."""
    rows = [
        (item.topic, item.missing, item.total, item.first or name or None, item.last)
        for item in items
        for name in item.names or [""]
    ]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


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


def _one(view: View, statement: str) -> Row:
    (row,) = view.read(f"coverage/{statement}", timeout_s=TIMEOUT_S)
    return row


def _companies(view: View) -> Iterator[Covered]:
    row = _one(view, "companies")
    if row["total"]:
        yield Covered(topic="owners", missing=row["without_owner"], total=row["total"])
        for topic in ("receipts", "expenditure", "equity"):
            yield Covered(topic=topic, missing=row[f"without_{topic}"], total=row["total"])


def _links(view: View) -> Iterator[Covered]:
    held, given, lent = (_one(view, name) for name in ("holdings", "guarantees", "contracts"))
    if held["total"]:
        yield Covered(topic="shares", missing=held["undisclosed"], total=held["total"])
    if lent["total"]:
        yield Covered(topic="contracts", missing=lent["without_amount"], total=lent["total"])
    if given["total"]:
        yield Covered(topic="guarantees", missing=given["without_contract"], total=given["total"])
        yield Covered(topic="guarantee_amounts", missing=given["without_amount"], total=given["total"])
    yield from _rates(view, lent["currencies"])


def _rates(view: View, currencies: list[str]) -> Iterator[Covered]:
    """Currencies that contracts stand in and no rate to the reporting currency is known of."""
    capital = view.read("snapshot/capital")
    ours = (capital[0]["currency"] if capital else "") or DEFAULT_CURRENCY
    rates = [{row["from_currency"], row["to_currency"]} for row in view.read("snapshot/rates")]
    missing = sorted(code for code in currencies if code and code != ours and {code, ours} not in rates)
    if missing:
        yield Covered(topic="rates", missing=len(missing), total=len(currencies), names=missing)


def _payments(view: View) -> Iterator[Covered]:
    row = _one(view, "payments")
    if not row["total"]:
        yield Covered(topic="no_payments")
        return
    yield Covered(topic="payments", total=row["months"], first=row["first"], last=row["last"])
    yield Covered(topic="payment_amounts", missing=row["without_amount"], total=row["total"])


def _money(view: View) -> Iterator[Covered]:
    rows = view.read("snapshot/capital")
    if not rows:
        yield Covered(topic="no_capital")
        return
    day = times.from_day(rows[0]["day"])
    age = (view.as_of - day).days if day else None
    yield Covered(topic="capital", total=age, last=str(day))
    unknown = [name for name in ("net_capital", "net_tier_1", "tier_1") if rows[0][name] == UNKNOWN]
    if unknown:
        yield Covered(topic="capital_figures", missing=len(unknown), total=3, last=str(day), names=unknown)
