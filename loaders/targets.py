"""From an entry's rows to the frames of the contract (`canonical.py`): records, nodes, links."""

from __future__ import annotations

import polars as pl

from graph import model, times
from graph.model import Kind
from loaders import identifiers
from loaders.canonical import LinkTarget, NodeTarget, RecordTarget
from loaders.link_ids import link_ids
from loaders.mapping import Entry, Mapping
from loaders.mapping_check import link_ends
from loaders.mapping_schema import GATHERS
from loaders.rejects import ROW
from loaders.rows import FLAGS, Load, Rows, data_day, key_value, mark, properties_in, reject, take_rows
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
}
_IDENTIFYING = ("uscc", "certificate", "lei")
_PLACE = "__place"
_NOTHING = pl.lit(None, pl.String)


def record_rows(load: Load, entry: Entry) -> pl.DataFrame:
    """The party records of an entry, with `__row`."""
    rows = take_rows(load, entry, {"key": key_value(load.mapping, entry)})
    owner = load.mapping.owner(entry)
    rows.frame = rows.frame.with_columns(record_id=source_key(owner, pl.col("v:key")))
    _check_identifiers(load, rows)
    _one_a_key(load, rows, "record_id")
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
    if gathers(entry):
        _check_one_currency(load, rows, node.key)
        load.rejects.take(entry.table, rows.frame[ROW])
        rows.frame = _gathered(entry, rows.frame, [node.key])
    else:
        _one_a_key(load, rows, node.key)
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
    _check_references(load, rows)
    return finished_links(load, rows, model.link_type(entry.target))


def finished_links(load: Load, rows: Rows, link: model.LinkType) -> pl.DataFrame:
    """Links with validity, status, row keys and ids; checks that need whole columns are made here."""
    entry = rows.entry
    _check_links(load, rows, link)
    keyed = "row_key" in rows.frame.columns
    if gathers(entry):
        load.rejects.take(entry.table, rows.frame[ROW])
        apart = ("from_key", "to_key", link.basis, "currency")  # amounts of two currencies make two links
        keys = [name for name in apart if name in rows.frame.columns]
        rows.frame = _gathered(entry, rows.frame, keys)
    rows.frame = _with_validity(rows.frame)
    own = [p.name for p in link.properties if p.name in rows.frame.columns]
    rows.frame = rows.frame.with_columns(pl.col(p.name).cast(POLARS[p.kind]) for p in link.properties if p.name in own)
    basis = link.basis if link.basis in own else None
    rows.frame = with_row_keys(rows.frame, entry.table, basis, own, whole=keyed and entry.values["row_key"].whole)
    rows.frame = rows.frame.with_columns(link_ids(link.type, rows.frame, basis))
    _check_duplicates(load, rows)
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
    _check_references(load, rows)
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
            "sum": pl.when(known.len() > 0).then(here.sum()),
            "count": here.sum(),
            "list": here.filter(complete),
            "min": here.min(),
            "max": here.max(),
            "first": known.first(),
            "last": known.last(),
        }
        assert set(ways) == set(GATHERS)
        return ways[how].alias(name)

    rest = [n for n in frame.columns if n not in (*keys, FLAGS, ROW)]
    ordered = frame.sort([*keys, *listed]) if listed else frame  # lists do not depend on the order of rows
    flags = pl.col(FLAGS).explode(empty_as_null=True).drop_nulls().unique().sort()
    return ordered.group_by(keys, maintain_order=True).agg(pl.col(ROW).first(), *(one(n) for n in rest), flags)


def _check_one_currency(load: Load, rows: Rows, key: str) -> None:
    """Amounts of a node that are gathered are in the currency of its first row; others cannot be added to them."""
    money = [p.name for p in properties_in(rows.entry, rows.frame) if p.kind is Kind.MONEY]
    if "currency" not in rows.frame.columns or not money:
        return
    first = pl.col("currency").drop_nulls().first().over(key)
    other = rows.frame.select((pl.col("currency") != first).fill_null(value=False)).to_series()
    if not other.any():
        return
    reason = "is another currency than that of earlier rows of the same key"
    if rows.entry.checks["value"] == "reject":
        reject(load, rows, other, "currency", reason)
        return
    mark(load, rows, other, "value:currency", "currency", reason)
    rows.frame = rows.frame.with_columns(
        pl.when(~other).then(pl.col(name)).alias(name) for name in (*money, "currency")
    )


