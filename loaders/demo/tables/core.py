"""The core banking system's tables."""

from __future__ import annotations

import numpy as np
import polars as pl

from loaders.demo.columns import NONE, between, day_text, scaled_text
from loaders.demo.sizes import DATA_DAY, stream
from loaders.demo.tables.credit import branch_numbers
from loaders.demo.tables.lending import current_managers
from loaders.demo.world import World, serial

_CERT = {"Ind01": "1", "Ind03": "2", "Ind06": "3", "Ent01": "5", "Ent02": "6"}


def days(values: pl.Series) -> pl.Series:
    return day_text(values, "%Y%m%d", "0")


def _customers(frame: pl.DataFrame, first: int) -> pl.DataFrame:
    numbered = frame.with_columns(party=pl.int_range(pl.len(), dtype=pl.Int64) + first)
    return numbered.filter(pl.col("core") == 1)


def cif10pf(world: World) -> pl.DataFrame:
    rows = _customers(world.persons, world.n_companies)
    return rows.select(
        C1CUNO=world.core_numbers(rows["party"]),
        C1CUNM=pl.coalesce("core_name", "name").str.pad_end(20),
        C1CUEN="name_en",
        C1CRTP=pl.coalesce("core_cert_kind", "cert_kind").replace_strict(_CERT),
        C1CRNO=pl.coalesce("core_cert", "cert"),
        C1SEX=pl.col("sex").cast(pl.String),
        C1BRDT=days(rows["birth"]),
        C1NATN="nation",
        C1BRNO=branch_numbers(world, rows["branch"]),
        C1MGNO=current_managers(world, rows["party"]),
        C1OPDT=days(rows["since"]),
        C1STAT=pl.lit("1"),
    )


def cif20pf(world: World) -> pl.DataFrame:
    rows = _customers(world.companies, 0)
    return rows.select(
        C2CUNO=world.core_numbers(rows["party"]),
        C2CUNM=pl.coalesce("core_name", "name").str.pad_end(40),
        C2CUEN="name_en",
        C2CRTP=pl.coalesce("core_cert_kind", "cert_kind").replace_strict(_CERT),
        C2CRNO=pl.coalesce("core_cert", "cert"),
        C2ORGC="organisation",
        C2INDC="industry",
        C2TELN="telephone",
        C2BRNO=branch_numbers(world, rows["branch"]),
        C2MGNO=current_managers(world, rows["party"]),
        C2OPDT=days(rows["since"]),
        C2STAT=pl.lit("1"),
    )


def cif30pf(world: World) -> pl.DataFrame:
    accounts = world.accounts.with_columns(number=world.account_numbers)
    rows = accounts.filter(pl.col("party") < world.n_companies)
    code = world.companies["organisation"].gather(rows["party"])
    return rows.select(C3ACNO="number", C3ORGC=code, C3OPDT=days(rows["opened"])).drop_nulls("C3ORGC")


def cifa0pf(world: World) -> pl.DataFrame:
    districts = world.geography.districts
    persons = _customers(world.persons, world.n_companies)
    companies = _customers(world.companies, 0)
    parts = []
    for rows, kind, use in ((persons, "1", "1"), (companies, "2", "2")):
        parts.append(
            rows.select(
                CACUNO=world.core_numbers(rows["party"]),
                CACUTP=pl.lit(kind),
                CASEQN=pl.lit("1"),
                CAADTP=pl.lit(use),
                CAADDR=pl.coalesce("core_address", "address").str.pad_end(48),
                CACITY=pl.Series([d.city for d in districts]).gather(rows["district"]),
                CAPOST=pl.Series([d.postcode for d in districts]).gather(rows["district"]),
                CAFRDT=days(rows["since"]),
            )
        )
    return pl.concat(parts)


def cifj0pf(world: World) -> pl.DataFrame:
    rows = _customers(world.persons, world.n_companies)
    number, since = world.core_numbers(rows["party"]), days(rows["since"])
    mobile = rows.select(CJCUNO=number, CJSEQN=pl.lit("1"), CJCTTP=pl.lit("1"), CJCTNO="mobile", CJFRDT=since)
    mail = rows.select(CJCUNO=number, CJSEQN=pl.lit("2"), CJCTTP=pl.lit("2"), CJCTNO="mail", CJFRDT=since)
    return pl.concat([mobile, mail.drop_nulls("CJCTNO")])


