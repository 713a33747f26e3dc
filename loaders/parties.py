"""What a party is, from the records that describe it: attributes by source order, roles, spellings for search."""

from __future__ import annotations

import polars as pl

from graph import model
from loaders.pinyin import spellings
from loaders.targets import POLARS

ATTRIBUTES = tuple(p.name for p in model.PARTY_ATTRIBUTES)
SCHEMA = {
    "party_id": pl.String(),
    "kind": pl.String(),
    "roles": pl.List(pl.String),
    "pinyin": pl.List(pl.String),
    **{p.name: POLARS[p.kind] for p in model.PARTY_ATTRIBUTES},
}


def describe(records: pl.DataFrame) -> pl.DataFrame:
    """One row a party: `party_id`, `kind`, attributes, `roles`, `pinyin`.

    records: `party_id`, `record_id`, `priority`, `kind`, `implied` (kind that links imply), `roles` and any of the
    party attributes. Of each attribute the first value that is not null counts, by (priority, record_id); the others
    stay on their records. An amount comes with the currency of the record it is from.
    """
    frame = _complete(records).sort("party_id", "priority", "record_id")
    again = frame["party_id"].is_duplicated()
    one = frame.filter(~again)
    parts = [one.select("party_id", _kind(one), "roles", *ATTRIBUTES)]
    if again.any():
        several = frame.filter(again)
        parts.append(several.group_by("party_id", maintain_order=True).agg(_united(several)).select(parts[0].columns))
    parties = pl.concat(parts)
    persons = parties["kind"] == "person"
    names = parties.select("name", "former_names")
    spelt = spellings(names["name"], persons)
    earlier = _former_spellings(parties, persons)
    pinyin = pl.concat_list(pl.lit(spelt), pl.lit(earlier)).list.unique(maintain_order=True)
    return parties.with_columns(pinyin=pinyin).select(*SCHEMA)


def _complete(records: pl.DataFrame) -> pl.DataFrame:
    missing = [pl.lit(None, kind).alias(name) for name, kind in SCHEMA.items() if name not in records.columns]
    if "implied" not in records.columns:
        missing.append(pl.lit(None, pl.String).alias("implied"))
    return records.with_columns(*missing).with_columns(pl.col(n).cast(k) for n, k in SCHEMA.items())


def _kind(frame: pl.DataFrame) -> pl.Series:
    return frame.select(pl.coalesce("kind", "implied").alias("kind")).to_series()


def _united(frame: pl.DataFrame) -> list[pl.Expr]:
    money = {p.name for p in model.PARTY_ATTRIBUTES if p.kind is model.Kind.MONEY}
    plain = [n for n in ATTRIBUTES if n not in money and n != "currency"]
    first = [_first(frame, name).alias(name) for name in plain]
    paid = pl.any_horizontal(pl.col(n).is_not_null() for n in sorted(money))
    amounts = [pl.col(n).filter(paid).first().alias(n) for n in (*sorted(money), "currency")]
    kind = pl.coalesce(pl.col("kind").drop_nulls().first(), pl.col("implied").drop_nulls().first())
    roles = pl.col("roles").explode(empty_as_null=True).drop_nulls().unique(maintain_order=True)
    return [kind.alias("kind"), roles.alias("roles"), *first, *amounts]


def _first(frame: pl.DataFrame, name: str) -> pl.Expr:
    here = pl.col(name)
    if isinstance(frame.schema[name], pl.List):
        return here.filter(here.list.len() > 0).first()
    return here.drop_nulls().first()


def _former_spellings(parties: pl.DataFrame, persons: pl.Series) -> pl.Series:
    former = parties.select(at=pl.int_range(pl.len()), person=persons, name="former_names").filter(
        pl.col("name").list.len() > 0
    )
    if former.is_empty():
        return pl.Series([[]] * parties.height, dtype=pl.List(pl.String))
    long = former.explode("name", empty_as_null=True).drop_nulls("name")
    long = long.with_columns(pinyin=spellings(long["name"], long["person"])).explode("pinyin", empty_as_null=True)
    found = long.drop_nulls("pinyin").group_by("at").agg("pinyin")
    whole = parties.select(at=pl.int_range(pl.len())).join(found, on="at", how="left", maintain_order="left")
    return whole["pinyin"].fill_null([])


def labels(kind: pl.Expr, roles: pl.Expr) -> pl.Expr:
    """A party's further labels: Person or Company, and its roles."""
    of_kind = pl.when(kind == "person").then(pl.lit("Person")).when(kind == "company").then(pl.lit("Company"))
    known = roles.list.eval(pl.element().filter(pl.element().is_in(list(model.ROLES))))
    return pl.concat_list(of_kind, known.fill_null([])).list.drop_nulls().list.unique().list.sort()
