"""From an entry's rows to the frames of the contract (`canonical.py`): records, nodes, links."""

from __future__ import annotations

import polars as pl

from graph import model, times
from graph.model import Kind
from loaders import identifiers
from loaders.canonical import LinkTarget, NodeTarget, RecordTarget
from loaders.checks import LACKS, check_duplicates, check_keys, check_known, check_links, check_references, check_summed
from loaders.link_ids import link_ids
from loaders.mapping import Entry, Mapping
from loaders.mapping_check import link_ends
from loaders.mapping_schema import GATHERS
from loaders.rejects import ROW
from loaders.row_keys import with_row_keys
from loaders.rows import FLAGS, Load, Rows, data_day, key_value, properties_in, reject, take_rows
from loaders.value_checks import (
    check_ahead,
    check_amounts,
    check_identifiers,
    check_lengths,
    check_one_currency,
    check_rates,
    check_words,
)
from loaders.values import source_key

POLARS: dict[Kind, pl.DataType] = {
    Kind.TEXT: pl.String(),
    Kind.TEXTS: pl.List(pl.String),
    Kind.INT: pl.Int64(),
    Kind.INTS: pl.List(pl.Int64),
    Kind.FLOAT: pl.Float64(),
    Kind.FLOATS: pl.List(pl.Float64),
    Kind.BOOL: pl.Boolean(),
    Kind.DAY: pl.Int64(),
    Kind.MOMENT: pl.Int64(),
    Kind.MONEY: pl.Int64(),
    Kind.SHARE: pl.Float64(),
    Kind.RATE: pl.Int64(),
}
_NOTHING = pl.lit(None, pl.String)


def record_rows(load: Load, entry: Entry) -> pl.DataFrame:
    """The party records of an entry, with `__row`."""
    rows = take_rows(load, entry, {"key": key_value(load.mapping, entry)})
    owner = load.mapping.owner(entry)
    rows.frame = rows.frame.with_columns(record_id=source_key(owner, pl.col("v:key")))
    check_lengths(load, rows, {"v:key": "record_id"})
    check_identifiers(load, rows)
    check_words(load, rows)
    check_ahead(load, rows, "Party")
    check_keys(load, rows, "record_id")
    frame = rows.frame
    parts = pl.col("record_id").str.splitn(":", 3).struct
    split = owner.keep_source_keys
    source = load.mapping.sources[owner.source]
    priority = pl.lit(source.priority, pl.Int64)
    return frame.select(
        ROW,
        "record_id",
        (parts[0] if split else pl.lit(owner.source)).alias("source"),
        (parts[1] if split else pl.lit(owner.name)).alias("table"),
        (parts[2] if split else pl.col("v:key")).alias("key"),
        _person_or_company(frame).alias("kind"),
        (pl.col("priority").fill_null(source.priority) if "priority" in frame.columns else priority).alias("priority"),
        _roles(entry, frame).alias("roles"),
        _day(load, entry, frame).alias("data_day"),
        *(pl.col(name) for name in ("same_as", "party_id") if name in frame.columns),
        _flags(frame).alias(FLAGS),
        *(pl.col(p.name).cast(POLARS[p.kind]) for p in properties_in(entry, frame)),
    )


def node_rows(load: Load, entry: Entry) -> pl.DataFrame:
    """The nodes of an entry, with `__row`."""
    rows = take_rows(load, entry, {"key": key_value(load.mapping, entry)})
    node = model.node_type(entry.target)
    owner = load.mapping.owner(entry)
    rows.frame = rows.frame.with_columns(source_key(owner, pl.col("v:key")).alias(node.key))
    check_lengths(load, rows, {"v:key": node.key})
    check_rates(load, rows)
    check_amounts(load, rows, node.label)
    check_ahead(load, rows, node.label)
    check_known(load, rows, node.label)
    if gathers(entry):
        check_summed(load, rows)
        check_one_currency(load, rows, node.key)
        load.rejects.take(entry.table, rows.frame[ROW])
        rows.frame = _gathered(entry, rows.frame, [node.key])
    else:
        check_keys(load, rows, node.key)
    frame = rows.frame
    source = pl.col(node.key).str.splitn(":", 3).struct[0] if owner.keep_source_keys else pl.lit(owner.source)
    sourced = node.prop("source") is not None
    return frame.select(
        ROW,
        node.key,
        *(pl.col(p.name).cast(POLARS[p.kind]) for p in properties_in(entry, frame)),
        *([source.alias("source"), _day(load, entry, frame).alias("data_day")] if sourced else []),
    )