def cifm0pf(world: World) -> pl.DataFrame:
    """Companies with a former name: the day it changed and both values."""
    rows = _customers(world.companies, 0).filter(pl.col("former").is_not_null())
    changed = DATA_DAY - between(stream(rows.height, "changes"), 100, 2_000, rows.height)
    return rows.select(
        CMCUNO=world.core_numbers(rows["party"]),
        CMCUTP=pl.lit("2"),
        CMSEQN=pl.lit("1"),
        CMCHDT=days(pl.Series(changed, dtype=pl.Int64)),
        CMFLDN=pl.lit("NAME"),
        CMOLDV="former",
        CMNEWV=pl.coalesce("core_name", "name"),
    )


def aapf20(world: World) -> pl.DataFrame:
    rows = world.accounts
    names = pl.concat([world.companies["name"], world.persons["name"]]).gather(rows["party"])
    branch = pl.concat([world.companies["branch"], world.persons["branch"]]).gather(rows["party"])
    joint = world.core_numbers(rows["joint"].clip(0))
    return rows.select(
        A2ACNO=world.account_numbers,
        A2CUNO=world.core_numbers(rows["party"]),
        A2CUTP=world.core_kinds(rows["party"]),
        A2JTCU=pl.when(pl.col("joint") != NONE).then(joint),
        A2ACNM=names,
        A2ACTP="kind",
        A2CCY="currency",
        A2BAL=scaled_text(rows["balance"], 2),
        A2AVBL=scaled_text(rows["average"], 2),
        A2BRNO=branch_numbers(world, branch),
        A2OPDT=days(rows["opened"]),
        A2MTDT=days(rows["matures"]),
        A2CLDT=days(rows["closed"]),
        A2STAT=pl.when(pl.col("closed") == NONE).then(pl.lit("1")).otherwise(pl.lit("9")),
    )


def aapf90(world: World) -> pl.DataFrame:
    rows = world.freezes
    return rows.select(
        A9ACNO=world.account_numbers.gather(rows["account"]),
        A9SEQN=pl.lit("1"),
        A9FRTP="kind",
        A9AMT=scaled_text(rows["amount"], 2),
        A9FRDT=days(rows["begin"]),
        A9UFDT=days(rows["lifted"]),
        A9ORGN="authority",
    )


def alpfn0(world: World) -> pl.DataFrame:
    """One loan for each drawdown of a customer, paid into and repaid from an account of his own where none is said."""
    drawn = world.drawdowns.with_columns(ordinal=pl.int_range(pl.len(), dtype=pl.Int64))
    own = np.full(world.n_companies + world.persons.height, NONE, dtype=np.int64)
    holders = world.accounts["party"].to_numpy()
    own[holders[::-1]] = np.arange(len(holders) - 1, -1, -1)
    account = pl.Series(own).gather(drawn["party"])
    into = pl.when(pl.col("paid_into") != NONE).then("paid_into").otherwise(account)
    source = pl.when(pl.col("repaid_from") != NONE).then("repaid_from").otherwise(account)
    rows = drawn.with_columns(into=into, source=source).filter(pl.col("into") != NONE)
    numbers = world.account_numbers
    return rows.select(
        ALLNNO=serial(rows["ordinal"], "8", 11),
        ALDBNO=serial(rows["ordinal"], "BD"),
        ALCUNO=world.core_numbers(rows["party"]),
        ALCUTP=world.core_kinds(rows["party"]),
        ALPYAC=numbers.gather(rows["into"]),
        ALRPAC=numbers.gather(rows["source"]),
        ALCCY="currency",
        ALAMT=scaled_text(rows["amount"], 2),
        ALBAL=scaled_text(rows["balance"], 2),
        ALPODT=days(rows["start"]),
        ALMTDT=days(rows["maturity"]),
        ALSTAT=pl.when(pl.col("balance") > 0).then(pl.lit("1")).otherwise(pl.lit("9")),
    )


def sys20pf(world: World) -> pl.DataFrame:
    rows = [
        (b.number, b.name, b.english, b.city, f"{b.city}市人民路{n + 1}号", str(19_950_301 + n % 20 * 10_000))
        for n, b in enumerate(world.geography.branches)
    ]
    return pl.DataFrame(rows, schema=["S2BRNO", "S2BRNM", "S2BREN", "S2CITY", "S2ADDR", "S2OPDT"], orient="row")
