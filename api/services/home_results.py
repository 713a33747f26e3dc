"""Homes of a run, which are households and families: what is told of each, and the tables that its archive keeps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from algorithms.stable_ids import Change
from api.services.home_totals import TOTALS
from api.services.run_members import Membership, member_frame

_MEMBERS = ("party_id", "role", "status", "reasons")


@dataclass(frozen=True, slots=True)
class Home:
    """A household or family: id, the id of its head, how many parties, and its rows of `TOTALS`."""

    id: str
    head_id: str
    size: int
    totals: tuple[tuple[str, int, str, int, int, int], ...]


@dataclass(frozen=True)
class Homes:
    """Homes of one kind with their memberships and the feed of their changes."""

    homes: list[Home]
    members: list[Membership]
    changes: tuple[Change, ...]


def member_table(members: Sequence[Membership], key: str) -> pl.DataFrame:
    """Members with their reasons in one text, parties by their ids."""
    told = (
        pl.col("reasons").list.join("; ").str.replace_all("{", "", literal=True).str.replace_all("}", "", literal=True)
    )
    return (
        member_frame(members).select(pl.col("group_id").alias(key), *_MEMBERS).with_columns(told).sort(key, "party_id")
    )


def total_table(homes: Sequence[Home], key: str) -> pl.DataFrame:
    """What they have with the bank, a row a figure and currency."""
    rows = [(home.id, *total) for home in homes for total in home.totals]
    table = pl.DataFrame(rows, schema={key: pl.String, **TOTALS}, orient="row")
    nothing_known = (pl.col("count") > 0) & (pl.col("count") == pl.col("unknown"))
    return table.with_columns(
        year=pl.when(pl.col("year") > 0).then(pl.col("year")),
        amount_minor=pl.when((pl.col("figure") != "products") & ~nothing_known).then(pl.col("amount_minor")),
    ).sort(key, "figure", "currency")
