"""Dirty rows, a few in every bank: one of each kind that a loader has to reject, with the reason it should give."""

from __future__ import annotations

from typing import NamedTuple

import polars as pl

from loaders.demo.layout import SYSTEM_OF, TABLES
from loaders.demo.manifest import Rejected


class Dirty(NamedTuple):
    """A copy of the table's first row with some columns replaced; `column` is the one at fault."""

    table: str
    column: str
    changes: dict[str, str | None]
    reason: str


_NOBODY = "0299999999999"

DIRTY: tuple[Dirty, ...] = (
    Dirty(
        "CUSTOMER_INFO",
        "CUSTOMERID",
        {"CUSTOMERID": None},
        "is empty",
    ),
    Dirty(
        "CUSTOMER_INFO",
        "CUSTOMERID",
        {"CUSTOMERNAME": "重复客户有限公司"},
        "repeats the key of an earlier row",
    ),
    Dirty(
        "CUSTOMER_INFO",
        "CERTID",
        {
            "CUSTOMERID": "0200000001X",
            "CERTTYPE": "Ent01",
            "CERTID": "91110101MA1CDXQC40",
            "CUSTOMERNAME": "错码有限公司",
            "MFCUSTOMERID": None,
        },
        "has a wrong check digit",
    ),
    Dirty(
        "CUSTOMER_RELATIVE",
        "INVESTMENTPROP",
        {"SERIALNO": "RL9D0001", "INVESTMENTPROP": "130.0000"},
        "is no percentage between 0 and 100",
    ),
    Dirty(
        "CUSTOMER_RELATIVE",
        "BEGINDATE",
        {"SERIALNO": "RL9D0002", "BEGINDATE": "2024/02/30"},
        "is no date",
    ),
    Dirty(
        "CUSTOMER_RELATIVE",
        "RELATIONSHIP",
        {"SERIALNO": "RL9D0003", "RELATIONSHIP": "9999"},
        "is a code that the look-up does not know",
    ),
    Dirty(
        "CUSTOMER_RELATIVE",
        "RELATIVEID",
        {"SERIALNO": "RL9D0004", "RELATIVEID": _NOBODY},
        "refers to no row",
    ),
    Dirty(
        "BUSINESS_CONTRACT",
        "BUSINESSSUM",
        {"SERIALNO": "BC9D0001", "BUSINESSSUM": "一千万"},
        "is no amount",
    ),
    Dirty(
        "BUSINESS_CONTRACT",
        "CURRENCY",
        {"SERIALNO": "BC9D0002", "CURRENCY": "RMX"},
        "is no ISO 4217 currency",
    ),
    Dirty(
        "BUSINESS_DUEBILL",
        "RELATIVESERIALNO",
        {"SERIALNO": "BD9D0001", "RELATIVESERIALNO": "BC999999999"},
        "refers to no row",
    ),
    Dirty(
        "GUARANTY_DETAIL",
        "BORROWERID",
        {"SERIALNO": "GC9D0001", "GUARANTORID": "=BORROWERID"},
        "links a party with itself",
    ),
    Dirty(
        "ERATE_INFO",
        "PRICE",
        {"RATEDATE": "2023/12/29", "PRICE": "0.000000"},
        "is no rate above 0",
    ),
    Dirty(
        "CIF10PF",
        "C1CRNO",
        {"C1CUNO": "1999999999", "C1CRTP": "1", "C1CRNO": "110101199003074518"},
        "has a wrong check digit",
    ),
    Dirty(
        "AAPF20",
        "A2OPDT",
        {"A2ACNO": "3301000099999999", "A2OPDT": "20241345"},
        "is no date",
    ),
    Dirty(
        "CRM_HOLDING",
        "UNTIL",
        {"HOLDING_ID": "H9D0001", "SINCE": "2024-06-01", "UNTIL": "2023-06-01"},
        "ends before it begins",
    ),
    Dirty(
        "CRM_HOLDING",
        "PRODUCT_ID",
        {"HOLDING_ID": "H9D0002", "PRODUCT_ID": "PRD9999"},
        "refers to no row",
    ),
    Dirty(
        "ALPFN0",
        "ALDBNO",
        {"ALLNNO": "LN9D0001", "ALDBNO": "BD9D0001"},
        "refers to a row that was rejected",
    ),
    Dirty(
        "CRM_CAMPAIGN_TARGET",
        "CUST_NO",
        {"TARGET_ID": "T9D0001", "CUST_KIND": "7"},
        "refers to no known table: CUST_KIND says none of 1, 2",
    ),
    Dirty(
        "PAY_MONTHLY",
        "MONTH",
        {"MONTH": "202413"},
        "is no month",
    ),
)


_RAGGED = "BUSINESS_DUEBILL"
_SPOILT = ("CIF20PF", "C2CUNM")


def broken_lines(name: str, table: pl.DataFrame, line: int) -> tuple[bytes, list[Rejected]]:
    """Lines at the end of a CSV file that are no rows: one with too few fields, one with bytes of no character.

    line: the number of the line that follows the table's last.
    """
    system, first = SYSTEM_OF[name], table.row(0, named=True)

    def told(value: str, reason: str) -> list[Rejected]:
        return [Rejected(source=system.source, table=name, line=line, key="", column="", value=value, reason=reason)]

    if name == _RAGGED:
        text = system.delimiter.join(list(first.values())[:2])
        reason = f"has 2 fields where the header has {table.width}"
        return f"{text}\n".encode(system.encoding), told(text, reason)
    if name == _SPOILT[0]:
        column, reason = _SPOILT[1], f"holds bytes that are no {system.encoding.upper()}"
        good = "乱码有限公司".encode(system.encoding)
        spoilt = good + b"\xff"
        row = pl.DataFrame([first | {column: good.decode(system.encoding)}], schema=table.schema)
        data = row.write_csv(include_header=False, separator=system.delimiter).encode(system.encoding)
        return data.replace(good, spoilt), told(spoilt.decode(system.encoding, errors="replace"), reason)
    return b"", []


def with_dirty_rows(name: str, table: pl.DataFrame, header_lines: int) -> tuple[pl.DataFrame, list[Rejected]]:
    """A table with its dirty rows at the end, and what has to be said of each.

    header_lines: 1 for CSV, 0 for Parquet: the line of a row counts them.
    """
    first = table.row(0, named=True)
    rows, rejects = [], []
    for dirty in (d for d in DIRTY if d.table == name):
        row = first | {
            column: first[value[1:]] if value and value.startswith("=") else value
            for column, value in dirty.changes.items()
        }
        rows.append(row)
        rejects.append(
            Rejected(
                source=SYSTEM_OF[name].source,
                table=name,
                line=table.height + len(rows) + header_lines,
                key="|".join(row[part] or "" for part in TABLES[name].key),
                column=dirty.column,
                value=row[dirty.column] or "",
                reason=dirty.reason,
            )
        )
    return pl.concat([table, pl.DataFrame(rows, schema=table.schema)]), rejects
