"""The tables of openings that a run keeps."""

from __future__ import annotations

import hashlib

import polars as pl

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


def opening_id(party_id: str, product_id: str) -> str:
    """The same for the same party and product in any run. product_id: empty for becoming a customer."""
    return "O-" + hashlib.sha256(f"{party_id}\x1f{product_id}".encode()).hexdigest()[:16]


def opening_ids(parties: pl.Series, products: pl.Series) -> pl.Series:
    """The ids of many, in parts: as texts of Python, those of a large bank take a gigabyte."""
    parts = [
        pl.Series(
            map(opening_id, parties[start : start + _AT_ONCE], products[start : start + _AT_ONCE]), dtype=pl.String
        )
        for start in range(0, parties.len(), _AT_ONCE)
    ]
    return pl.concat(parts) if parts else pl.Series(dtype=pl.String)


_AT_ONCE = 100_000
