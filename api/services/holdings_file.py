"""Who holds what, from a file of any bank: CSV or Parquet with `customer_id`, `product_id` and maybe `since`."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from pathlib import Path

import numpy as np
import polars as pl

from algorithms.columns import IntArray
from algorithms.holdout import NO_DAY, first_told
from algorithms.item_similarity import Holdings
from graph import times
from graph.errors import BadInput

NEEDED = ("customer_id", "product_id")
SINCE = "since"
MOST_PRODUCTS = 20_000
Told = tuple[int, str, str, str]
"""A row: the line it ends on (of a Parquet file its number), customer, product, since."""


@dataclass(frozen=True)
class HoldingsFile:
    """What a file holds. day: shape (n_holdings,), NO_DAY where not told. rows: lines read; those that tell a pair
    again are one holding."""

    holdings: Holdings
    day: IntArray
    rows: int
    dated: bool


def read_holdings(path: Path) -> HoldingsFile:
    """Raises BadInput naming the file, and the column, line and value at fault."""
    if not path.is_file():
        what = "a folder" if path.is_dir() else "not there"
        raise BadInput(f"The file of holdings {path} is {what}; give a CSV or Parquet file.", field="--holdings")
    parquet = path.suffix.lower() in (".parquet", ".pq")
    customers: dict[str, int] = {}
    products: dict[str, int] = {}
    days: dict[str, int] = {"": NO_DAY}
    columns: tuple[list[int], list[int], list[int]] = ([], [], [])
    for line, customer, product, since in _parquet(path) if parquet else _csv(path):
        if not customer or not product:
            name = NEEDED[0] if not customer else NEEDED[1]
            raise _fault(path, line, name, "", "is empty: every holding names both its customer and its product")
        if since not in days:
            days[since] = _day(path, line, since)
        columns[0].append(customers.setdefault(customer, len(customers)))
        columns[1].append(products.setdefault(product, len(products)))
        columns[2].append(days[since])
    if not columns[0]:
        raise BadInput(f"The file of holdings {path} has no rows.", field="--holdings", value=str(path))
    if len(products) > MOST_PRODUCTS:
        raise BadInput(
            f"{path} names {len(products):,} products, more than {MOST_PRODUCTS:,}: product_id is to name what is "
            "sold, not each contract.",
            field="product_id",
        )
    buyer, bought, when = (np.asarray(column, dtype=np.int64) for column in columns)
    buyer, bought = _in_order(customers)[buyer], _in_order(products)[bought]
    kept = first_told(buyer, bought, when)
    holdings = Holdings(buyer[kept], bought[kept], len(customers), len(products))
    return HoldingsFile(holdings, when[kept], len(columns[0]), bool((when != NO_DAY).any()))


def _in_order(known: dict[str, int]) -> IntArray:
    """The ordinal of each text in the order of the texts, so that no answer depends on the order of the rows."""
    ordinal = np.empty(len(known), dtype=np.int64)
    ordinal[[known[text] for text in sorted(known)]] = np.arange(len(known))
    return ordinal


def _csv(path: Path) -> Iterator[Told]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.reader(file, strict=True)
            header = [name.strip() for name in next(rows, [])]
            at = _columns(path, header)
            for row in rows:
                if not row:
                    continue
                if len(row) != len(header):
                    raise BadInput(
                        f"{path}, line {rows.line_num}: {len(row)} fields, where the header has {len(header)}: fields "
                        "are parted by commas, and a comma within one stands in quotes.",
                        field="--holdings",
                        value=",".join(row)[:80],
                    )
                yield (rows.line_num, *(row[place].strip() if place >= 0 else "" for place in at))  # type: ignore[misc]
    except UnicodeDecodeError:
        raise BadInput(f"{path} is not UTF-8 text: save it as CSV in UTF-8.", field="--holdings") from None
    except csv.Error as error:
        raise BadInput(
            f"{path}, line {rows.line_num}: not readable as CSV ({error}).", field="--holdings", value=str(path)
        ) from None


def _parquet(path: Path) -> Iterator[Told]:
    try:
        lazy = pl.scan_parquet(path)
        names = lazy.collect_schema().names()
        at = _columns(path, names)
        chosen = [names[place] for place in at if place >= 0]
        frame = lazy.select(pl.col(chosen).cast(pl.String).fill_null("")).collect()
    except pl.exceptions.PolarsError as error:
        told = str(error).splitlines()[0][:200]
        raise BadInput(f"{path} is not readable as Parquet ({told}).", field="--holdings") from None
    for number, row in enumerate(frame.iter_rows(), 1):
        yield (number, *row, *([""] if len(row) == len(NEEDED) else []))


def _columns(path: Path, header: Sequence[str]) -> tuple[int, int, int]:
    """The places of customer, product and since, -1 where there is no since."""
    for name in NEEDED:
        if name not in header:
            close = get_close_matches(name, header, n=1)
            hint = f"is {close[0]!r} meant? Rename it" if close else f"it has {', '.join(header)[:200] or 'none'}"
            raise BadInput(f"{path} has no column {name!r} in its first line; {hint}.", field=name)
    return header.index(NEEDED[0]), header.index(NEEDED[1]), header.index(SINCE) if SINCE in header else -1


def _day(path: Path, line: int, text: str) -> int:
    try:
        return times.to_day(date.fromisoformat(text[:10] if text[10:11] in ("T", " ") else text))
    except ValueError:
        raise _fault(path, line, SINCE, text, "is no day; write it such as 2024-03-31, or leave it empty") from None


def _fault(path: Path, line: int, name: str, value: str, said: str) -> BadInput:
    shown = f" {value[:50]!r}" if value else ""
    place = "row" if path.suffix.lower() in (".parquet", ".pq") else "line"
    return BadInput(f"{path}, {place} {line}: {name}{shown} {said}.", field=name, value=value[:50])
