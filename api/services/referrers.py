"""Who brings customers: the top referrers, of all referrals, of a campaign, or since a day; a campaign's referrals."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, get_args

import numpy as np
import polars as pl
from pydantic import Field

from algorithms.columns import BoolArray
from algorithms.referrals import FLAGS, VALID, Referrals, ReferralTrees, credits
from algorithms.threshold import UNKNOWN
from api.services.answers import Answer, Model, Money, PartyRef, day, many, stamp
from api.services.kept_run import KeptRun
from api.services.known import parties_seen
from api.services.referrals import (
    MOST_LINKS,
    RULES,
    Referral,
    ReferralTotals,
    because_of,
    explain,
    fraction,
    known_money,
    totals_told,
)
from api.services.run_referrals import IS_CONVERTED, IS_EARLY, IS_PURCHASE, purchases_of, totals
from graph.errors import BadInput, NotFound
from graph.store import Row, View

DEFAULT, MOST = 50, 500
Method = Literal["nearest", "even", "halving"]


class Referrer(Model):
    """A referrer with what its referrals came to. Size and depth are of its whole tree."""

    party: PartyRef | None = Field(description="null for a party outside your scope")
    totals: ReferralTotals


class ReferrersAnswer(Answer):
    """The referrers credited with most first, then those who referred more, ties by id."""

    by: str = Field(description="the method of credit that decides the order")
    campaign_id: str | None
    since: date | None = Field(description="referrals of this day and later, and what was bought by way of them alone")
    referrers: list[Referrer]
    total: int
    empty: str | None = Field(description="why there are none")


class CampaignReferrals(Answer):
    """Referrals made in a campaign."""

    campaign_id: str
    name: str | None
    product_id: str | None
    starts_on: date | None
    ends_on: date | None
    referred: int = Field(description="referrals that count")
    converted: int = Field(description="of these: opened or bought, not before the referral")
    conversion: str | None = Field(description="converted of referred, an exact fraction; null where nobody was")
    bought: int = Field(description="of these: bought, not before the referral")
    bought_before: int = Field(description="of these: bought before the referral, which counts for nothing")
    value: Money | None = Field(
        description="of the known purchases among those bought, the sum of the credits; null where none are"
    )
    unknown: int = Field(description="purchases whose value is not known")
    flagged: dict[str, int] = Field(description="referrals that earn nothing, by flag")
    referrers: list[Referrer] = Field(description="as `/v1/referrers?campaign=` tells the first of them")
    referrals: list[Referral] = Field(description="the flagged first, then the latest, ties by link")
    total: int
    empty: str | None = Field(description="why there are none")


def referrers(
    view: View,
    archive: Path,
    campaign: str | None = None,
    since: date | None = None,
    by: str = "nearest",
    limit: int = DEFAULT,
    offset: int = 0,
) -> ReferrersAnswer:
    """The top referrers. Raises NotFound for an unknown campaign and without a run or its tables, BadInput for a method
    or numbers that cannot be asked for, and a day after the view's."""
    for field, value, least, most in (("limit", limit, 1, MOST), ("offset", offset, 0, 10**9)):
        if not least <= value <= most:
            raise BadInput(f"{field} is {value}; give a number from {least} to {most:,}.", field=field, value=value)
    if by not in get_args(Method):
        raise BadInput(f"by is {by[:80]!r}; give {', '.join(get_args(Method))}.", field="by", value=by[:80])
    if since and since > view.as_of:
        raise BadInput(
            f"since is {since}, after the {view.as_of} that is asked about.", field="since", value=str(since)
        )
    campaign_id = _campaign(view, campaign)["campaign_id"] if campaign is not None else None
    kept = KeptRun(view, archive)
    found = _ranked(_totals(kept, campaign_id, since), by)
    rows = found.slice(offset, limit).rows(named=True)
    told = _told(view, rows)
    left = found.height - offset - len(rows)
    omitted = [f"{many(left, 'more referrer')}: ask with offset={offset + len(rows)}"] if left > 0 and rows else []
    return ReferrersAnswer(
        **{**stamp(view, [*omitted, *_hidden(told)]), "run_id": kept.run_id},
        because=list(RULES),
        by=by,
        campaign_id=campaign_id,
        since=since,
        referrers=told,
        total=found.height,
        empty=None if found.height else f"{kept.run_id} read no such referral",
    )


