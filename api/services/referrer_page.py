"""The page of one referrer (转介人): customer, staff or outsider; agreements, whom it brought, what that earned."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, Literal

import polars as pl
from pydantic import Field

from api.services.answers import Answer, Evidence, Model, Money, PartyRef, day, evidence, money
from api.services.kept_run import KeptRun
from api.services.referrals import Referral, ReferralTotals, explain, fraction, party_referrals
from api.services.run_referrals import IS_CONVERTED, IS_PURCHASE
from api.services.words import percent, told_money
from graph.store import View

LATEST = 50
"""Referrals of its own that are told."""
Row = Mapping[str, Any]


Who = Literal["customer", "staff", "insider", "outsider"]


class Agreement(Model):
    """A referral agreement with a branch."""

    agreement: str | None = Field(description="its number")
    branch_id: str
    branch_name: str | None
    fee_rule: str | None
    fee_rate: float | None = Field(description="the part of the first purchase that is paid, a fraction")
    amount: Money | None = Field(description="or what is paid for each referral that counts")
    fee: str = Field(description="what is paid, in words")
    signed_on: date | None
    in_force: bool = Field(description="whether it holds on the day of the answer")
    link: Evidence


class ReferrerYear(Model):
    """Its own referrals of a year that count."""

    year: int | None = Field(description="null for those without a day")
    referred: int
    converted: int = Field(description="of these: opened or bought, not before the referral")
    conversion: str | None = Field(description="converted of referred, an exact fraction")
    bought: int = Field(description="of these: bought, not before the referral")


class ReferrerPage(Answer):
    """One referrer."""

    party: PartyRef
    who: Who = Field(
        description="insider: so marked by its source (`bank_role`); staff: a personnel record of somebody who has not "
        "left describes it, or it has a post at the bank; both also where it is a customer; outsider: who only refers"
    )
    roles: list[str]
    agreements: list[Agreement] = Field(description="the latest first, those not in force too")
    chain: list[Referral] = Field(description="the referrals that lead to it from the head of its tree, in that order")
    totals: ReferralTotals | None = Field(description="null where it referred nobody")
    years: list[ReferrerYear] = Field(description="the latest first")
    latest: list[Referral] = Field(description="its own referrals that count, the latest first")
    flagged: list[Referral] = Field(description="flagged referrals of it and by it")
    empty: str | None = Field(description="said where nothing is told of it")


def referrer(view: View, archive: Path, party_id: str) -> ReferrerPage:
    """The page of a party that refers, or has an agreement to. Raises NotFound for an unknown party and without a run
    or its tables, JoinedAway."""
    told = party_referrals(view, archive, party_id, depth=1)
    kept = KeptRun(view, archive)
    mine = kept.table("referrals").filter((pl.col("referrer_id") == party_id) & pl.col("flag").is_null())
    rows = mine.sort("referred_at", "link_id", descending=[True, False], nulls_last=True).head(LATEST).collect()
    latest = rows.rows(named=True)
    explained = explain(kept, view, latest)
    years = [_year(row) for row in _by_year(mine).rows(named=True)]
    total = sum(one.referred for one in years)
    known = view.read("referrals/referrer", party_id=party_id)[0]
    omitted = [text for text in told.omitted if not text.startswith("tree")]
    if total > len(latest):
        omitted.append(f"latest capped at {LATEST} of {total:,}; `guanxi referrals` tells its tree")
    agreements = [_agreement(view, row) for row in known["agreements"]]
    return ReferrerPage(
        **{name: getattr(told, name) for name in Answer.model_fields if name != "omitted"},
        omitted=[*dict.fromkeys((*omitted, *explained.omitted(latest)))],
        party=told.party,
        who=_who(known),
        roles=sorted(known["roles"]),
        agreements=agreements,
        chain=told.chain,
        totals=told.totals,
        years=years,
        latest=[explained.told(row) for row in latest],
        flagged=told.flagged,
        empty=None if agreements else told.empty,
    )


def _who(known: Row) -> Who:
    if known["role"] == "insider":
        return "insider"
    if known["staff"]:
        return "staff"
    return "customer" if "Customer" in known["roles"] else "outsider"


def _by_year(mine: pl.LazyFrame) -> pl.DataFrame:
    found = mine.group_by(year=pl.col("referred_at").dt.year()).agg(
        referred=pl.len(), converted=IS_CONVERTED.sum(), bought=IS_PURCHASE.sum()
    )
    return found.sort("year", descending=True, nulls_last=True).collect()


def _year(row: Row) -> ReferrerYear:
    return ReferrerYear(**row, conversion=fraction(row["converted"], row["referred"]))


def _agreement(view: View, row: Row) -> Agreement:
    link = row["link"]
    amount = money(link.get("amount"), link.get("currency"))
    rate = link.get("fee_rate")
    told = [link.get("fee_rule"), percent(rate) if rate is not None else None, told_money(amount) if amount else None]
    return Agreement(
        agreement=link.get("agreement"),
        branch_id=row["branch_id"],
        branch_name=row["branch_name"],
        fee_rule=link.get("fee_rule"),
        fee_rate=rate,
        amount=amount,
        fee=", ".join(filter(None, told)) or "fee not told",
        signed_on=day(link.get("signed_on")),
        in_force=link["valid_from"] <= view.day < link["valid_to"],
        link=evidence(link, "AGREED_WITH"),
    )
