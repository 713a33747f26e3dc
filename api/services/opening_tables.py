"""The tables of openings that a run keeps."""

from __future__ import annotations

import hashlib

import polars as pl
import polars_hash as plh

from algorithms.openings import WHY_NOT

OPENINGS = {
    "opening_id": pl.String,
    "party_id": pl.String,
    "place": pl.Int64,
    "product_id": pl.String,
    "score": pl.Int64,
    "source": pl.String,
    "similar": pl.Int64,
    "like_id": pl.String,
    "like_both": pl.Int64,
    "like_holders": pl.Int64,
    "is_new": pl.Boolean,
    "household_holders": pl.Int64,
    "household_others": pl.Int64,
    "group_id": pl.String,
    "group_holders": pl.Int64,
    "group_others": pl.Int64,
    "segment": pl.String,
    "segment_part": pl.Int64,
    "matures_on": pl.Date,
    "linked_id": pl.String,
    "linked_as": pl.String,
}
"""One row an opening, by party and place. product_id: null where the opening is to become a customer at all. score,
similar, segment_part: parts per billion. source: what speaks most for it: similar, household, group, maturing,
segment, linkage. like_id: the product held that is most alike; like_holders hold that, like_both of them this one too.
linked_as: what ties the party to linked_id: legal_representative, actual_controller, finance_head, executive."""

SUPPRESSED = {
    "opening_id": pl.String,
    "party_id": pl.String,
    "product_id": pl.String,
    "score": pl.Int64,
    "reason": pl.String,
}
"""What would have stood among the first openings of a party and is not offered. reason: one of `WHY_NOT`."""

COUNTS = {"party_id": pl.String, **dict.fromkeys(("offered", *WHY_NOT[1:]), pl.Int64)}
"""One row a customer: products that can be offered, that it holds, and those that something speaks for by why they are
not offered."""

TABLES = {"openings": OPENINGS, "openings_suppressed": SUPPRESSED, "openings_counts": COUNTS}
_BETWEEN, _LENGTH = "\x1f", 16


def opening_id(party_id: str, product_id: str) -> str:
    """The same for the same party and product in any run. product_id: empty for becoming a customer."""
    return "O-" + hashlib.sha256(f"{party_id}{_BETWEEN}{product_id}".encode()).hexdigest()[:_LENGTH]


def opening_ids(rows: pl.DataFrame) -> pl.Series:
    """The same for the columns `party_id` and `product_id`, null where the opening is to become a customer."""
    text = pl.concat_str("party_id", pl.col("product_id").fill_null(""), separator=_BETWEEN)
    return rows.select("O-" + plh.concat_str([text]).chash.sha2_256().str.head(_LENGTH)).to_series()