def campaign_referrals(view: View, archive: Path, campaign: str) -> CampaignReferrals:
    """The referrals of a campaign, by its id or code. Raises NotFound as `referrers` does."""
    node = _campaign(view, campaign)
    kept = KeptRun(view, archive)
    rows = kept.table("referrals").filter(campaign_id=node["campaign_id"]).collect()
    referred = rows.filter(pl.col("flag").is_null()).height
    converted = rows.filter(IS_CONVERTED).height
    bought = rows.filter(IS_PURCHASE)
    known = bought.filter(pl.col("value_minor").is_not_null())
    order = pl.col("flag").is_null(), pl.col("referred_at"), pl.col("link_id")
    shown = rows.sort(order, descending=[False, True, False], nulls_last=True).head(MOST_LINKS).rows(named=True)
    explained = explain(kept, view, shown)
    referrals = [explained.told(row) for row in shown]
    first = _ranked(_totals(kept, node["campaign_id"], None), "nearest").head(DEFAULT).rows(named=True)
    capped = [f"referrals capped at {MOST_LINKS} of {rows.height:,}"] if rows.height > MOST_LINKS else []
    return CampaignReferrals(
        **{**stamp(view, [*capped, *explained.omitted(shown)]), "run_id": kept.run_id},
        because=[*RULES, *because_of(one for one in referrals if one.flag)],
        campaign_id=node["campaign_id"],
        name=node["name"],
        product_id=node["product_id"],
        starts_on=day(node["starts_on"]),
        ends_on=day(node["ends_on"]),
        referred=referred,
        converted=converted,
        conversion=fraction(converted, referred),
        bought=bought.height,
        bought_before=rows.filter(IS_EARLY).height,
        value=known_money(int(known["value_minor"].sum()), known["currency"][0]) if known.height else None,
        unknown=bought.height - known.height,
        flagged={flag: n for flag in FLAGS[1:] if (n := rows.filter(flag=flag).height)},
        referrers=_told(view, first),
        referrals=referrals,
        total=rows.height,
        empty=None if rows.height else f"{kept.run_id} read no referral of this campaign",
    )


def _campaign(view: View, campaign: str) -> Row:
    rows = view.read("referrals/campaign", campaign=campaign)
    if not rows:
        raise NotFound(
            f"No campaign has the id or code {campaign[:80]!r}; referrals name the campaigns they were made in.",
            field="campaign",
            value=campaign[:80],
        )
    return rows[0]


def _totals(kept: KeptRun, campaign_id: str | None, since: date | None) -> pl.DataFrame:
    """The run's totals, or those of the referrals chosen: credit goes up as far as they go, for what they brought."""
    if campaign_id is None and since is None:
        return kept.table("referral_totals").collect()
    return _totals_of(kept.path("referrals"), campaign_id, since)


@lru_cache(maxsize=16)
def _totals_of(referrals: Path, campaign_id: str | None, since: date | None) -> pl.DataFrame:
    """Worked out once a run and choice: the table of a run never changes. referrals: where that table lies."""
    table = pl.read_parquet(referrals)
    chosen = pl.lit(True)
    if campaign_id is not None:
        chosen &= pl.col("campaign_id") == campaign_id
    if since is not None:
        chosen &= pl.col("referred_at") >= since
    is_chosen = table.select(chosen.fill_null(False)).to_series()
    ends = ("referrer_id", "referred_id")
    ids = pl.concat([table[end].rename("id") for end in ends]).unique().sort()
    referrer, referred = (_places(table[end], ids) for end in ends)
    told = table["referred_at"].cast(pl.Int32).cast(pl.Int64).fill_null(UNKNOWN).to_numpy().astype(np.int64)
    flag = (
        table["flag"]
        .fill_null(FLAGS[VALID])
        .replace_strict(FLAGS, range(len(FLAGS)), return_dtype=pl.Int64)
        .to_numpy()
        .astype(np.int64)
    )
    made = Referrals(referrer, referred, told)

    def trees(counts: BoolArray) -> ReferralTrees:
        row = np.full(len(ids), -1, dtype=np.int64)
        row[referred[counts]] = np.flatnonzero(counts)
        return ReferralTrees(made, len(ids), flag, row)

    valid = flag == VALID
    credited = credits(trees(valid & is_chosen.to_numpy()), purchases_of(table, made))
    currency = str(table["currency"].first() or "")
    return totals(ids.to_list(), table.filter(is_chosen), trees(valid), credited, currency)


def _places(texts: pl.Series, known: pl.Series) -> np.ndarray[Any, np.dtype[np.int64]]:
    frame = pl.DataFrame({"id": texts}).join(
        pl.DataFrame({"id": known}).with_row_index("at"), on="id", how="left", maintain_order="left"
    )
    return frame["at"].to_numpy().astype(np.int64)


def _ranked(found: pl.DataFrame, by: str) -> pl.DataFrame:
    return found.sort(f"{by}_minor", "referred", "party_id", descending=[True, True, False])


def _told(view: View, rows: Sequence[Row]) -> list[Referrer]:
    seen = parties_seen(view, (row["party_id"] for row in rows))
    return [Referrer(party=seen.get(row["party_id"]), totals=totals_told(row)) for row in rows]


def _hidden(told: Sequence[Referrer]) -> list[str]:
    hidden = sum(one.party is None for one in told)
    return [f"{many(hidden, 'party')} outside your scope"] if hidden else []
