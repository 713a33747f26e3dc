"""Referrals of a run (DOMAIN.md 8): which count, the chains they make, and what each referrer is credited with."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from algorithms.columns import BoolArray, IntArray, offsets, order_by, rows_of
from algorithms.control import Control
from algorithms.currency import convert
from algorithms.referrals import (
    FLAGS,
    NOT_FIRST,
    SELF_REFERRAL,
    UNDATED,
    VALID,
    Credits,
    Purchases,
    Referrals,
    ReferralTrees,
    credits,
    referral_chains,
    referral_trees,
    same_household,
)
from algorithms.threshold import UNKNOWN
from api.services.answers import many
from api.services.exposure_basis import Basis
from api.services.guarantee_cover import set_id
from api.services.id_columns import Names
from api.services.risk_input import RiskInput
from api.services.run_input import RunInput

LATE = "time_order"
BOUGHT_BEFORE = "bought_before"
ITSELF, HOUSEHOLD, CONTROLS = "itself", "household", "controls"

REFERRALS = {
    "link_id": pl.String,
    "referrer_id": pl.String,
    "referred_id": pl.String,
    "referred_at": pl.Date,
    "campaign_id": pl.String,
    "product_id": pl.String,
    "outcome": pl.String,
    "bought": pl.Boolean,
    "bought_on": pl.Date,
    "value_minor": pl.Int64,
    "currency": pl.String,
    "flag": pl.String,
    "detail": pl.String,
}
"""One row a referral, by link id. flag: null where it counts. detail: of a self-referral itself, household or
controls; of one that is not the first the link of the first; of one that counts `bought_before` where what it tells of
a purchase does not (`IS_EARLY`). bought: a day or a value is told, whether the purchase counts (`IS_PURCHASE`) or not.
value_minor: null where it or the rate of its currency is not known. currency: the reporting one."""

IS_EARLY = pl.col("flag").is_null() & (pl.col("bought_on") < pl.col("referred_at")).fill_null(value=False)
"""Of rows of `REFERRALS`: the referral counts, and what it tells of a purchase was bought before its day."""
_COUNTS = pl.col("flag").is_null() & ~IS_EARLY
IS_PURCHASE = _COUNTS & pl.col("bought")
"""What was bought by way of a referral, for all figures: the referral counts, and the purchase is of its day or later.
One without a day is taken as of the day of the referral, whose source tells it as what came of that."""
IS_CONVERTED = _COUNTS & (pl.col("bought") | (pl.col("outcome") == "converted").fill_null(value=False))
"""Who was referred opened or bought by way of the referral."""

CHAINS = {
    "chain_id": pl.String,
    "position": pl.Int64,
    "party_id": pl.String,
    "referred_at": pl.Date,
    "value_minor": pl.Int64,
    "flag": pl.String,
}
"""One row a place: chains of referrals that count by their last party, then each flagged referral as two rows.
referred_at: empty for the first. value_minor: what the party bought and its chain is credited with (`IS_PURCHASE`),
null where it is not known. flag: `time_order` where the party was referred later than the next one, and so earns
nothing of what follows; else `bought_before` where it bought before it was referred."""

TOTALS = {
    "party_id": pl.String,
    "referred": pl.Int64,
    "converted": pl.Int64,
    "bought": pl.Int64,
    "size": pl.Int64,
    "depth": pl.Int64,
    "flagged": pl.Int64,
    "nearest_minor": pl.Int64,
    "even_minor": pl.Int64,
    "halving_minor": pl.Int64,
    "unknown": pl.Int64,
    "currency": pl.String,
}
"""One row a party that referred anybody, by id. referred, converted, bought: of those it referred itself
(`IS_CONVERTED`, `IS_PURCHASE`). size, depth: of the tree below it. unknown: purchases in chains that count whose value
is not known."""

TABLES = {"referrals": REFERRALS, "referral_chains": CHAINS, "referral_totals": TOTALS}


@dataclass(frozen=True)
class ReferralsFound:
    """The tables, see `TABLES`."""

    tables: dict[str, pl.DataFrame]
    warnings: tuple[str, ...]


def find_referrals(
    given: RunInput, risk: RiskInput, control: Control, household: IntArray, basis: Basis
) -> ReferralsFound:
    """All referrals of the input. household: shape (n_parties,), the household of each party, -1: none."""
    rows, referrals = risk.tables["referrals"], referrals_of(risk)
    value = convert("referrals.value", risk.column("referrals", "value"), basis.coded(risk, "referrals"), basis.rates)
    at_home, controls = self_referrals(referrals, control, household)
    trees = referral_trees(referrals, at_home | controls, len(given.party_ids))
    detail = np.where(at_home, HOUSEHOLD, np.where(controls, CONTROLS, ITSELF)).tolist()
    table = _table(given, rows, trees, value, detail, basis.currency)
    purchases = purchases_of(table, referrals)
    chains, left_out = _chains(given, table, trees, purchases)
    tables = {
        "referrals": table,
        "referral_chains": chains,
        "referral_totals": totals(given.party_ids, table, trees, credits(trees, purchases), basis.currency),
    }
    warnings = [f"{many(left_out, 'referral chain')} not listed, for the list would be too long"] if left_out else []
    if undated := int((trees.flag == UNDATED).sum()):
        warnings.append(f"{many(undated, 'referral')} without a day: nothing is earned there")
    return ReferralsFound(tables, tuple(warnings))


def referrals_of(risk: RiskInput) -> Referrals:
    """Those of the input, row by row."""
    return Referrals(*(risk.column("referrals", name) for name in ("referrer", "referred", "day")))


def self_referrals(referrals: Referrals, control: Control, household: IntArray) -> tuple[BoolArray, BoolArray]:
    """Shape (n_referrals,) each: whether both are of one household, and whether the referrer controls the referred.

    household: as for `find_referrals`."""
    housed = np.flatnonzero(household >= 0)
    return same_household(referrals, housed, household[housed]), _controls(control, referrals)


def _controls(control: Control, referrals: Referrals) -> BoolArray:
    """Whether each referrer controls whom it referred, alone or as one with its family."""
    one, other = referrals.referrer, referrals.referred
    found: BoolArray = control.structure.controls(one, other) & (one != other)
    if control.families:
        family = np.repeat(np.arange(len(control.families)), [len(members) for members in control.families])
        member = np.asarray([party for members in control.families for party in members], dtype=np.int64)
        order = order_by(member)
        at, row = rows_of(offsets(member[order], control.n_parties), one)
        found[at[control.structure.controls(control.n_parties + family[order][row], other[at])]] = True
    return found


def _table(
    given: RunInput, rows: pl.DataFrame, trees: ReferralTrees, value: IntArray, detail: list[str], currency: str
) -> pl.DataFrame:
    names, flag = Names(given.party_ids), trees.flag
    links = rows["link"].to_list()
    first = trees.row[trees.referrals.referred]
    told = [
        detail[row] if code == SELF_REFERRAL else links[first[row]] if code == NOT_FIRST else None
        for row, code in enumerate(flag.tolist())
    ]
    columns = {
        "link_id": rows["link"],
        "referrer_id": names.of(trees.referrals.referrer),
        "referred_id": names.of(trees.referrals.referred),
        "referred_at": _dates(trees.referrals.day),
        **{f"{name}_id": _text(rows[name]) for name in ("campaign", "product")},
        "outcome": _text(rows["outcome"]),
        "bought": (rows["bought"] != UNKNOWN) | (rows["value"] != UNKNOWN),
        "bought_on": _dates(rows["bought"].to_numpy()),
        "value_minor": _known(value),
        "currency": pl.repeat(currency, rows.height, dtype=pl.String, eager=True),
        "flag": Names(FLAGS).of(np.where(flag == VALID, -1, flag)),
        "detail": pl.Series(told, dtype=pl.String),
    }
    table = pl.DataFrame(columns, schema=REFERRALS)
    return table.with_columns(detail=pl.when(IS_EARLY).then(pl.lit(BOUGHT_BEFORE)).otherwise("detail"))


def purchases_of(table: pl.DataFrame, referrals: Referrals) -> Purchases:
    """The purchases among rows of `REFERRALS`: at most one of each buyer, for one referral of it counts."""
    rows = table.with_columns(buyer=pl.Series(referrals.referred, dtype=pl.Int64)).filter(IS_PURCHASE)
    kept = rows.select(
        "buyer",
        day=pl.coalesce("bought_on", "referred_at").cast(pl.Int32).cast(pl.Int64),
        value=pl.col("value_minor").fill_null(UNKNOWN),
    )
    return Purchases(*(kept[name].to_numpy().astype(np.int64) for name in ("buyer", "day", "value")))


def _chains(
    given: RunInput, table: pl.DataFrame, trees: ReferralTrees, purchases: Purchases
) -> tuple[pl.DataFrame, int]:
    """The rows of `CHAINS`, and how many chains they leave out."""
    chains = referral_chains(trees)
    last = chains.party[chains.first[1:] - 1]
    flagged = np.flatnonzero(trees.flag)
    links = table["link_id"].to_list()
    ids = [set_id("T-", [given.party_ids[party]]) for party in last.tolist()]
    ids += [set_id("T-", [links[row]]) for row in flagged.tolist()]
    sizes = np.concatenate((np.diff(chains.first), np.full(flagged.size, 2)))
    starts = np.cumsum(sizes) - sizes
    chain = np.repeat(np.arange(sizes.size), sizes)
    ends = np.stack((trees.referrals.referrer[flagged], trees.referrals.referred[flagged]), axis=1).ravel()
    party = np.concatenate((chains.party, ends))
    position = np.arange(party.size) - starts[chain]
    row = np.concatenate((trees.row[chains.party], np.repeat(flagged, 2)))
    row[position == 0] = -1
    codes = (*FLAGS, LATE, BOUGHT_BEFORE)
    early = np.zeros(trees.n_parties, dtype=np.bool_)
    early[trees.referrals.referred[table.select(IS_EARLY).to_series().to_numpy()]] = True
    place = np.where(chains.late, codes.index(LATE), np.where(early[chains.party], codes.index(BOUGHT_BEFORE), VALID))
    code = np.concatenate((place, np.stack((0 * flagged, trees.flag[flagged]), 1).ravel()))
    day = np.where(row >= 0, trees.referrals.day[row], UNKNOWN) if len(trees.referrals) else row
    bought = np.zeros(trees.n_parties, dtype=np.int64)
    bought[purchases.buyer] = purchases.value
    columns = {
        "chain_id": Names(ids).of(chain),
        "position": position + 1,
        "party_id": Names(given.party_ids).of(party),
        "referred_at": _dates(day),
        "value_minor": _known(bought[party]),
        "flag": Names(codes).of(np.where(code == VALID, -1, code)),
    }
    return pl.DataFrame(columns, schema=CHAINS), chains.left_out


def totals(
    party_ids: list[str], table: pl.DataFrame, trees: ReferralTrees, credited: Credits, currency: str
) -> pl.DataFrame:
    """The rows of `TOTALS`: of parties that refer somebody in the rows of `REFERRALS`, or are credited.

    party_ids: ascending; those of the ordinals of the trees."""
    counts = pl.col("flag").is_null()
    by_party = table.group_by(party_id="referrer_id").agg(
        referred=counts.sum().cast(pl.Int64),
        converted=IS_CONVERTED.sum().cast(pl.Int64),
        bought=IS_PURCHASE.sum().cast(pl.Int64),
        flagged=(~counts).sum().cast(pl.Int64),
    )
    below = trees.below
    figures = {
        "party_id": pl.Series(party_ids, dtype=pl.String),
        "size": below.size,
        "depth": below.depth,
        "nearest_minor": credited.nearest,
        "even_minor": credited.even,
        "halving_minor": credited.halving,
        "unknown": credited.unknown,
    }
    joined = pl.DataFrame(figures).join(by_party, on="party_id", how="left").with_columns(currency=pl.lit(currency))
    told = pl.any_horizontal(pl.col("nearest_minor", "even_minor", "halving_minor", "unknown") > 0)
    kept = joined.filter(told | pl.col("referred").is_not_null())
    return kept.with_columns(pl.col("referred", "converted", "bought", "flagged").fill_null(0)).select(*TOTALS)


def _text(column: pl.Series) -> pl.Series:
    return pl.select(pl.when(column != "").then(column)).to_series()


def _dates(days: IntArray) -> pl.Series:
    known = pl.Series(days, dtype=pl.Int64)
    return pl.select(pl.when(known != UNKNOWN).then(known).cast(pl.Int32).cast(pl.Date)).to_series()


def _known(amounts: IntArray) -> pl.Series:
    known = pl.Series(amounts, dtype=pl.Int64)
    return pl.select(pl.when(known != UNKNOWN).then(known)).to_series()