def link_rows(load: Load, entry: Entry) -> pl.DataFrame:
    """The links of an entry, with `__row`."""
    required = {"from": entry.values["from"], "to": entry.values["to"]}
    rows = take_rows(load, entry, required)
    check_lengths(load, rows, {"from_key": "from_key", "to_key": "to_key"})
    check_references(load, rows)
    return finished_links(load, rows, model.link_type(entry.target))


def finished_links(load: Load, rows: Rows, link: model.LinkType) -> pl.DataFrame:
    """Links with validity, status, row keys and ids; checks that need whole columns are made here."""
    entry = rows.entry
    check_links(load, rows, link)
    if gathers(entry):
        check_summed(load, rows)
        load.rejects.take(entry.table, rows.frame[ROW])
        apart = ("from_key", "to_key", link.basis, "currency")  # amounts of two currencies make two links
        keys = [name for name in apart if name in rows.frame.columns]
        rows.frame = _gathered(entry, rows.frame, keys)
    rows.frame = _with_validity(rows.frame)
    own = [p.name for p in link.properties if p.name in rows.frame.columns]
    rows.frame = rows.frame.with_columns(pl.col(p.name).cast(POLARS[p.kind]) for p in link.properties if p.name in own)
    basis = link.basis if link.basis in own else None
    with_row_keys(load, rows, link, own)
    rows.frame = rows.frame.with_columns(link_ids(link.type, rows.frame, basis))
    check_duplicates(load, rows)
    frame = rows.frame
    source = load.mapping.tables[entry.table].source
    return frame.select(
        ROW,
        "id",
        "from_key",
        "to_key",
        "row_key",
        "valid_from",
        "valid_to",
        _status(frame).alias("status"),
        _flags(frame).alias(FLAGS),
        (pl.col("v:source").fill_null(source) if "v:source" in frame.columns else pl.lit(source)).alias("source"),
        _day(load, entry, frame).alias("data_day"),
        *own,
    )


def identifier_rows(load: Load, entry: Entry) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Identifier nodes and the links to them, of one entry."""
    rows = take_rows(load, entry, {"of": entry.values["of"], "value": entry.values["value"]})
    check_references(load, rows)
    text = pl.col("v:value")
    plain = (
        pl.when(pl.col("v:kind") == "phone")
        .then(identifiers.plain_phone(text))
        .when(pl.col("v:kind") == "email")
        .then(identifiers.plain_email(text))
        .when(pl.col("v:kind") == "address")
        .then(identifiers.plain_address(text))
    )
    rows.frame = rows.frame.with_columns(plain=plain)
    check_lengths(load, rows, {"from_key": "from_key", "v:value": "plain"})
    unreadable = rows.frame["plain"].is_null()
    if unreadable.any():
        reject(load, rows, unreadable, "v:value", "is no telephone, address or e-mail")
    rows.frame = rows.frame.with_columns(to_key=pl.concat_str(pl.lit("identifier"), "v:kind", "plain", separator=":"))
    nodes = rows.frame.unique("to_key", keep="first", maintain_order=True).select(
        ROW, pl.col("to_key").alias("identifier_id"), pl.col("v:kind").alias("kind"), value="plain", text=text
    )
    if "v:use" in rows.frame.columns:
        rows.frame = rows.frame.rename({"v:use": "use"})
    return nodes, finished_links(load, rows, model.link_type("HAS_IDENTIFIER"))


def target_of(mapping: Mapping, entry: Entry) -> RecordTarget | NodeTarget | LinkTarget:
    """What an entry's frame is. Identifier entries give links here; their nodes are of label Identifier."""
    if entry.kind == "party":
        return RecordTarget()
    if entry.kind == "node":
        return NodeTarget(entry.target)
    start, end = link_ends(mapping, entry)
    return LinkTarget("HAS_IDENTIFIER" if entry.kind == "identifier" else entry.target, start, end)


