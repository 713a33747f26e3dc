"""What a party is, from the records that describe it: attributes by source order, roles, spellings for search."""

from __future__ import annotations

from collections.abc import Iterator

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


def describe(records: pl.DataFrame, assigned: pl.DataFrame) -> pl.DataFrame:
    """One row a party: `party_id`, `kind`, attributes, `roles`, `pinyin`.

    records: `record_id`, `priority`, `kind`, `implied` (kind that links imply), `roles` and any of the party
    attributes. assigned: `record_id`, `party_id` of those records that count. Of each attribute the first value that
    is not null counts, by (priority, record_id); the others stay on their records. Other records' names join the
    former names, which are earlier names and aliases alike, so that search finds them. An amount comes with the
    currency of the record it is from. Who asked not to be approached by one record did so for all.
    """
    described = [_described(part) for part in _parts(records, assigned)]
    return pl.concat(described) if described else _described(records.clear().with_columns(party_id=pl.lit("")))


def _parts(records: pl.DataFrame, assigned: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """About `_PART` rows at a time, in order, since all columns of all parties at once take gigabytes; no party is
    cut."""
    places = records.select("priority", "record_id", at=pl.int_range(pl.len()))
    places = places.join(assigned.select("record_id", "party_id"), on="record_id")
    places = places.sort("party_id", "priority", "record_id").select("party_id", "at")
    start = 0
    while start < places.height:
        last = places["party_id"][min(start + _PART, places.height) - 1]
        end = int(places["party_id"].search_sorted(last, side="right"))
        yield records[places["at"][start:end]].with_columns(places["party_id"][start:end])
        start = end


_PART = 100_000


def _described(records: pl.DataFrame) -> pl.DataFrame:
    frame = _complete(records)
    frame = frame.with_columns(rank=pl.int_range(pl.len()).over("party_id"))
    parties = frame.filter(pl.col("rank") == 0).select("party_id", "kind", "implied", "roles", *ATTRIBUTES)
    for rank in range(1, int(frame["rank"].max() or 0) + 1):  # type: ignore[arg-type]  # ranks are numbers
        parties = _filled(parties, frame.filter(pl.col("rank") == rank))
    parties = _with_other_names(parties, frame).with_columns(kind=pl.coalesce("kind", "implied"))
    persons = (parties["kind"] == "person").fill_null(value=False)
    spelt = spellings(parties["name"], persons)
    earlier = _former_spellings(parties, persons)
    pinyin = pl.concat_list(pl.lit(spelt), pl.lit(earlier)).list.unique(maintain_order=True)
    return parties.with_columns(pinyin=pinyin).select(*SCHEMA)


def _complete(records: pl.DataFrame) -> pl.DataFrame:
    missing = [pl.lit(None, kind).alias(name) for name, kind in SCHEMA.items() if name not in records.columns]
    if "implied" not in records.columns:
        missing.append(pl.lit(None, pl.String).alias("implied"))
    return records.with_columns(*missing).with_columns(pl.col(n).cast(k) for n, k in SCHEMA.items())


_MONEY = tuple(sorted(p.name for p in model.PARTY_ATTRIBUTES if p.kind is model.Kind.MONEY))
_WITH_MONEY = (*_MONEY, "currency")


def _filled(parties: pl.DataFrame, further: pl.DataFrame) -> pl.DataFrame:
    """Parties with their unknown attributes taken from one more record each; a join is far cheaper than grouping."""
    few = parties.join(further.select("party_id"), on="party_id", how="semi")
    rest = parties.join(further.select("party_id"), on="party_id", how="anti")
    both = few.join(further.select(few.columns), on="party_id", suffix=_NEXT, maintain_order="left")
    unpaid = pl.all_horizontal(pl.col(n).is_null() for n in _MONEY)
    paid_next = pl.any_horizontal(pl.col(f"{n}{_NEXT}").is_not_null() for n in _MONEY)
    filled = [_first(both, name) for name in ("kind", "implied", *ATTRIBUTES) if name not in _WITH_MONEY]
    amounts = [pl.when(unpaid & paid_next).then(f"{n}{_NEXT}").otherwise(n).alias(n) for n in _WITH_MONEY]
    roles = pl.concat_list(pl.col("roles").fill_null([]), pl.col(f"roles{_NEXT}").fill_null([]))
    united = roles.list.unique(maintain_order=True).alias("roles")
    return pl.concat([rest, both.with_columns(*filled, *amounts, united).select(rest.columns)])


_NEXT = "__next"


def _first(frame: pl.DataFrame, name: str) -> pl.Expr:
    here = pl.col(name)
    if name == "marketing_opt_out":  # who asked one system not to be approached did not say otherwise to another
        further = pl.col(f"{name}{_NEXT}")
        return pl.coalesce(pl.when(further).then(further), here, further).alias(name)
    if isinstance(frame.schema[name], pl.List):
        return pl.when(here.list.len() > 0).then(here).otherwise(f"{name}{_NEXT}").alias(name)
    return pl.coalesce(name, f"{name}{_NEXT}").alias(name)


def _with_other_names(parties: pl.DataFrame, frame: pl.DataFrame) -> pl.DataFrame:
    """Parties of several records with every name that any of these gives, but for those the party goes by."""
    shared = frame.filter(pl.col("rank").max().over("party_id") > 0)
    former = shared.select("party_id", other="former_names").explode("other", empty_as_null=True)
    given = [shared.select("party_id", other=name) for name in ("name", "name_en")]
    names = pl.concat([*given, former]).drop_nulls("other").unique(maintain_order=True)
    names = names.join(parties.select("party_id", "name", "name_en"), on="party_id", maintain_order="left")
    known = [pl.col("other").eq_missing(pl.col(name)) for name in ("name", "name_en")]
    names = names.filter(~pl.any_horizontal(known))
    others = names.group_by("party_id", maintain_order=True).agg(others=pl.col("other").sort())
    joined = parties.join(others, on="party_id", how="left", maintain_order="left")
    return joined.with_columns(former_names=pl.coalesce("others", "former_names")).drop("others")


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


def with_labels(parties: pl.DataFrame) -> pl.DataFrame:
    """Parties with a column `labels`: their further labels, which are Person or Company, and the roles."""
    known = {role: pl.col("roles").list.contains(role).fill_null(value=False) for role in model.ROLES}
    given = {"Person": pl.col("kind") == "person", "Company": pl.col("kind") == "company"} | known
    each = [pl.when(holds).then(pl.lit(label)) for label, holds in sorted(given.items())]
    return parties.with_columns(labels=pl.concat_list(each).list.drop_nulls())