def _one_a_key(load: Load, rows: Rows, key: str) -> None:
    """Of several rows with one key the first is taken; the others are rejected unless the entry says `distinct`."""
    if all_distinct(rows.frame[key]):
        return
    first = rows.frame[key].is_first_distinct()
    named_often = rows.entry.distinct or rows.entry.only_if_missing
    action = "ignore" if named_often else rows.entry.checks["duplicate"]
    if action == "reject":
        reject(load, rows, ~first, "v:key", "repeats the key of an earlier row")
        return
    if action == "flag":
        mark(load, rows, rows.frame[key].is_duplicated(), "duplicate", "v:key", "is the key of several rows")
    if rows.entry.distinct and rows.entry.checks["duplicate"] != "ignore":
        _flag_contradictions(load, rows, key)
    load.rejects.take(rows.entry.table, rows.frame[ROW].filter(~first))
    rows.frame = rows.frame.filter(first)


def _flag_contradictions(load: Load, rows: Rows, key: str) -> None:
    """Flags rows that say of a node what its first row, which is taken, does not say."""
    told = [pl.col(p.name) for p in properties_in(rows.entry, rows.frame)]
    other = [here.is_not_null() & here.ne_missing(here.first().over(key)) for here in told]
    if not other:
        return
    which = rows.frame.select(pl.any_horizontal(other)).to_series()
    if which.any():
        mark(load, rows, which, "duplicate", "v:key", "tells otherwise than the first row of its key")


def _check_identifiers(load: Load, rows: Rows) -> None:
    action = rows.entry.checks["identifier"]
    for name in [n for n in _IDENTIFYING if n in rows.frame.columns]:
        plain = pl.col(name).str.replace_all(r"\s", "").str.to_uppercase()
        if name == "certificate":
            plain = (
                pl.col(name).str.extract(r"^([^:]*:)", 1)
                + pl.col(name).str.replace(r"^[^:]*:", "").str.replace_all(r"\s", "").str.to_uppercase()
            )
        rows.frame = rows.frame.with_columns(plain.alias(name))
        wrong = identifiers.wrong(name, rows.frame[name]) if action != "ignore" else None
        if wrong is None or not wrong.any():
            continue
        reason = "has a wrong check digit"
        if action == "reject":
            reject(load, rows, wrong, name, reason)
            continue
        mark(load, rows, wrong, f"identifier:{name}", name, reason, pl.col(name))
        rows.frame = rows.frame.with_columns(pl.when(~wrong).then(pl.col(name)).alias(name))


def all_distinct(texts: pl.Series) -> bool:
    """Whether no text occurs twice. Hashes are compared first: a quarter of the time that pandera's `unique` takes."""
    return texts.hash().n_unique() == len(texts) or texts.n_unique() == len(texts)


def _check_references(load: Load, rows: Rows) -> None:
    """Ends that the tables referred to do not have. Not asked of changes only, nor of tables outside the load."""
    action = rows.entry.checks["reference"]
    if action == "ignore" or load.partial:
        return
    for end in [n for n in ("from_key", "to_key") if n in rows.built]:
        owners = rows.built[end].owners
        if not owners or any(owner not in load.known for owner in owners):
            continue
        known = pl.concat([keys for owner in owners for keys in load.known[owner]])
        missing = ~rows.frame[end].is_in(known.implode())
        if not missing.any():
            continue
        reason = f"refers to no row of {' or '.join(dict.fromkeys(owners))}"
        if action == "reject":
            reject(load, rows, missing, end, reason)
        else:
            mark(load, rows, missing, f"reference:{end.removesuffix('_key')}", end, reason)


