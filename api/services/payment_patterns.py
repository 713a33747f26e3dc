"""Payment patterns as the run of the day flagged them, each with its payments: a person decides what they mean."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, get_args

import polars as pl
from pydantic import Field

from algorithms.loan_returns import ReturnRule
from algorithms.payment_fans import FanRule
from algorithms.threshold import PPB
from api.services.answers import Answer, Because, Model, Money, PartyRef, money, stamp
from api.services.kept_run import KeptRun
from api.services.known import parties_seen
from api.services.party import missing
from api.services.reasons import HIDDEN
from api.services.run_payment_patterns import FAN, TO_BORROWER, Kind
from api.services.words import percent, told_money
from graph.errors import BadInput
from graph.store import View

DEFAULT, MOST = 50, 500
MOST_PAYMENTS = 100
"""Payments told of one pattern."""
_ENDS = ("from_id", "to_id")


class PatternPayment(Model):
    """A payment of a pattern. An end is a party, or an account of nobody known by its id."""

    step: int = Field(description="1 for the first payments of a way; of a fan 1 is in and 2 is out")
    payer: PartyRef | None = Field(description="null for an account of nobody known, or a party outside your scope")
    payee: PartyRef | None
    payer_called: str
    payee_called: str
    day: date
    amount: Money | None = Field(description="what it carried of the money that is followed; of a fan all of it")


class PaymentPattern(Model):
    """Loan money that came back, or a fan."""

    pattern_id: str
    kind: str
    status: str = Field(default="flagged", description="found by machine: nobody has confirmed it")
    party: PartyRef = Field(description="the borrower, or whom the fan goes through")
    end: PartyRef | None = Field(description="whom the loan money reached; null for fans")
    drawdown_id: str | None
    drawn: Money | None
    amount: Money | None = Field(description="carried all the way; of a fan the smaller of the sums in and out")
    first_day: date
    last_day: date
    payments: list[PatternPayment]
    payments_total: int
    text: str


class PaymentPatternsAnswer(Answer):
    """The patterns with the largest amounts first, at most `limit`."""

    items: list[PaymentPattern]
    total: int = Field(description="all of them, also those that are not shown")
    empty: str | None = Field(description="why there are none")


def payment_patterns(
    view: View, archive: Path, kind: str | None = None, party_id: str | None = None, limit: int = DEFAULT
) -> PaymentPatternsAnswer:
    """Those of a kind, or that a party is part of.

    Raises NotFound for an unknown party and without a run or its tables, BadInput for an unknown kind.
    """
    if not 1 <= limit <= MOST:
        raise BadInput(f"limit is {limit}; give 1 to {MOST}.", field="limit", value=limit)
    if kind is not None and kind not in get_args(Kind):
        raise BadInput(f"kind is {kind[:80]!r}; give {', '.join(get_args(Kind))}.", field="kind", value=kind)
    if party_id is not None and party_id not in parties_seen(view, [party_id]):
        raise missing(view, party_id)
    kept = KeptRun(view, archive)
    rows = kept.table("payment_patterns")
    if kind is not None:
        rows = rows.filter(pl.col("kind") == kind)
    if party_id is not None:
        named = pl.any_horizontal(pl.col("party_id", "end_id", "from_id", "to_id") == party_id)
        rows = rows.filter(named.any().over("pattern_id"))
    order = rows.group_by("pattern_id").agg(pl.col("amount_minor").first())
    ids = order.sort(["amount_minor", "pattern_id"], descending=[True, False]).collect()["pattern_id"].to_list()
    shown = ids[:limit]
    payments: dict[str, list[Mapping[str, Any]]] = {one: [] for one in shown}
    for row in rows.filter(pl.col("pattern_id").is_in(shown)).collect().iter_rows(named=True):
        payments[row["pattern_id"]].append(row)
    wanted = {row[name] for some in payments.values() for row in some for name in ("party_id", "end_id", *_ENDS)}
    seen = parties_seen(view, wanted)
    items = [_pattern(one, some, seen) for one, some in payments.items() if some[0]["party_id"] in seen]
    omitted = [f"payment patterns capped at {limit} of {len(ids):,}"] if len(ids) > limit else []
    hidden = len(shown) - len(items)
    omitted += [f"{hidden} patterns about parties outside your scope or accounts of nobody known"] if hidden else []
    return PaymentPatternsAnswer(
        **{**stamp(view, omitted), "run_id": kept.run_id},
        because=_because(kept.run_id),
        items=items,
        total=len(ids),
        empty=None if ids else f"{kept.run_id} flagged none",
    )


def _because(run_id: str) -> list[Because]:
    loans, fans = ReturnRule(), FanRule()
    part, ratio = percent(loans.part.ppb / PPB), percent(fans.ratio.ppb / PPB)
    returned = (
        f"{run_id}: at least {part} of a drawdown reaches its borrower again, or a guarantor, within "
        f"{loans.window} days over at most {loans.hops} steps"
    )
    fanned = (
        f"{run_id}: at least {fans.payers} parties pay one that pays at least {fans.payees} others within {fans.days} "
        f"days, the smaller sum at least {ratio} of the larger"
    )
    return [
        Because(rule="payments.loan_returns", article="贷款资金回流", text=returned),
        Because(rule="payments.fan", text=fanned),
    ]


def _pattern(id: str, rows: list[Mapping[str, Any]], seen: Mapping[str, PartyRef]) -> PaymentPattern:
    one = rows[0]
    party, end = seen[one["party_id"]], seen.get(one["end_id"])
    currency = one["currency"]
    return PaymentPattern(
        pattern_id=id,
        kind=one["kind"],
        party=party,
        end=end,
        drawdown_id=one["drawdown_id"],
        drawn=money(one["drawn_minor"], currency),
        amount=money(one["amount_minor"], currency),
        first_day=one["first_day"],
        last_day=one["last_day"],
        payments=[_payment(row, seen) for row in rows[:MOST_PAYMENTS]],
        payments_total=len(rows),
        text=_words(one, party, end, rows),
    )


def _payment(row: Mapping[str, Any], seen: Mapping[str, PartyRef]) -> PatternPayment:
    return PatternPayment(
        step=row["step"],
        payer=seen.get(row["from_id"]),
        payee=seen.get(row["to_id"]),
        payer_called=_called(row["from_id"], seen),
        payee_called=_called(row["to_id"], seen),
        day=row["day"],
        amount=money(row["paid_minor"], row["currency"]),
    )


def _called(id: str, seen: Mapping[str, PartyRef]) -> str:
    """A party's name; an account of nobody known goes by its id, which is a source key."""
    if id in seen:
        return seen[id].called
    return f"account {id}" if ":" in id else HIDDEN


def _words(one: Mapping[str, Any], party: PartyRef, end: PartyRef | None, rows: list[Mapping[str, Any]]) -> str:
    days = f"from {one['first_day']} to {one['last_day']}"
    amount = _told(one["amount_minor"], one["currency"])
    if one["kind"] == FAN:
        payers = {row["from_id"] for row in rows if row["step"] == 1}
        payees = {row["to_id"] for row in rows if row["step"] == 2}
        return f"{len(payers)} parties paid {party.called}, who paid {len(payees)} others: {amount} {days}"
    drawn = _told(one["drawn_minor"], one["currency"])
    whose = "came back" if one["kind"] == TO_BORROWER else f"reached the guarantor {end.called if end else HIDDEN}"
    return f"of {drawn} that {party.called} had drawn {amount} {whose} {days}"


def _told(minor: int | None, currency: str | None) -> str:
    value = money(minor, currency)
    return told_money(value) if value else "an unknown amount"
