"""The credit system's tables about parties, their relations and declared groups."""

from __future__ import annotations

import numpy as np
import polars as pl

from loaders.demo.columns import NONE, day_text, scaled_text
from loaders.demo.layout.codes import CREDIT_CODES
from loaders.demo.world import World, serial

DAY = "%Y/%m/%d"


def days(values: pl.Series) -> pl.Series:
    return day_text(values, DAY)


def customer_info(world: World) -> pl.DataFrame:
    companies, persons = world.companies, world.persons
    parties = pl.concat(
        [
            companies.select(
                "name", "name_en", "cert_kind", "cert", "core", "credit", "branch", "since", "status",
                kind=pl.when(pl.col("customer_kind").is_not_null()).then("customer_kind")
                .when(pl.col("industry") == "J66").then(pl.lit("0130"))
                .when(pl.col("industry") == "S92").then(pl.lit("0140"))
                .when(pl.col("scope") == "2").then(pl.lit("0110")).otherwise(pl.lit("0120")),
            ),
            persons.select(
                "name", "name_en", "cert_kind", "cert", "core", "credit", "branch", "since", "status",
                kind=pl.lit("0310"),
            ),
        ]
    ).with_row_index("party")  # fmt: skip
    known = parties.filter(pl.col("credit") == 1)
    party = known["party"].cast(pl.Int64)
    manager = _managers(world)
    core = world.core_numbers(party)
    return known.select(
        CUSTOMERID=world.credit_numbers(party),
        CUSTOMERNAME="name",
        ENGLISHNAME="name_en",
        CUSTOMERTYPE="kind",
        CERTTYPE="cert_kind",
        CERTID="cert",
        MFCUSTOMERID=pl.when(pl.col("core") == 1).then(core),
        STATUS="status",
        MANAGEORGID=branch_numbers(world, known["branch"]),
        MANAGEUSERID=manager.gather(party),
        INPUTDATE=days(known["since"]),
        UPDATEDATE=days(pl.select(pl.max_horizontal(known["since"], pl.lit(19_900))).to_series()),
    )


def _managers(world: World) -> pl.Series:
    """The number of each party's main manager now, null without one."""
    current = world.assignments.filter((pl.col("end") == NONE) & (pl.col("role") == "A"))
    ordinal = np.full(world.n_companies + world.persons.height, NONE, dtype=np.int64)
    ordinal[current["party"].to_numpy()] = current["manager"].to_numpy()
    return serial(ordinal, "S", 5)


def branch_numbers(world: World, branches: pl.Series) -> pl.Series:
    """The numbers of sub-branches by ordinal."""
    return pl.Series([b.number for b in world.geography.sub_branches]).gather(branches)


def ent_info(world: World) -> pl.DataFrame:
    companies = world.companies.with_row_index("party").filter(pl.col("credit") == 1)
    return companies.select(
        CUSTOMERID=world.credit_numbers(companies["party"]),
        ENTERPRISENAME="name",
        FORMERNAME="former",
        CORPID=pl.when(pl.col("cert_kind") == "Ent01").then("cert"),
        LEI="lei",
        ORGNATURE="nature",
        INDUSTRYTYPE="industry",
        SCOPE="scope",
        SETUPDATE=days(companies["setup"]),
        REGISTERADD="address",
        OFFICEADD="address",
        OFFICETEL="telephone",
        COUNTRY="country",
        RCCURRENCY=pl.lit("CNY"),
        REGISTERCAPITAL=scaled_text(companies["capital"], 2),
        EMPLOYEENUMBER=pl.col("staff").cast(pl.String),
        LISTINGCORPORNOT="listed",
        CREDITLEVEL="rating",
    )


def ind_info(world: World) -> pl.DataFrame:
    persons = world.persons.with_row_index("ordinal").filter(pl.col("credit") == 1)
    return persons.select(
        CUSTOMERID=world.credit_numbers(persons["ordinal"].cast(pl.Int64) + world.n_companies),
        FULLNAME="name",
        SEX=pl.col("sex").cast(pl.String),
        BIRTHDAY=days(persons["birth"]),
        NATIONALITY="nation",
        OCCUPATION="occupation",
        FAMILYADD="address",
        MOBILETELEPHONE="mobile",
        EMAILADD="mail",
    )


def customer_relative(world: World) -> pl.DataFrame:
    rows = world.relatives
    ended = rows["end"] != NONE
    return rows.select(
        SERIALNO=serial(np.arange(rows.height), "RL"),
        CUSTOMERID=world.credit_numbers(rows["of"]),
        RELATIVEID=world.credit_numbers(rows["who"]),
        RELATIONSHIP="code",
        INVESTMENTPROP=scaled_text(rows["share"], 4),
        VOTEPROP=scaled_text(rows["votes"], 4),
        PROPMIN=scaled_text(rows["low"], 4),
        PROPMAX=scaled_text(rows["high"], 4),
        CURRENCY=pl.when(pl.col("capital") != NONE).then(pl.lit("CNY")),
        INVESTMENTSUM=scaled_text(rows["capital"], 2),
        BEGINDATE=days(rows["begin"]),
        ENDDATE=days(rows["end"]),
        EFFSTATUS=pl.when(ended).then(pl.lit("2")).otherwise(pl.lit("1")),
    )


def aggregate_info(world: World) -> pl.DataFrame:
    rows = world.groups
    return rows.select(
        GROUPID=serial(np.arange(rows.height), "G", 6),
        GROUPNAME="name",
        KEYMEMBERID=world.credit_numbers(rows["parent"]),
        INPUTDATE=days(rows["declared"]),
    )


def aggregate_member(world: World) -> pl.DataFrame:
    rows = world.group_members
    return rows.select(
        GROUPID=serial(rows["group"], "G", 6),
        MEMBERCUSTOMERID=world.credit_numbers(rows["member"]),
        MEMBERTYPE="role",
        BEGINDATE=days(rows["begin"]),
        ENDDATE=days(rows["end"]),
    )


def code_library(_: World) -> pl.DataFrame:
    rows = [(name, *code) for name, codes in CREDIT_CODES.items() for code in codes]
    return pl.DataFrame(rows, schema=["CODENO", "ITEMNO", "ITEMNAME", "ITEMEN"], orient="row")