def _check_links(load: Load, rows: Rows, link: model.LinkType) -> None:
    checks, frame = rows.entry.checks, rows.frame
    same = frame["from_key"] == frame["to_key"]
    start, end = link_ends(load.mapping, rows.entry)
    if start == end and checks["self_link"] != "ignore" and same.any():
        if checks["self_link"] == "reject":
            reject(load, rows, same, "to_key", "links a party with itself")
        else:
            mark(load, rows, same, "self_link", "to_key", "links a party with itself")
    _check_period(load, rows)
    if checks["unknown"] == "flag" and link.type in _KNOWN_BY:
        present = [pl.col(n).is_null() for n in _KNOWN_BY[link.type] if n in rows.frame.columns]
        unknown = rows.frame.select(pl.all_horizontal(present) if present else pl.repeat(True, pl.len()))
        which = unknown.to_series()
        if which.any():
            mark(load, rows, which, f"unknown:{_KNOWN_BY[link.type][0]}")


_KNOWN_BY = {"OWNS": ("share", "votes", "share_min"), "GUARANTEES": ("amount",)}


def _check_period(load: Load, rows: Rows) -> None:
    if not {"valid_from", "valid_to"} <= set(rows.frame.columns):
        return
    reversed_ = (rows.frame["valid_to"] <= rows.frame["valid_from"]).fill_null(value=False)
    action = rows.entry.checks["period"]
    if action == "ignore" or not reversed_.any():
        return
    if action == "reject":
        reject(load, rows, reversed_, "valid_to", "ends before it begins")
    else:
        mark(load, rows, reversed_, "period", "valid_to", "ends before it begins")


def _check_duplicates(load: Load, rows: Rows) -> None:
    """Rows of a table with row keys that make one link twice; ids must be unique whatever the mapping says."""
    if all_distinct(rows.frame["id"]):
        return
    first = rows.frame["id"].is_first_distinct()
    if rows.entry.distinct:
        load.rejects.take(rows.entry.table, rows.frame[ROW].filter(~first))
        rows.frame = rows.frame.filter(first)
    else:
        reject(load, rows, ~first, "row_key", "repeats the key and ends of an earlier row")


def _with_validity(frame: pl.DataFrame) -> pl.DataFrame:
    ends = {"valid_from": times.SINCE_EVER, "valid_to": times.UNTIL_FURTHER}
    return frame.with_columns(
        (pl.col(name).fill_null(open_) if name in frame.columns else pl.lit(open_, pl.Int64)).alias(name)
        for name, open_ in ends.items()
    )


def with_row_keys(frame: pl.DataFrame, table: str, basis: str | None, own: list[str], *, whole: bool) -> pl.DataFrame:
    """`row_key` as `table:key`, or `table:#ordinal` among equals (ends and basis) where a row has none.

    Equals are numbered in the order of their values, so that the order of rows in a file decides nothing.
    """
    equal = [name for name in ("from_key", "to_key", basis) if name]
    ordinal = pl.lit("1")
    unkeyed = "row_key" not in frame.columns or frame["row_key"].null_count() > 0
    several = frame.select(pl.struct(equal).is_duplicated()).to_series() if unkeyed and frame.height else None
    if several is not None and several.any():
        plain = [name for name in own if not isinstance(frame.schema[name], pl.List)]
        frame = frame.with_row_index(_PLACE)  # one row of the table may have been split into several
        order = frame.filter(several).sort([*equal, "valid_from", "valid_to", *(n for n in plain if n not in equal)])
        order = order.select(_PLACE, __ordinal=(pl.int_range(pl.len()).over(equal) + 1).cast(pl.String))
        frame = frame.join(order, on=_PLACE, how="left", maintain_order="left").drop(_PLACE)
        ordinal = pl.col("__ordinal").fill_null("1")
    numbered = pl.lit(f"{table}:#") + ordinal
    if "row_key" in frame.columns:
        numbered = pl.coalesce(stated_row_key(pl.col("row_key"), table, whole=whole), numbered)
    return frame.with_columns(row_key=numbered).drop("__ordinal", strict=False)


def stated_row_key(key: pl.Expr, table: str, *, whole: bool) -> pl.Expr:
    """`table:key`. whole: a key that names a table itself stays as it is."""
    named = pl.lit(f"{table}:") + key
    return pl.when(key.str.contains(":", literal=True)).then(key).otherwise(named) if whole else named


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