def gathers(entry: Entry) -> bool:
    """Whether an entry makes one node or link of several rows."""
    return any(value.gather for value in entry.properties.values())


def adds_up(entry: Entry) -> bool:
    """Whether values of what it makes hang on all rows together: a part of the rows gives other values."""
    return any(value.gather in ("sum", "count", "list") for value in entry.properties.values())


def _gathered(entry: Entry, frame: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    listed = [n for n, v in entry.properties.items() if v.gather == "list" and n in frame.columns]
    complete = pl.all_horizontal(
        pl.col(n).is_not_null() for n in listed or keys
    )  # the nth day belongs to the nth amount

    def one(name: str) -> pl.Expr:
        value = entry.properties.get(name)
        how = (value.gather if value else None) or "first"
        here = pl.col(name)
        known = here.drop_nulls()
        ways = {
            "sum": pl.when((known.len() > 0) & ~pl.col(f"{LACKS}{name}").any()).then(here.sum()),
            "count": here.sum(),
            "list": here.filter(complete),
            "min": here.min(),
            "max": here.max(),
            "first": known.first(),
            "last": known.last(),
        }
        assert set(ways) == set(GATHERS)
        return ways[how].alias(name)

    rest = [n for n in frame.columns if n not in (*keys, FLAGS, ROW) and not n.startswith(LACKS)]
    ordered = frame.sort([*keys, *listed]) if listed else frame  # lists do not depend on the order of rows
    flags = pl.col(FLAGS).explode(empty_as_null=True).drop_nulls().unique().sort()
    return ordered.group_by(keys, maintain_order=True).agg(pl.col(ROW).first(), *(one(n) for n in rest), flags)


def _with_validity(frame: pl.DataFrame) -> pl.DataFrame:
    ends = {"valid_from": times.SINCE_EVER, "valid_to": times.UNTIL_FURTHER}
    return frame.with_columns(
        (pl.col(name).fill_null(open_) if name in frame.columns else pl.lit(open_, pl.Int64)).alias(name)
        for name, open_ in ends.items()
    )


def _person_or_company(frame: pl.DataFrame) -> pl.Expr:
    if "v:kind" not in frame.columns:
        return _NOTHING
    return pl.when(pl.col("v:kind").is_in(["person", "company"])).then(pl.col("v:kind"))


def _roles(entry: Entry, frame: pl.DataFrame) -> pl.Expr:
    held = [pl.when(pl.col(f"role:{i}")).then(pl.lit(role)) for i, (role, _) in enumerate(entry.roles)]
    stated = [pl.col("roles_of").fill_null([])] if "roles_of" in frame.columns else []
    parts = [*held, *stated] or [pl.lit(None, pl.String)]
    return pl.concat_list(parts).list.drop_nulls().list.unique(maintain_order=True)


def _status(frame: pl.DataFrame) -> pl.Expr:
    if "status" not in frame.columns:
        return pl.lit("confirmed")
    return pl.when(pl.col("status").is_in(list(model.STATUSES))).then(pl.col("status")).otherwise(pl.lit("confirmed"))


def _flags(frame: pl.DataFrame) -> pl.Expr:
    if "given_flags" in frame.columns:
        return pl.concat_list(pl.col("given_flags").fill_null([]), FLAGS).list.unique(maintain_order=True)
    return pl.col(FLAGS)


def _day(load: Load, entry: Entry, frame: pl.DataFrame) -> pl.Expr:
    stated = data_day(load, entry)
    return pl.coalesce("data_day", stated) if "data_day" in frame.columns else stated
