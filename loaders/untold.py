"""Columns that a file lacks say nothing: what is known by them stays, as if they had been delivered unchanged."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import polars as pl

from graph import model, times
from graph.model import Kind
from loaders.checks import KNOWN_BY
from loaders.digests import digests
from loaders.mapping import Entry, Value
from loaders.row_keys import PAYMENTS, REPEATED
from loaders.rows import Load
from loaders.staging import NOT_DIGESTED
from loaders.targets import POLARS
from loaders.values import columns_of

_OF_LINKS = ("valid_from", "valid_to", "status")
_OF_RECORDS = {"kind": "kind", "roles": "roles_of", "priority": "priority"}


def untold(load: Load, entry: Entry, columns: Iterable[str]) -> frozenset[str]:
    """What an entry says nothing of, since its table lacks the columns. columns: those of the entry's frame."""
    have = set(columns)
    if entry.kind == "party":
        absent = {name for name, said in _OF_RECORDS.items() if _absent(load, entry, entry.values.get(said))}
        return frozenset(absent - ({"roles"} if entry.roles else set()))
    if entry.kind == "node" or entry.target in PAYMENTS:
        return frozenset()
    own = {name for name in entry.properties if name not in have}
    if entry.kind == "identifier" and "use" not in have:
        own.add("use")
    return frozenset(own | {name for name in _OF_LINKS if _absent(load, entry, entry.values.get(name))})


def tells_nothing(load: Load, entry: Entry) -> bool:
    """Whether an entry asks for rows by a column that its table lacks: having none, it does not say there are none."""
    table, where = load.mapping.tables[entry.table], entry.where or {}
    wanted = [name for name, value in where.items() if not isinstance(value, dict) or value.get("present")]
    return table.optional_columns and any(not _has(load, entry, name) for name in wanted)


def _absent(load: Load, entry: Entry, value: Value | None) -> bool:
    names = [] if value is None else [name for name, _ in columns_of(value)]
    return bool(names) and not any(_has(load, entry, name) for name in names)


def _has(load: Load, entry: Entry, name: str) -> bool:
    table, _, column = name.partition(".")
    joined = table in {join.table for join in entry.joins}
    return column in load.tables.columns(table) if joined else name in load.tables.columns(entry.table)


def as_known(link_type: str, links: pl.DataFrame, names: frozenset[str], known: pl.DataFrame) -> pl.DataFrame:
    """Links with what they do not tell as it is known, and their digests anew.

    links: all columns of the frame. names: what it does not tell. known: `id` and, as `known:NAME`, what is known of
    each property, of `valid_from`, `valid_to`, `status`, `stated` and `flags`; see `known_frame`.
    """
    link = model.link_type(link_type)
    both = links.join(known, on="id", how="left", maintain_order="left")
    both = both.with_columns(pl.col(f"known:{name}").alias(name) for name in sorted(names - {"status"}))
    if (
        "status" in names
    ):  # a status that persons decided is none of the load's own: `stated` is what it took the place of
        both = both.with_columns(status=pl.coalesce("known:stated", "known:status"))
    both = _with_money(both, [p.name for p in link.properties if p.kind is Kind.MONEY], names)
    both = both.with_columns(flags=_flags(link_type, both, names))
    own = [name for name in both.columns if name not in {*NOT_DIGESTED, "old"} and not name.startswith("known:")]
    return both.select(*(c for c in both.columns if not c.startswith("known:") and c != "digest"), digests(both, own))


def known_frame(link_type: str, rows: Iterable[dict[str, Any]]) -> pl.DataFrame:
    """What `as_known` asks for, from the rows of `plan/link_values`."""
    kinds: dict[str, pl.DataType] = {p.name: POLARS[p.kind] for p in model.link_type(link_type).properties}
    kinds |= {"valid_from": pl.Int64(), "valid_to": pl.Int64(), "status": pl.String(), "stated": pl.String()}
    kinds["flags"] = pl.List(pl.String)
    made = [{"id": r["id"], **{f"known:{name}": r["properties"].get(name) for name in kinds}} for r in rows]
    return pl.DataFrame(made, schema={"id": pl.String(), **{f"known:{n}": kind for n, kind in kinds.items()}})


def _with_money(links: pl.DataFrame, money: list[str], names: frozenset[str]) -> pl.DataFrame:
    """An amount that is kept is in the currency it was in: beside one in another it is not known any more."""
    kept = [name for name in money if name in names]
    if not kept or "currency" not in links.columns or "currency" in names:
        return links
    before = pl.col("known:currency")
    if len(kept) == len(money):  # a currency beside no amount at all
        return links.with_columns(currency=pl.coalesce(before, "currency"))
    same = before.eq_missing(pl.col("currency"))
    return links.with_columns(pl.when(same).then(name).alias(name) for name in kept)


def _flags(link_type: str, links: pl.DataFrame, names: frozenset[str]) -> pl.Expr:
    """The flags of what is told, and those that were there of what is kept."""
    known_by = [name for name in KNOWN_BY.get(link_type, ()) if name in links.columns]
    unknown = pl.all_horizontal(pl.col(name).is_null() for name in known_by) if known_by else pl.lit(value=True)
    element = pl.element()
    proven = pl.col("flags").list.eval(element.filter(~element.str.starts_with("unknown:")))
    told = _repeated(link_type, pl.when(unknown).then("flags").otherwise(proven), names)
    about = rf"^[a-z_]+:({'|'.join(sorted(names))})(=|$)" + ("|^above_one" if "share" in names else "")
    before = pl.col("known:flags").fill_null([])
    kept = before.list.eval(element.filter(element.str.contains(about) & ~element.str.starts_with("unknown:")))
    now = pl.concat_list(told, kept).list.unique(maintain_order=True)
    same = now.list.sort().list.join("\n") == before.list.sort().list.join("\n")
    return pl.when(same).then(before).otherwise(now)


def _repeated(link_type: str, told: pl.Expr, names: frozenset[str]) -> pl.Expr:
    """The flags without the one that a row is repeated, where what is known beside it may tell the two rows apart."""
    ever = {"valid_from": times.SINCE_EVER, "valid_to": times.UNTIL_FURTHER}
    own = [p.name for p in model.link_type(link_type).properties]
    apart = [pl.col(f"known:{n}").is_not_null() for n in own if n in names]
    apart += [pl.col(f"known:{n}") != open_ for n, open_ in ever.items() if n in names]
    before = pl.col("known:flags").fill_null([]).list.contains(REPEATED)
    stays = before | ~pl.any_horizontal(*apart, pl.lit(value=False)).fill_null(value=False)
    element = pl.element()
    return pl.when(stays).then(told).otherwise(told.list.eval(element.filter(element != REPEATED)))
