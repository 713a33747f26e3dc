"""Checks of an entry's rows, against each other and what they refer to: each rejects or flags, as the entry says."""

from __future__ import annotations

import polars as pl

from graph import model
from loaders.mapping_check import link_ends
from loaders.rejects import ROW
from loaders.rows import Load, Rows, holds, mark, properties_in, reject
from loaders.staging import IMPLIED
from loaders.value_checks import check_ahead, check_amounts, check_words

MUST_BE = {end: kind for end, kind in IMPLIED.items() if end != ("LEGAL_REPRESENTATIVE_OF", "from")}
"""By link type and end, what a party there must be. A company may represent a partnership."""


def check_known(load: Load, rows: Rows, of: str) -> None:
    """Flags rows of a link type or label that lack every value that such a row is there for."""
    if rows.entry.checks["unknown"] != "flag" or of not in KNOWN_BY:
        return
    present = [pl.col(n).is_null() for n in KNOWN_BY[of] if n in rows.frame.columns]
    unknown = rows.frame.select(pl.all_horizontal(present) if present else pl.repeat(True, pl.len())).to_series()
    if unknown.any():
        mark(load, rows, unknown, f"unknown:{KNOWN_BY[of][0]}")


KNOWN_BY = {
    "OWNS": ("share", "votes", "share_min"),
    "GUARANTEES": ("amount",),
    "CapitalFigures": ("net_capital", "net_tier_1", "tier_1"),
    "ExchangeRate": ("rate",),
}


def check_summed(load: Load, rows: Rows) -> None:
    """Flags rows that lack a value which is added to others': the sum is unknown too. `lacks:NAME` says which."""
    for name, value in rows.entry.properties.items():
        if value.gather != "sum" or name not in rows.frame.columns:
            continue
        lacks = rows.frame[name].is_null()
        if value.where:
            lacks &= holds(rows, value.where)
        rows.frame = rows.frame.with_columns(lacks.alias(f"{LACKS}{name}"))
        if lacks.any() and rows.entry.checks["unknown"] == "flag":
            mark(load, rows, lacks, f"unknown:{name}")


LACKS = "lacks:"


def check_keys(load: Load, rows: Rows, key: str) -> None:
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


def all_distinct(texts: pl.Series) -> bool:
    """Whether no text occurs twice. Hashes are compared first: a quarter of the time that pandera's `unique` takes."""
    return texts.hash().n_unique() == len(texts) or texts.n_unique() == len(texts)


def check_references(load: Load, rows: Rows) -> None:
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


def check_links(load: Load, rows: Rows, link: model.LinkType) -> None:
    """Links of a party with itself, periods that end before they begin, unknown shares and amounts."""
    checks, frame = rows.entry.checks, rows.frame
    same = frame["from_key"] == frame["to_key"]
    start, end = link_ends(load.mapping, rows.entry)
    if start == end and checks["self_link"] != "ignore" and same.any():
        if checks["self_link"] == "reject":
            reject(load, rows, same, "to_key", "links a party with itself")
        else:
            mark(load, rows, same, "self_link", "to_key", "links a party with itself")
    if "v:source" in frame.columns and (ours := rows.frame["v:source"] == model.RUN).any():
        reject(load, rows, ours.fill_null(value=False), "v:source", "is Guanxi's own, for what runs find")
    _check_kinds(load, rows, link.type)
    _check_period(load, rows)
    check_words(load, rows)
    check_amounts(load, rows, link.type)
    check_ahead(load, rows, link.type)
    check_known(load, rows, link.type)


def _check_kinds(load: Load, rows: Rows, link_type: str) -> None:
    """Persons where only a company can stand, and the other way round."""
    action = rows.entry.checks["kind"]
    for end in ("from", "to") if action != "ignore" else ():
        must_be = MUST_BE.get((link_type, end))
        others = [keys for kind, found in load.kinds.items() if must_be not in (None, kind) for keys in found]
        if not others:
            continue
        which = rows.frame[f"{end}_key"].is_in(pl.concat(others).implode())
        if not which.any():
            continue
        reason = f"is no {must_be}"
        if action == "reject":
            reject(load, rows, which, f"{end}_key", reason)
        else:
            mark(load, rows, which, f"kind:{end}", f"{end}_key", reason)


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


def check_duplicates(load: Load, rows: Rows) -> None:
    """Rows of a table with row keys that make one link twice; ids must be unique whatever the mapping says."""
    if not all_distinct(rows.frame["id"]):
        first = rows.frame["id"].is_first_distinct()
        if rows.entry.distinct:
            load.rejects.take(rows.entry.table, rows.frame[ROW].filter(~first))
            rows.frame = rows.frame.filter(first)
        else:
            reject(load, rows, ~first, "row_key", "repeats the key and ends of an earlier row")
    if rows.entry.single:
        _check_single(load, rows)


def _check_single(load: Load, rows: Rows) -> None:
    """Of several links with one row key the first is taken."""
    action = rows.entry.checks["duplicate"]
    if action == "ignore" or all_distinct(rows.frame["row_key"]):
        return
    own = rows.entry.values["from"].column in load.mapping.tables[rows.entry.table].key
    other, reason = "to_key" if own else "from_key", "is another than on the first row of its key"
    if action == "reject":
        reject(load, rows, ~rows.frame["row_key"].is_first_distinct(), other, reason)
    else:
        mark(load, rows, rows.frame["row_key"].is_duplicated(), "duplicate", other, reason)
