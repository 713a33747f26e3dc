"""The credit system's tables about lending, collateral and statements."""

from __future__ import annotations

import numpy as np
import polars as pl

from loaders.demo.columns import NONE, scaled_text
from loaders.demo.lending import PRODUCTS
from loaders.demo.sizes import DATA_DAY, day
from loaders.demo.tables.credit import branch_numbers, days
from loaders.demo.world import World, serial

_SUBJECTS = ("804", "807", "808", "501", "502", "517", "611")


def _branches(world: World, parties: pl.Series) -> pl.Series:
    return branch_numbers(world, pl.concat([world.companies["branch"], world.persons["branch"]]).gather(parties))


def business_contract(world: World) -> pl.DataFrame:
    rows = world.facilities
    joint = world.credit_numbers(rows["joint"].clip(0))
    return rows.select(
        SERIALNO=serial(np.arange(rows.height), "BC"),
        CUSTOMERID=world.credit_numbers(rows["party"]),
        JOINTCUSTOMERID=pl.when(pl.col("joint") != NONE).then(joint),
        BUSINESSTYPE="kind",
        CURRENCY="currency",
        BUSINESSSUM=scaled_text(rows["limit"], 2),
        BALANCE=scaled_text(rows["balance"], 2),
        PUTOUTDATE=days(rows["start"]),
        MATURITY=days(rows["maturity"]),
        CYCLEFLAG="revolving",
        VOUCHTYPE="vouch",
        CLASSIFYRESULT="risk",
        MANAGEORGID=_branches(world, rows["party"]),
        MANAGEUSERID=current_managers(world, rows["party"]),
        STATUS="state",
    )


def current_managers(world: World, parties: pl.Series) -> pl.Series:
    current = world.assignments.filter((pl.col("end") == NONE) & (pl.col("role") == "A"))
    ordinal = np.full(world.n_companies + world.persons.height, NONE, dtype=np.int64)
    ordinal[current["party"].to_numpy()] = current["manager"].to_numpy()
    return serial(ordinal[parties.to_numpy()], "S", 5)


def business_duebill(world: World) -> pl.DataFrame:
    rows = world.drawdowns
    return rows.select(
        SERIALNO=serial(np.arange(rows.height), "BD"),
        RELATIVESERIALNO=serial(rows["facility"], "BC"),
        CUSTOMERID=world.credit_numbers(rows["party"]),
        CURRENCY="currency",
        BUSINESSSUM=scaled_text(rows["amount"], 2),
        BALANCE=scaled_text(rows["balance"], 2),
        OVERDUEBALANCE=scaled_text(rows["overdue"], 2),
        PUTOUTDATE=days(rows["start"]),
        MATURITY=days(rows["maturity"]),
        ACTUALRATE=scaled_text(rows["rate"], 4),
        CLASSIFYRESULT="risk",
    )


def guaranty_info(world: World) -> pl.DataFrame:
    rows = world.collaterals
    return rows.select(
        GUARANTYID=serial(np.arange(rows.height), "GI"),
        GUARANTYTYPE="kind",
        GUARANTYNAME="name",
        OWNERID=world.credit_numbers(rows["owner"]),
        ISSUERID=pl.when(pl.col("issuer") != NONE).then(world.credit_numbers(rows["issuer"].clip(0))),
        CURRENCY=pl.lit("CNY"),
        EVALNETVALUE=scaled_text(rows["value"], 2),
        CONFIRMVALUE=scaled_text(rows["accepted"], 2),
        EVALDATE=days(rows["valued"]),
    )


def guaranty_detail(world: World) -> pl.DataFrame:
    return _guarantees(world, ended=False)


def guaranty_detail_his(world: World) -> pl.DataFrame:
    return _guarantees(world, ended=True)


def _guarantees(world: World, ended: bool) -> pl.DataFrame:
    """Rows keep the running number that they had while in force."""
    numbered = world.guarantees.with_columns(SERIALNO=serial(np.arange(world.guarantees.height), "GC"))
    rows = numbered.filter((pl.col("released") != NONE) == ended)
    table = rows.select(
        "SERIALNO",
        CONTRACTSERIALNO=serial(rows["facility"], "BC"),
        GUARANTYTYPE="kind",
        GUARANTORID=world.credit_numbers(rows["guarantor"]),
        BORROWERID=world.credit_numbers(rows["borrower"]),
        GUARANTYID=serial(rows["collateral"], "GI"),
        CURRENCY="currency",
        GUARANTYVALUE=scaled_text(rows["amount"], 2),
        BEGINDATE=days(rows["begin"]),
        ENDDATE=days(rows["end"]),
        STATUS=pl.lit("2" if ended else "1"),
    )
    if not ended:
        return table
    return table.with_columns(HISDATE=days(rows["released"]), HISREASON=rows["reason"])


def finance_record(world: World) -> pl.DataFrame:
    rows = world.statements
    closing = np.where(rows["year"].to_numpy() == 2023, day("2023-12-31"), DATA_DAY)
    return rows.select(
        RECORDNO=serial(np.arange(rows.height), "FR"),
        CUSTOMERID=world.credit_numbers(rows["party"]),
        REPORTDATE=days(pl.Series(closing)),
        REPORTSCOPE=pl.lit("1"),
        AUDITFLAG=pl.when(pl.int_range(pl.len()) % 3 == 0).then(pl.lit("1")).otherwise(pl.lit("2")),
        CURRENCY=pl.lit("CNY"),
    )


def finance_data(world: World) -> pl.DataFrame:
    rows = world.statements
    equity = rows["assets"] - rows["debts"]
    figures = [rows["assets"], rows["debts"], equity, rows["revenue"], rows["cost"], rows["profit"], rows["cash"]]
    number = serial(np.arange(rows.height), "FR")
    parts = [
        pl.select(
            RECORDNO=number,
            ROWSUBJECT=pl.lit(subject),
            COL1VALUE=scaled_text(figure * 93 // 100, 2, nothing=None),
            COL2VALUE=scaled_text(figure, 2, nothing=None),
        )
        for subject, figure in zip(_SUBJECTS, figures, strict=True)
    ]
    return pl.concat(parts).sort("RECORDNO", maintain_order=True)


def business_type(_: World) -> pl.DataFrame:
    columns = ["TYPENO", "TYPENAME", "TYPEEN", "OFFSHEET", "ITEMTYPE", "CANCELFLAG", "CCF"]
    rows = [(*product[:-1], f"{product.factor}.00") for product in PRODUCTS]
    return pl.DataFrame(rows, schema=columns, orient="row")


def capital_info(world: World) -> pl.DataFrame:
    rows = world.capital
    return rows.select(
        DATADATE=days(rows["day"]),
        CURRENCY=pl.lit("CNY"),
        NETCAPITAL=scaled_text(rows["net_capital"], 2),
        NETTIER1=scaled_text(rows["net_tier_1"], 2),
        TIER1=scaled_text(rows["tier_1"], 2),
    )


def erate_info(world: World) -> pl.DataFrame:
    rows = world.rates
    return rows.select(CURRENCY="currency", RATEDATE=days(rows["day"]), PRICE=scaled_text(rows["price"], 6))
