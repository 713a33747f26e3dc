"""Who is who: source records that describe one party, by exact identifiers only.

Two records are one party when they share a unified social credit code, a certificate (type and number) or an LEI, when
a source says so (`same_as`), when an export of ours gave them one party id, or when a confirmed `POSSIBLY_SAME` says
so; never across person and company.
Everything hangs on the records' own values, so taking a wrong identifier away parts what it had joined.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from loaders.link_ids import party_ids

IDENTIFIERS = ("uscc", "certificate", "lei")
DECIDING = ("kind", "priority", *IDENTIFIERS, "same_as", "given_party")


SCHEMA: dict[str, type[pl.DataType]] = {
    "record_id": pl.String,
    "kind": pl.String,
    "priority": pl.Int64,
    "uscc": pl.String,
    "certificate": pl.String,
    "lei": pl.String,
    "same_as": pl.String,
    "given_party": pl.String,
    "current_party": pl.String,
    "current_seq": pl.Int64,
}


@dataclass(frozen=True)
class Identity:
    """assigned: `record_id`, `party_id`, `by` (what joined it: key, uscc, certificate, lei, same_as, given, likeness).
    joined: `party_id` of each party that lost all its records, and `into`, the one that has them now."""

    assigned: pl.DataFrame
    joined: pl.DataFrame


SAME = {"from_key": pl.String, "to_key": pl.String}


def decide(records: pl.DataFrame, same: pl.DataFrame | None = None) -> Identity:
    """Which party each record describes.

    records: columns of `SCHEMA`, one row a record, those of the store and of the load together; `current_party` and
    `current_seq` (the party's first number) are null for records that describe none yet.
    same: pairs of records that are one party beyond that, columns of `SAME`; ends that no record has are passed over.
    A set of records takes the oldest of the parties it described so far (smallest first number, then id), else the id
    an export of ours gave it, else a new one made from its first record by (priority, key). No two sets take one id.
    A registration code or LEI says that a record of no kind is a company's.
    """
    coded = pl.col("uscc").is_not_null() | pl.col("lei").is_not_null()
    frame = records.select(*SCHEMA).with_columns(kind=pl.coalesce("kind", pl.when(coded).then(pl.lit("company"))))
    frame = frame.sort("priority", "record_id").with_row_index("at")
    alike = _alike(frame, pl.DataFrame(schema=SAME) if same is None else same)
    frame = frame.with_columns(set=pl.Series(_sets(frame, alike), dtype=pl.Int64))
    claims = _claims(frame)
    taken = pl.concat([claims, _given_ids(frame, claims)])
    fresh = (
        frame.join(taken, on="set", how="anti").group_by("set", maintain_order=True).agg(pl.col("record_id").first())
    )
    chosen = pl.concat([taken, fresh.select("set", _made(fresh["record_id"], taken["party_id"]))])
    assigned = frame.join(chosen, on="set", how="left", maintain_order="left")
    told = assigned.join(_by(assigned, alike), on="at", how="left", maintain_order="left")
    told = told.select("record_id", "party_id", "current_party", pl.col("by").fill_null("key"))
    return Identity(told, _joined(assigned))


def _sets(frame: pl.DataFrame, alike: pl.DataFrame) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """The connected sets of records, as ordinals."""
    edges = pl.concat([*(_shared(frame, name) for name in IDENTIFIERS), _given(frame), _stated(frame), alike])
    count = frame.height
    ones = np.ones(edges.height, np.bool_)
    graph = coo_array((ones, (edges["a"].to_numpy(), edges["b"].to_numpy())), shape=(count, count))
    _, found = connected_components(graph, directed=False)
    mixed = (
        frame.select(kind="kind", set=pl.Series(found))
        .group_by("set")
        .agg(kinds=pl.col("kind").drop_nulls().n_unique())
        .filter(pl.col("kinds") > 1)["set"]
    )
    sets = found.astype(np.int64)
    if len(mixed):
        sets = _parted(frame, sets, mixed)
    return sets


def _parted(
    frame: pl.DataFrame, sets: np.ndarray[tuple[int], np.dtype[np.int64]], mixed: pl.Series
) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Sets that hold persons and companies (through a record of neither kind) fall into the two and single rest."""
    some = pl.Series(sets).is_in(mixed.implode())
    top = int(sets.max()) + 1
    alone = pl.lit(top) + pl.col("at").cast(pl.Int64) * 3
    kind = pl.when(pl.col("kind") == "person").then(0).when(pl.col("kind") == "company").then(1)
    together = pl.lit(top + 3 * frame.height) + pl.col("set") * 2 + kind
    new = frame.with_columns(set=pl.Series(sets)).select(
        pl.when(~pl.lit(some)).then("set").otherwise(pl.coalesce(together, alone))
    )
    return new.to_series().to_numpy()


def _shared(frame: pl.DataFrame, name: str) -> pl.DataFrame:
    """Edges from the first record of each (kind, identifier) to the others."""
    some = frame.filter(pl.col(name).is_not_null())
    pairs = some.select(a=pl.col("at").first().over("kind", name), b="at")
    return pairs.filter(pl.col("a") != pl.col("b"))


def _given(frame: pl.DataFrame) -> pl.DataFrame:
    """Edges between records that an export put under one party id, or under one that others describe already."""
    named = pl.concat(
        [
            frame.select("at", party=pl.col("given_party")).drop_nulls(),
            frame.select("at", party=pl.col("current_party"))
            .drop_nulls()
            .filter(pl.col("party").is_in(frame["given_party"].drop_nulls().unique().implode())),
        ]
    )
    pairs = named.select(a=pl.col("at").first().over("party"), b="at")
    return pairs.filter(pl.col("a") != pl.col("b"))


def _stated(frame: pl.DataFrame) -> pl.DataFrame:
    """Edges that a source states, between records of one kind or of unknown kind."""
    some = frame.filter(pl.col("same_as").is_not_null()).select("at", "kind", "same_as")
    other = frame.select(other="at", other_kind="kind", same_as="record_id")
    pairs = some.join(other, on="same_as").filter(
        (pl.col("kind") == pl.col("other_kind")).fill_null(value=True) & (pl.col("at") != pl.col("other"))
    )
    return pairs.select(a="at", b="other")


def _alike(frame: pl.DataFrame, same: pl.DataFrame) -> pl.DataFrame:
    """Edges between records that are told to be one party, of one kind or of unknown kind."""
    ends = frame.select("at", "kind", "record_id")
    pairs = same.join(ends, left_on="from_key", right_on="record_id")
    pairs = pairs.join(ends, left_on="to_key", right_on="record_id", suffix="_b")
    met = pairs.filter((pl.col("kind") == pl.col("kind_b")).fill_null(value=True) & (pl.col("at") != pl.col("at_b")))
    return met.select(a="at", b="at_b")


def _claims(frame: pl.DataFrame) -> pl.DataFrame:
    """`set`, `party_id`: the party that each set goes on being, where it described any so far."""
    known = frame.filter(pl.col("current_party").is_not_null())
    claims = known.group_by("current_party", "set").agg(pl.col("current_seq").min(), pl.col("at").min())
    disputed = claims["current_party"].is_duplicated()
    if disputed.any():
        claims = pl.concat([claims.filter(~disputed), _settled(known, claims.filter(disputed))])
    oldest = claims.sort("current_seq", "current_party").group_by("set", maintain_order=True).first()
    return oldest.select("set", party_id="current_party")


def _given_ids(frame: pl.DataFrame, claims: pl.DataFrame) -> pl.DataFrame:
    """`set`, `party_id`: ids given by an export to sets that were no party so far. Of several sets with one id that
    with the record it was named after takes it, else the first."""
    given = frame.filter(pl.col("given_party").is_not_null()).join(claims, on="set", how="anti")
    given = given.join(claims, left_on="given_party", right_on="party_id", how="anti")
    own = frame.join(given.select("set").unique(), on="set", how="semi")
    named = own.select("set", given_party=party_ids(own["record_id"]), named_after=pl.lit(value=True)).unique()
    ranked = given.join(named, on=["set", "given_party"], how="left")
    ranked = ranked.sort("given_party", "named_after", "at", descending=[False, True, False], nulls_last=True)
    won = ranked.unique("given_party", keep="first", maintain_order=True)
    return won.group_by("set", maintain_order=True).agg(party_id=pl.col("given_party").min())


def _made(record_ids: pl.Series, taken: pl.Series) -> pl.Series:
    """New ids from records; a record whose id another set goes by meanwhile makes a second one."""
    first = party_ids(record_ids)
    return pl.select(
        pl.when(~first.is_in(taken.implode())).then(first).otherwise(party_ids(record_ids + "#"))
    ).to_series()


def _settled(known: pl.DataFrame, claims: pl.DataFrame) -> pl.DataFrame:
    """Of several sets that one party falls into: the one with the record it was named after, else the first."""
    own = known.filter(pl.col("current_party").is_in(claims["current_party"].unique().implode()))
    own = own.with_columns(named_after=party_ids(own["record_id"]) == own["current_party"])
    named = own.group_by("current_party", "set").agg(pl.col("named_after").any())
    ranked = claims.join(named, on=["current_party", "set"]).sort(
        "current_party", "named_after", "at", descending=[False, True, False]
    )
    return ranked.unique("current_party", keep="first", maintain_order=True).select(claims.columns)


def _by(assigned: pl.DataFrame, alike: pl.DataFrame) -> pl.DataFrame:
    """`at`, `by`: what joined each record with another of its party, for records that do not stand alone."""
    several = assigned.filter(pl.col("set").is_duplicated())
    shared = [
        pl.when(pl.col(name).is_not_null() & (pl.len().over("set", name) > 1)).then(pl.lit(name))
        for name in IDENTIFIERS
    ]
    stated = pl.when(pl.col("same_as").is_not_null()).then(pl.lit("same_as"))
    ends = pl.concat([alike["a"], alike["b"].rename("a")]).unique()
    likeness = pl.when(pl.col("at").is_in(ends.implode())).then(pl.lit("likeness"))
    return several.select("at", by=pl.coalesce(*shared, stated, likeness))


def _joined(assigned: pl.DataFrame) -> pl.DataFrame:
    """Parties that none of their records describes any more."""
    known = assigned.filter(pl.col("current_party").is_not_null())
    lost = known.filter(~pl.col("current_party").is_in(known["party_id"].unique().implode()))
    lost = lost.filter(~pl.col("current_party").is_in(assigned["party_id"].unique().implode()))
    return (
        lost.group_by("current_party", maintain_order=True)
        .agg(into=pl.col("party_id").first())
        .select("into", party_id="current_party")
    )
